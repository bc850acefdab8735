import { Button, Text } from '@mantine/core';
import { IconEye } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { alwaysOnQuery, FINDINGS_MAX, statusQuery, UNWATCHED_DAYS } from '../api/queries';
import type { DetectorForm, Finding } from '../api/types';
import { WhyLink } from '../findings/FindingRow';
import { useWatch } from '../findings/useWatch';
import { findingTime, kindWords, subjectWords, usualWords } from '../findings/words';
import { Breakable } from '../parts/Breakable';
import { ErrorNote } from '../parts/ErrorNote';
import { Panel } from '../parts/Panel';
import { QueryPanel } from '../parts/QueryPanel';
import { SeverityBadge } from '../parts/SeverityBadge';
import { panelsText } from '../search';
import { numberText } from '../time/format';
import { Time, useZone } from '../time/Time';
import classes from './Unwatched.module.css';
import { unwatchedOf, type UnwatchedMetric } from './by_metric';

const ROWS_FIRST = 5;

/** What the always-on watch found of metrics that no detector watches. Where there is nothing it says so in a line, and only of what it did look at. */
export function Unwatched() {
  const options = alwaysOnQuery();
  const query = useQuery(options);
  // What was put under watch here stays in its place until the page is left: a row must not go from under the pointer.
  const [kept, setKept] = useState<string[]>([]);
  return (
    <QueryPanel what="what is unusual and watched by nobody" query={query} queryKey={options.queryKey} skeleton={<Line>Looking for what is unusual and watched by nobody…</Line>}>
      {({ findings }) => {
        const metrics = unwatchedOf(findings, kept);
        if (metrics.length === 0) return <NothingUnusual />;
        return <UnwatchedList metrics={metrics} isCut={findings.length === FINDINGS_MAX} onWatched={(key) => setKept((old) => [...old, key])} />;
      }}
    </QueryPanel>
  );
}

const Line = ({ children }: { children: string }) => (
  <Text size="sm" c="var(--tm-dim-text)">
    {children}
  </Text>
);

/** Nothing at all where the watch is switched off: then nobody has looked. */
function NothingUnusual() {
  const { data } = useQuery(statusQuery());
  if (!data?.always_on) return null;
  return <Line>{`Where nobody watches, nothing unusual of the last ${UNWATCHED_DAYS} days is left to look at. The always-on watch judges a metric from its second week on, and finds only what is far outside.`}</Line>;
}

interface ListProps {
  metrics: UnwatchedMetric[];
  /** There may be older findings that the server did not send. */
  isCut: boolean;
  onWatched: (key: string) => void;
}

function UnwatchedList({ metrics, isCut, onWatched }: ListProps) {
  const [showsAll, setShowsAll] = useState(false);
  return (
    <Panel title="Unusual, and nobody watches it" aside={<span className={classes.dim}>{`last ${UNWATCHED_DAYS} days`}</span>}>
      <ul className={classes.list} aria-label="Unusual, and nobody watches it, newest first">
        {(showsAll ? metrics : metrics.slice(0, ROWS_FIRST)).map((metric) => (
          <UnwatchedRow key={metric.key} metric={metric} onWatched={() => onWatched(metric.key)} />
        ))}
      </ul>
      {metrics.length > ROWS_FIRST && (
        <Button mt="xs" size="compact-sm" variant="default" aria-expanded={showsAll} onClick={() => setShowsAll(!showsAll)}>
          {showsAll ? 'Show the newest' : `Show all ${numberText(metrics.length)} metrics`}
        </Button>
      )}
      {isCut && <Line>{`Of the newest ${FINDINGS_MAX} findings: there may be more.`}</Line>}
    </Panel>
  );
}

function UnwatchedRow({ metric, onWatched }: { metric: UnwatchedMetric; onWatched: () => void }) {
  const { newest, others } = metric;
  const when = findingTime(newest, useZone());
  return (
    <li className={classes.item}>
      <div className={classes.words}>
        <p className={classes.head}>
          <span className={classes.name}>
            <MetricLink finding={newest} />
          </span>
          <SeverityBadge severity={newest.severity} />
        </p>
        <p className={classes.value}>
          <b>{kindWords(newest)}:</b> {usualWords(newest)}
        </p>
        <p className={classes.dim}>
          <span>
            <time dateTime={newest.at}>{when}</time>, <Time at={newest.at} show="age" />
          </span>
          <span>{subjectWords(newest)}</span>
          {others > 0 && <span>{others === 1 ? 'and once before' : `and ${others} times before`}</span>}
        </p>
      </div>
      <div className={classes.actions}>
        <WhyLink id={newest.id} when={`${newest.metric_title}, ${when}`} />
        {newest.detector_form ? <WatchButton form={newest.detector_form} isWatched={newest.watched} title={newest.metric_title} onWatched={onWatched} /> : <span className={classes.cannot}>{cannotWatchWords(newest)}</span>}
      </div>
    </li>
  );
}

function MetricLink({ finding }: { finding: Finding }) {
  const { metric_id, metric_title, stat, period_s } = finding;
  if (metric_id === null) return <Breakable text={metric_title} />;
  return (
    <Link to="/explore" search={{ m: panelsText([{ metric: metric_id, stat, period: period_s }]) }}>
      <Breakable text={metric_title} />
    </Link>
  );
}

const cannotWatchWords = ({ metric_id }: Finding) =>
  metric_id === null ? 'No detector can watch it yet: it did not come as a CloudWatch metric.' : 'No detector can watch it.';

function WatchButton({ form, isWatched, title, onWatched }: { form: DetectorForm; isWatched: boolean; title: string; onWatched: () => void }) {
  const watch = useWatch();
  if (isWatched || watch.isSuccess) {
    return (
      <span role="status" className={classes.watched}>
        <IconEye size={14} aria-hidden /> Watched now
      </span>
    );
  }
  return (
    <>
      <Button
        size="compact-sm"
        aria-label={`Watch this metric: ${title}`}
        leftSection={<IconEye size={14} aria-hidden />}
        loading={watch.isPending}
        onClick={() => {
          onWatched();
          watch.mutate(form);
        }}
      >
        Watch this metric
      </Button>
      {watch.isError && <ErrorNote title="It is not watched yet" error={watch.error} />}
    </>
  );
}
