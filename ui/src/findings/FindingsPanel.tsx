import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { detectorsQuery, FINDINGS_MAX, findingsQuery } from '../api/queries';
import type { Chart, Detector } from '../api/types';
import { Empty } from '../parts/Empty';
import { LinesSkeleton, QueryPanel } from '../parts/QueryPanel';
import { FindingRow } from './FindingRow';
import classes from './FindingsPanel.module.css';
import { MissedButton } from './MissedButton';
import { NotWatched } from './NotWatched';
import { noFindingsWords } from './words';

const ROWS_FIRST = 4;

interface Props {
  chart: Chart;
  /** A stretch of time was chosen, by a brush or as two dates: it can be marked as missed. */
  isStretch: boolean;
}

/** The findings that are kept of a chart's detector in the chart's range; they belong under the chart. */
export function FindingsPanel({ chart, isStretch }: Props) {
  return (
    <section className={classes.panel}>
      <h3 className={classes.title}>Findings in this range</h3>
      {chart.detector === null ? <NotWatched chart={chart} /> : <Watched chart={chart} isStretch={isStretch} />}
    </section>
  );
}

function Watched({ chart, isStretch }: Props) {
  const options = detectorsQuery(chart.metric.id);
  const query = useQuery(options);
  return (
    <QueryPanel what="the findings" query={query} queryKey={options.queryKey} skeleton={<LinesSkeleton lines={1} />}>
      {({ detectors }) => {
        const detector = detectors.find((d) => d.stat === chart.stat);
        return detector ? <KeptFindings chart={chart} detector={detector} isStretch={isStretch} /> : <NotWatched chart={chart} />;
      }}
    </QueryPanel>
  );
}

function KeptFindings({ chart, detector, isStretch }: Props & { detector: Detector }) {
  const options = findingsQuery({ detector: detector.id, from: chart.from, to: chart.to });
  const query = useQuery(options);
  const [showsAll, setShowsAll] = useState(false);
  return (
    <QueryPanel what="the findings" query={query} queryKey={options.queryKey} skeleton={<LinesSkeleton lines={2} />}>
      {({ findings }) => (
        <>
          {findings.length === 0 ? (
            <Empty {...noFindingsWords(detector, chart.k)} />
          ) : (
            <ol className={classes.list} aria-label={`Findings of ${chart.metric.title}, newest first`}>
              {findings.slice(0, showsAll ? FINDINGS_MAX : ROWS_FIRST).map((finding) => (
                <FindingRow key={finding.id} finding={finding} chartPeriod={chart.period_s} />
              ))}
            </ol>
          )}
          <div className={classes.foot}>
            {findings.length > ROWS_FIRST && (
              <Button size="compact-sm" variant="default" aria-expanded={showsAll} onClick={() => setShowsAll(!showsAll)}>
                {showsAll ? 'Show the newest' : allWords(findings.length)}
              </Button>
            )}
            {detector.state === 'TRAINED' && <MissedButton key={`${chart.from} ${chart.to}`} chart={chart} detector={detector} found={findings.length} isStretch={isStretch} />}
          </div>
        </>
      )}
    </QueryPanel>
  );
}

const allWords = (count: number) => (count === FINDINGS_MAX ? `Show the newest ${count}` : `Show all ${count}`);
