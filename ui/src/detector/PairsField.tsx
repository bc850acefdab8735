import { ActionIcon, Button, TextInput } from '@mantine/core';
import { IconTrash } from '@tabler/icons-react';
import classes from './BandForm.module.css';
import type { DraftTag, FieldErrors } from './draft';

interface Props {
  legend: string;
  /** "tag": what one of them is called. */
  of: string;
  keyWord?: string;
  /** What their errors begin with: `tags[2].key`. */
  field: string;
  pairs: DraftTag[];
  errors: FieldErrors;
  onChange: (pairs: DraftTag[]) => void;
  most: number;
  hint: string;
}

/** Keys with a value each, such as tags. */
export function PairsField({ legend, of, keyWord = 'Key', field, pairs, errors, onChange, most, hint }: Props) {
  const replace = (at: DraftTag, part: Partial<DraftTag>) => onChange(pairs.map((pair) => (pair === at ? { ...pair, ...part } : pair)));
  const isFull = pairs.length >= most;
  return (
    <fieldset className={classes.group}>
      <legend className={classes.legend}>{legend}</legend>
      <ul className={classes.list}>
        {pairs.map((pair, index) => (
          <li key={index} className={classes.tag}>
            {(['key', 'value'] as const).map((part) => {
              const word = part === 'key' ? keyWord : 'Value';
              return (
                <TextInput
                  key={part}
                  label={word}
                  aria-label={`${word} of ${of} ${index + 1}`}
                  value={pair[part]}
                  error={errors[`${field}[${index}].${part}`]}
                  onChange={(event) => replace(pair, { [part]: event.currentTarget.value })}
                />
              );
            })}
            <ActionIcon
              className={classes.remove}
              variant="subtle"
              color="gray"
              aria-label={`Remove ${of} ${pair.key || index + 1}`}
              onClick={() => onChange(pairs.filter((p) => p !== pair))}
            >
              <IconTrash size={16} aria-hidden />
            </ActionIcon>
          </li>
        ))}
      </ul>
      <Button size="xs" variant="default" disabled={isFull} onClick={() => onChange([...pairs, { key: '', value: '' }])}>
        Add a {of}
      </Button>
      <p className={classes.hint}>{isFull ? `There may be ${most} at most.` : hint}</p>
    </fieldset>
  );
}
