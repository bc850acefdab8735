import { Alert, Text } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { statusQuery } from '../api/queries';
import { Words } from '../time/Words';
import { groupsOf, type ProblemGroup } from './problem_words';
import classes from './Problems.module.css';

const SHOWN_MAX = 5;

/** What is wrong with the server itself, and what to do; nothing while all is well. */
export function Problems() {
  // The status is read every few seconds: what is seen to goes away by itself.
  const { data } = useQuery(statusQuery());
  const groups = groupsOf(data?.problems ?? []);
  // The live region stands empty from the start: one that appears with its text is not announced.
  return (
    <div role="status">
      {groups.length > 0 && (
        <Alert
          role="group"
          color="orange"
          variant="light"
          className={classes.problems}
          icon={<IconAlertTriangle aria-hidden />}
          title="This server needs somebody to see to it"
          styles={{ title: { color: 'var(--tm-warning-text)' } }}
        >
          {groups.map((group) => (
            <OneKind key={group.kind} group={group} />
          ))}
        </Alert>
      )}
    </div>
  );
}

function OneKind({ group: { messages, whatToDo } }: { group: ProblemGroup }) {
  const hidden = messages.length - SHOWN_MAX;
  return (
    <div className={classes.kind}>
      {messages.slice(0, SHOWN_MAX).map((message, index) => (
        <Text key={index} size="sm" fw={600} className={classes.message}>
          <Words text={message} />
        </Text>
      ))}
      {hidden > 0 && <Text size="sm">And {hidden} more like these.</Text>}
      <Text size="sm">{whatToDo}</Text>
    </div>
  );
}
