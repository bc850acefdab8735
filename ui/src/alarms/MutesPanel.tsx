import { Button, Group, Menu, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { deleteAt, mutePath, putJson } from '../api/client';
import { mutesQuery, refreshMuted } from '../api/queries';
import type { Alarm, Mute } from '../api/types';
import { ErrorNote } from '../parts/ErrorNote';
import { Panel } from '../parts/Panel';
import { QueryPanel } from '../parts/QueryPanel';
import { Time, useDataNow } from '../time/Time';
import classes from './BacktestResult.module.css';
import { allMutes, lengthOf, muteBegin, muteChoices, muteName } from './mute';

/** When nobody is told of the alarm: its mute rules, and the way to a new one. */
export function MutesPanel({ alarm }: { alarm: Alarm }) {
  const options = mutesQuery(alarm.name);
  const query = useQuery(options);
  return (
    <Panel title="Mutes" aside={<MuteMenu alarm={alarm} />}>
      <QueryPanel what="the mute rules" query={query} queryKey={options.queryKey}>
        {(mutes) =>
          mutes.length === 0 ? (
            <Text size="sm" c="var(--tm-dim-text)">
              No rule mutes this alarm.
            </Text>
          ) : (
            <ul className={classes.list} aria-label="Mute rules of this alarm">
              {mutes.map((mute) => (
                <MuteItem key={mute.name} mute={mute} />
              ))}
            </ul>
          )
        }
      </QueryPanel>
    </Panel>
  );
}

function MuteMenu({ alarm: { name, ref } }: { alarm: Alarm }) {
  const client = useQueryClient();
  const put = useMutation({
    mutationFn: async (length: string) => putJson<Mute>(mutePath(muteName(name, await allMutes())), { alarms: [ref], for: length }),
    onSuccess: () => refreshMuted(client),
  });
  return (
    <>
      <Menu position="bottom-end" transitionProps={{ duration: 0 }}>
        <Menu.Target>
          <Button size="xs" variant="default" loading={put.isPending}>
            Mute
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <MuteChoices onChoose={(length) => put.mutate(length)} />
        </Menu.Dropdown>
      </Menu>
      {put.isError && <ErrorNote title="The alarm was not muted" error={put.error} />}
    </>
  );
}

/** Each with when it ends: at night "tomorrow" is more than a day away. */
function MuteChoices({ onChoose }: { onChoose: (length: string) => void }) {
  const dataNow = useDataNow();
  return muteChoices(muteBegin(dataNow)).map((choice) => (
    <Menu.Item key={choice.label} onClick={() => onChoose(lengthOf(choice, muteBegin(dataNow)))}>
      {choice.label}
      <Text size="xs" c="var(--tm-dim-text)">
        until <Time at={Math.round(choice.end / 60) * 60} />
      </Text>
    </Menu.Item>
  ));
}

function MuteItem({ mute }: { mute: Mute }) {
  const client = useQueryClient();
  const remove = useMutation({ mutationFn: () => deleteAt(mutePath(mute.name)), onSuccess: () => refreshMuted(client) });
  const isOwn = mute.alarms.length === 1;
  return (
    <li className={classes.item}>
      <b>{mute.name}</b>
      <span>
        <Window mute={mute} />
      </span>
      {!isOwn && <span className={classes.dim}>This rule mutes {mute.alarms.length} alarms: to end it for one, change the rule.</span>}
      {isOwn && mute.status !== 'EXPIRED' && (
        <Group mt={4}>
          <Button size="xs" variant="default" loading={remove.isPending} onClick={() => remove.mutate()}>
            {mute.muted_until && !mute.recurs ? 'Unmute' : 'Delete the rule'}
          </Button>
        </Group>
      )}
      {remove.isError && <ErrorNote title="The mute rule was not deleted" error={remove.error} />}
    </li>
  );
}

function Window({ mute }: { mute: Mute }) {
  if (mute.status === 'EXPIRED') return <>Over.</>;
  return (
    <>
      {mute.muted_until && (
        <>
          Mutes until <Time at={mute.muted_until} />.{' '}
        </>
      )}
      {mute.next_begin && (
        <>
          Next: <Time at={mute.next_begin} show="both" />.
        </>
      )}
      {!mute.muted_until && !mute.next_begin && <>It will not mute again.</>}
    </>
  );
}
