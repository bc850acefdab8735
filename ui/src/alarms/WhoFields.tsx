import { MultiSelect, Text, Textarea, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { topicsQuery } from '../api/queries';
import type { Alarm, Topic } from '../api/types';
import { Panel } from '../parts/Panel';
import classes from './AlarmForm.module.css';
import { alarmActions } from './draft';
import type { FieldsProps } from './useAlarmDraft';
import { deafTopics, deafWords, keptActionsWords, shortArns } from './words';

/** `saved`: the alarm that is edited. */
export function WhoFields({ draft, errors, change, saved }: FieldsProps & { saved?: Alarm }) {
  const topics = useQuery(topicsQuery());
  const found = topics.data?.topics ?? [];
  // What an alarm tells need not be a topic, and a topic may be gone.
  const others = [...new Set([...draft.topic_arns, ...(saved ? alarmActions(saved) : [])])].filter((arn) => !found.some((topic) => topic.arn === arn));
  const deaf = deafTopics(draft.topic_arns, found);
  const kept = saved ? keptActionsWords(saved, draft.topic_arns) : '';
  return (
    <Panel title="3. What it is called, and who is told">
      <div className={classes.grid}>
        {saved ? (
          <TextInput label="Name" description="It stays: calls, mute rules and history know the alarm by its name" readOnly value={saved.name} />
        ) : (
          <TextInput label="Name" required value={draft.name} error={errors.name} onChange={(event) => change({ name: event.currentTarget.value })} />
        )}
        <MultiSelect
          label="Topics"
          description={topicsWords(topics.isError, found.length, topics.isPending)}
          data={[...found.map((topic) => ({ value: topic.arn, label: topicLabel(topic) })), ...others.map((arn) => ({ value: arn, label: shortArns(arn) }))]}
          value={draft.topic_arns}
          maxValues={5}
          error={errors.topic_arns}
          onChange={(topic_arns) => change({ topic_arns })}
        />
        <Textarea
          className={classes.wide}
          label="Description"
          autosize
          minRows={2}
          value={draft.description}
          error={errors.description}
          onChange={(event) => change({ description: event.currentTarget.value })}
        />
      </div>
      {deaf.length > 0 && (
        <Text size="sm" mt="xs" role="status">
          {deafWords(deaf)}: {deaf.length === draft.topic_arns.length ? 'no one is told' : 'no one is told by it'} until somebody subscribes.
        </Text>
      )}
      <Text size="sm" mt="xs" c="var(--tm-dim-text)">
        {kept}
        {!kept && draft.topic_arns.length === 0 && 'Without a topic no one is told; the state can still be seen here.'}
      </Text>
    </Panel>
  );
}

const topicLabel = ({ name, subscriptions }: Topic) => `${name} (${subscriptions === 1 ? '1 subscriber' : `${subscriptions} subscribers`})`;

function topicsWords(isError: boolean, count: number, isPending: boolean): string {
  if (isError) return 'The topics could not be read';
  if (isPending) return 'Reading the topics…';
  return count === 0 ? 'There are no topics yet: create one with aws sns create-topic' : 'Told when it goes into alarm and when it is over';
}
