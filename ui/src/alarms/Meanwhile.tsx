import { Alert, Button, Text } from '@mantine/core';
import type { Alarm } from '../api/types';
import { draftOf, FIELD_WORDS, type Draft } from './draft';
import { ruleSentence } from './words';

interface Props {
  /** What the form began with. */
  before: Alarm;
  /** As it is now; null: it is gone. */
  live: Alarm | null;
  onTakeOver: (theirs: Alarm) => void;
}

/** What somebody else did to the alarm while it is being edited; nothing where they did nothing. */
export function Meanwhile({ before, live, onTakeOver }: Props) {
  if (live?.version === before.version) return null;
  return (
    <Alert color="orange" variant="light" role="alert" title={`Somebody has ${live ? 'changed' : 'deleted'} it meanwhile`} styles={{ title: { color: 'var(--tm-warning-text)' } }}>
      {live === null && <Text size="sm">Nothing that is typed here is lost: saving makes it anew, with what this form shows. Its tags and its other actions are gone.</Text>}
      {live?.version === null && <Text size="sm">This form cannot hold its rule any more, so it cannot be saved from here.</Text>}
      {live?.version && (
        <>
          <Text size="sm">
            {changedWords(before, live)} {ruleSentence(live)} Saving puts yours in its place.
          </Text>
          <Button mt="xs" size="xs" variant="default" onClick={() => onTakeOver(live)}>
            Go on with theirs
          </Button>
        </>
      )}
    </Alert>
  );
}

function changedWords(before: Alarm, live: Alarm): string {
  const fields = Object.entries(FIELD_WORDS).flatMap(([field, words]) => (textOf(before, field as keyof Draft) === textOf(live, field as keyof Draft) ? [] : [words]));
  return fields.length === 0 ? 'What they changed is not in this form, and stays.' : `They changed: ${fields.join(', ')}. Now:`;
}

/** By its title: a metric has its id only from its first value on. */
const textOf = (alarm: Alarm, field: keyof Draft) => (field === 'metric_id' ? `${alarm.namespace} ${alarm.metric_title}` : String(draftOf(alarm)[field]));
