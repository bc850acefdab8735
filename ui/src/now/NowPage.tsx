import { useQuery } from '@tanstack/react-query';
import { nowQuery } from '../api/queries';
import type { Now } from '../api/types';
import { LinesSkeleton, QueryPanel } from '../parts/QueryPanel';
import { Panel } from '../parts/Panel';
import { usePageTitle } from '../parts/usePageTitle';
import { WordsZone } from '../time/WordsZone';
import { Coverage } from './Coverage';
import { FirstSteps } from './FirstSteps';
import { InAlarmList } from './InAlarmList';
import classes from './NowPage.module.css';
import { Problems } from './Problems';
import { RecentTransitions } from './RecentTransitions';
import { Unwatched } from './Unwatched';
import { Verdict } from './Verdict';

/** Is anything abnormal right now, and why? */
export function NowPage() {
  usePageTitle('Now');
  const query = useQuery(nowQuery());
  return (
    <>
      {/* Above the verdict, which is no better than what the server could take and read. */}
      <Problems />
      {/* A page has its heading in every state, also while it knows nothing yet. */}
      {query.data === undefined && <h1 className={classes.waiting}>{query.isError ? 'I cannot judge what is going on' : 'Looking at what is going on…'}</h1>}
      <QueryPanel what="what is going on now" query={query} queryKey={nowQuery().queryKey} skeleton={<LinesSkeleton lines={5} />}>
        {(now) => <NowContent now={now} />}
      </QueryPanel>
    </>
  );
}

function NowContent({ now }: { now: Now }) {
  const { counts } = now;
  return (
    <div className={classes.page}>
      <div>
        <Verdict now={now} />
        <WordsZone of={[now.sentence, ...now.in_alarm.map((alarm) => alarm.reason_words), ...now.recent.map((change) => change.reason_words)]} />
      </div>
      <Coverage counts={counts} />
      {counts.series === 0 && <FirstSteps />}
      {now.in_alarm.length > 0 && <InAlarmList alarms={now.in_alarm} total={counts.in_alarm} />}
      {counts.series > 0 && <Unwatched />}
      {now.recent.length > 0 && (
        <Panel title="What changed lately">
          <RecentTransitions transitions={now.recent} />
        </Panel>
      )}
    </div>
  );
}
