import { Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { alarmQuery } from '../api/queries';
import type { Alarm } from '../api/types';
import { Panel } from '../parts/Panel';
import { LinesSkeleton, QueryPanel } from '../parts/QueryPanel';
import { StateBadge } from '../parts/StateBadge';
import { usePageTitle } from '../parts/usePageTitle';
import { Time } from '../time/Time';
import { AlarmActions } from './AlarmActions';
import { AlarmChart } from './AlarmChart';
import { AlarmRule } from './AlarmRule';
import { BacktestPanel } from './BacktestPanel';
import classes from './AlarmPage.module.css';
import { DeliveriesPanel } from './DeliveriesPanel';
import { HistoryPanel } from './HistoryPanel';
import { MutedBadge } from './MutedBadge';
import { MutesPanel } from './MutesPanel';

const route = getRouteApi('/alarms/$name');

/** One alarm: what it watches, why it is in its state, what it did, who was told. */
export function AlarmPage() {
  const { name } = route.useParams();
  const search = route.useSearch();
  usePageTitle(name);
  const options = alarmQuery(name);
  const query = useQuery(options);
  return (
    <div className={classes.page}>
      <h1 className={classes.name}>{name}</h1>
      <QueryPanel what="this alarm" query={query} queryKey={options.queryKey} skeleton={<LinesSkeleton lines={2} />}>
        {(alarm) => <AlarmHead alarm={alarm} />}
      </QueryPanel>
      {query.data && (
        <>
          <AlarmChart alarm={query.data} range={search} />
          <div className={classes.columns}>
            <HistoryPanel name={name} />
            <div className={classes.stack}>
              <Panel title="The rule">
                <AlarmRule alarm={query.data} />
              </Panel>
              <MutesPanel alarm={query.data} />
              <DeliveriesPanel name={name} />
              <BacktestPanel wanted={{ alarm: name }} />
            </div>
          </div>
        </>
      )}
    </div>
  );
}

function AlarmHead({ alarm }: { alarm: Alarm }) {
  return (
    <div className={classes.head}>
      <div className={classes.state}>
        <StateBadge state={alarm.state} />
        <Text size="sm" c="var(--tm-dim-text)">
          since <Time at={alarm.state_since} show="both" />
        </Text>
        <MutedBadge alarm={alarm} />
      </div>
      <AlarmActions alarm={alarm} />
      <div className={classes.why}>
        <p>{alarm.state_reason_words}</p>
        {alarm.description && (
          <Text size="sm" c="var(--tm-dim-text)">
            {alarm.description}
          </Text>
        )}
      </div>
    </div>
  );
}
