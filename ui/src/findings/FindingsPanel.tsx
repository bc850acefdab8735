import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { detectorsQuery, FINDINGS_MAX, findingsQuery } from '../api/queries';
import type { Chart, Detector, Finding } from '../api/types';
import { Empty } from '../parts/Empty';
import { LinesSkeleton, QueryPanel } from '../parts/QueryPanel';
import { FindingRow } from './FindingRow';
import classes from './FindingsPanel.module.css';
import { MissedButton } from './MissedButton';
import { NotWatched } from './NotWatched';
import { belongingTo, hasData, noFindingsWords, widthNote } from './words';

const ROWS_FIRST = 4;

interface Props {
  chart: Chart;
  /** A stretch of time was chosen, by a brush or as two dates: it can be marked as missed. */
  isStretch: boolean;
}

/** The findings that are kept of a chart's metric in the chart's range, by its detector and by the always-on watch; they belong under the chart. */
export function FindingsPanel({ chart, isStretch }: Props) {
  return (
    <section className={classes.panel}>
      <h3 className={classes.title}>Findings in this range</h3>
      {chart.detector === null ? <KeptFindings chart={chart} detector={null} isStretch={isStretch} /> : <Watched chart={chart} isStretch={isStretch} />}
    </section>
  );
}

function Watched({ chart, isStretch }: Props) {
  const options = detectorsQuery(chart.metric.id);
  const query = useQuery(options);
  return (
    <QueryPanel what="the findings" query={query} queryKey={options.queryKey} skeleton={<LinesSkeleton lines={1} />}>
      {({ detectors }) => <KeptFindings chart={chart} detector={detectors.find((d) => d.stat === chart.stat) ?? null} isStretch={isStretch} />}
    </QueryPanel>
  );
}

function KeptFindings({ chart, detector, isStretch }: Props & { detector: Detector | null }) {
  const options = findingsQuery({ metric: chart.metric.id, from: chart.from, to: chart.to });
  const query = useQuery(options);
  return (
    <QueryPanel what="the findings" query={query} queryKey={options.queryKey} skeleton={<LinesSkeleton lines={2} />}>
      {(page) => {
        const findings = belongingTo(detector, page.findings);
        return (
          <>
            {findings.length > 0 && detector !== null && <p className={classes.width}>{widthNote(detector, chart)}</p>}
            {findings.length > 0 && <List chart={chart} findings={findings} isCut={page.findings.length === FINDINGS_MAX} />}
            {detector === null && (
              <div className={findings.length > 0 ? classes.below : undefined}>
                <NotWatched chart={chart} found={findings.length} />
              </div>
            )}
            {detector !== null && findings.length === 0 && <Empty {...noFindingsWords(detector, chart)} />}
            {/* Without data there is nothing to keep out of training. */}
            {detector?.state === 'TRAINED' && hasData(chart) && (
              <div className={classes.foot}>
                <MissedButton key={`${chart.from} ${chart.to}`} chart={chart} detector={detector} found={findings.length} isStretch={isStretch} />
              </div>
            )}
          </>
        );
      }}
    </QueryPanel>
  );
}

/** `isCut`: there may be older ones that the server did not send. */
function List({ chart, findings, isCut }: { chart: Chart; findings: Finding[]; isCut: boolean }) {
  const [showsAll, setShowsAll] = useState(false);
  return (
    <>
      <ol className={classes.list} aria-label={`Findings of ${chart.metric.title}, newest first`}>
        {findings.slice(0, showsAll ? FINDINGS_MAX : ROWS_FIRST).map((finding) => (
          <FindingRow key={finding.id} finding={finding} chart={chart} />
        ))}
      </ol>
      {findings.length > ROWS_FIRST && (
        <Button mt="xs" size="compact-sm" variant="default" aria-expanded={showsAll} onClick={() => setShowsAll(!showsAll)}>
          {showsAll ? 'Show the newest' : isCut ? `Show the newest ${findings.length}` : `Show all ${findings.length}`}
        </Button>
      )}
    </>
  );
}
