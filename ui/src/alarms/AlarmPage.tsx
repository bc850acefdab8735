import { Button, Text } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import { ApiError } from '../api/client';
import { alarmQuery } from '../api/queries';
import type { Alarm } from '../api/types';
import { Empty } from '../parts/Empty';
import { Panel } from '../parts/Panel';
import { LinesSkeleton, QueryPanel } from '../parts/QueryPanel';
import { usePageTitle } from '../parts/usePageTitle';
import type { RangeSearch } from '../search';
import { Time } from '../time/Time';
import { Words } from '../time/Words';
import { WordsZone } from '../time/WordsZone';
import { AlarmActions } from './AlarmActions';
import { AlarmBadge } from './AlarmBadge';
import { AlarmChart } from './AlarmChart';
import { AlarmRule } from './AlarmRule';
import { BacktestPanel } from './BacktestPanel';
import classes from './AlarmPage.module.css';
import { DeliveriesPanel } from './DeliveriesPanel';
import { EditAlarm } from './EditAlarm';
import { HistoryPanel } from './HistoryPanel';
import { MutedBadge } from './MutedBadge';
import { MutesPanel } from './MutesPanel';
import { NewestValue, useNewest } from './NewestValue';
import { nameWords, whyWords } from './words';

const route = getRouteApi('/alarms/$name');

export function AlarmPage() {
  const { name: ref } = route.useParams();
  return <OneAlarm key={ref} alarmRef={ref} />;
}

/** One alarm: what it watches, why it is in its state, what it did, who was told; or the form that changes it. */
function OneAlarm({ alarmRef }: { alarmRef: string }) {
  const { edit = false, ...range } = route.useSearch();
  const navigate = route.useNavigate();
  const { data, error } = useQuery(alarmQuery(alarmRef));
  // As it was when the form opened: another person's change or deletion must not take away what is typed.
  const [start, setStart] = useState<Alarm | null>(null);
  const [said, setSaid] = useState('');
  if (edit && !start && data?.version) {
    setStart(data);
    setSaid('');
  }
  if (!edit && start) setStart(null);
  if (!edit || !start) return <AlarmView alarmRef={alarmRef} range={range} said={said} />;
  return (
    <EditAlarm
      start={start}
      live={isGone(error) ? null : (data ?? null)}
      onClose={() => void navigate({ search: (old) => ({ ...old, edit: undefined }) })}
      onSaved={() => setSaid('The alarm was saved.')}
    />
  );
}

const isGone = (error: unknown) => error instanceof ApiError && error.status === 404;

/** `said`: what became of an edit. */
function AlarmView({ alarmRef, range, said }: { alarmRef: string; range: RangeSearch; said: string }) {
  const options = alarmQuery(alarmRef);
  const query = useQuery(options);
  const name = query.data ? nameWords(query.data) : alarmRef;
  usePageTitle(name);
  useAfterNewRule(query.data?.version);
  if (isGone(query.error)) return <NoAlarm name={name} wasThere={query.data !== undefined} />;
  return (
    <div className={classes.page}>
      <h1 className={classes.name}>{name}</h1>
      <Text size="sm" role="status" className={classes.said}>
        {said}
      </Text>
      <QueryPanel what="this alarm" query={query} queryKey={options.queryKey} skeleton={<LinesSkeleton lines={2} />}>
        {(alarm) => <AlarmHead alarm={alarm} />}
      </QueryPanel>
      {query.data && (
        <>
          <AlarmChart alarm={query.data} range={range} />
          <div className={classes.columns}>
            <HistoryPanel alarmRef={alarmRef} />
            <div className={classes.stack}>
              <Panel title="The rule">
                <AlarmRule alarm={query.data} />
              </Panel>
              <MutesPanel alarm={query.data} />
              <DeliveriesPanel alarm={query.data} />
              <BacktestPanel wanted={{ alarm: alarmRef }} />
            </div>
          </div>
        </>
      )}
    </div>
  );
}

/** `wasThere`: while this page was open. */
function NoAlarm({ name, wasThere }: { name: string; wasThere: boolean }) {
  return (
    <>
      <h1 className={classes.name}>{name}</h1>
      <div role="status">
        <Empty title={wasThere ? 'This alarm has been deleted' : 'There is no such alarm'} why={wasThere ? 'It watches nothing any more. What it watched is still there.' : 'It may have been deleted, or the address may be mistyped.'}>
          <Button size="xs" variant="default" renderRoot={(props: object) => <Link {...props} to="/alarms" />}>
            All alarms
          </Button>
        </Empty>
      </div>
    </>
  );
}

/** A rule that somebody has changed meanwhile has another chart and another past. */
function useAfterNewRule(version: string | null | undefined) {
  const client = useQueryClient();
  const before = useRef(version);
  useEffect(() => {
    if (before.current && version && before.current !== version) for (const name of ['chart', 'backtest']) void client.invalidateQueries({ queryKey: [name] });
    before.current = version;
  }, [client, version]);
}

function AlarmHead({ alarm }: { alarm: Alarm }) {
  const newest = useNewest(alarm);
  return (
    <div className={classes.head}>
      <div className={classes.state}>
        <AlarmBadge alarm={alarm} />
        <Text size="sm" c="var(--tm-dim-text)">
          since <Time at={alarm.state_since} show="both" />
        </Text>
        <MutedBadge alarm={alarm} />
      </div>
      <AlarmActions alarm={alarm} />
      <div className={classes.why}>
        <p>
          {newest && <span className={classes.then}>When it changed: </span>}
          <Words text={whyWords(alarm)} />
        </p>
        {newest && <NewestValue newest={newest} />}
        {alarm.evaluation_error && (
          <Text size="sm" c="var(--tm-dim-text)">
            <Words text={alarm.state_reason_words} />
          </Text>
        )}
        {alarm.partial && <Text size="sm">{alarm.partial}</Text>}
        <WordsZone of={[whyWords(alarm)]} />
        {alarm.description && (
          <Text size="sm" c="var(--tm-dim-text)" className={classes.description}>
            {alarm.description}
          </Text>
        )}
      </div>
    </div>
  );
}
