import { ActionIcon, Button, TextInput } from '@mantine/core';
import { IconTrash } from '@tabler/icons-react';
import type { FieldsProps } from './BandForm';
import classes from './BandForm.module.css';
import { TAGS_MAX, type DraftTag } from './draft';

/** What the detector is sorted by; no band depends on it. */
export function TagsField({ draft, errors, change }: FieldsProps) {
  const tags = draft.tags;
  const replace = (at: DraftTag, part: Partial<DraftTag>) => change({ tags: tags.map((tag) => (tag === at ? { ...tag, ...part } : tag)) });
  const isFull = tags.length >= TAGS_MAX;
  return (
    <fieldset className={classes.group}>
      <legend className={classes.legend}>Tags</legend>
      <ul className={classes.list}>
        {tags.map((tag, index) => (
          <li key={index} className={classes.tag}>
            {(['key', 'value'] as const).map((part) => (
              <TextInput
                key={part}
                label={part === 'key' ? 'Key' : 'Value'}
                aria-label={`${part === 'key' ? 'Key' : 'Value'} of tag ${index + 1}`}
                value={tag[part]}
                error={errors[`tags[${index}].${part}`]}
                onChange={(event) => replace(tag, { [part]: event.currentTarget.value })}
              />
            ))}
            <ActionIcon
              className={classes.remove}
              variant="subtle"
              color="gray"
              aria-label={`Remove tag ${tag.key || index + 1}`}
              onClick={() => change({ tags: tags.filter((t) => t !== tag) })}
            >
              <IconTrash size={16} aria-hidden />
            </ActionIcon>
          </li>
        ))}
      </ul>
      <Button size="xs" variant="default" disabled={isFull} onClick={() => change({ tags: [...tags, { key: '', value: '' }] })}>
        Add a tag
      </Button>
      <p className={classes.hint}>{isFull ? `There may be ${TAGS_MAX} at most.` : 'No band depends on them. A new metric borrows its first band from those of the same owner.'}</p>
    </fieldset>
  );
}
