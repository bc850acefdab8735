import { Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { backtestQuery, chartQuery, metricQuery } from '../api/queries';
import type { BacktestRequest } from '../api/types';
import { ChartFigure } from '../chart/ChartFigure';
import type { Firings } from '../chart/PlotArea';
import { Empty } from '../parts/Empty';
import { Panel } from '../parts/Panel';
import { QueryPanel } from '../parts/QueryPanel';
import { toInstantText, zoomedOut } from '../time/range';
import { useDataNow } from '../time/Time';
import { useDebounced } from '../parts/useDebounced';
import { BacktestPanel } from './BacktestPanel';
import classes from './AlarmForm.module.css';
import { ruleFault, toBacktest, type Draft } from './draft';
import { isSilent } from './words';

const TYPING_MS = 300;

/** What the rule being typed would have done, and the past of its metric, so that a limit is not chosen blindly. */
export function AlarmPreview({ draft }: { draft: Draft }) {
  // As text: a new object with the same rule in it is no edit.
  const rule = useDebounced(JSON.stringify(toBacktest(draft)), TYPING_MS);
  const wanted = JSON.parse(rule) as ReturnType<typeof toBacktest>;
  return (
    <div className={classes.fields}>
      <BacktestPanel wanted={wanted} fault={ruleFault(draft)} />
      <PastPanel draft={draft} wanted={wanted} />
    </div>
  );
}

interface PastProps {
  draft: Draft;
  /** The draft's rule, once it has settled; null while it is not complete. */
  wanted: BacktestRequest | null;
}

function PastPanel({ draft, wanted }: PastProps) {
  return (
    <Panel title="Its past against this limit">
      <Past draft={draft} wanted={wanted} />
    </Panel>
  );
}

function Past({ draft, wanted }: PastProps) {
  const { metric_id, stat, period_s } = draft;
  const metric = useQuery(metricQuery(metric_id));
  if (!metric_id && draft.metric) return <Empty title="Nothing has come of this metric yet" why="Its past shows here from its first value on. The alarm can be saved before." />;
  if (!metric_id) return <Empty title="Choose a metric" why="Its past and its usual range then show here." />;
  if (metric.data === null) return <Empty title="There is no such metric" why="What led here names one that this server does not have. The past of another shows here once it is chosen." />;
  if (stat && period_s !== '') return <PreviewChart metric={metric_id} stat={stat} period={period_s} draft={draft} wanted={wanted} />;
  // The chosen metric's own statistic and period come with it.
  if (metric.isFetching && !metric.data) {
    return (
      <div aria-busy="true">
        <Skeleton height={330} />
      </div>
    );
  }
  if (metric.isError) return <Empty title="The chosen metric could not be read" why="Its usual statistic and period come with it; its past shows here once it is read, or once both are chosen by hand." />;
  return <Empty title="Choose a statistic and a period" why="The past of the metric and its usual range then show here." />;
}

/** When the rule would have fired: only of the rule as it is now, never what stands there of one before it. */
function useFirings(wanted: BacktestRequest | null): Firings | undefined {
  const { data, isPlaceholderData } = useQuery(backtestQuery(wanted));
  return useMemo(() => {
    if (!wanted || !data || isPlaceholderData || isSilent(data.past)) return undefined;
    return { since: data.from, until: data.to, list: data.firings };
  }, [wanted === null, data, isPlaceholderData]);
}

function PreviewChart({ metric, stat, period, draft, wanted }: PastProps & { metric: string; stat: string; period: number }) {
  // No part of the URL: the form is one step of the history, its zoom is not.
  const [range, setRange] = useState<{ from?: string; to?: string }>({});
  const [showTable, setShowTable] = useState(false);
  const dataNow = useDataNow();
  const firings = useFirings(wanted);
  const isBand = draft.kind === 'band';
  const typedK = typeof draft.k === 'number' && draft.k >= 0.1 && draft.k <= 10 ? draft.k : undefined;
  const k = useDebounced(isBand ? typedK : undefined, TYPING_MS);
  const options = chartQuery({ metric, stat, period, k, ...range });
  const query = useQuery(options);
  return (
    <QueryPanel what="the preview" query={query} queryKey={options.queryKey} skeleton={<Skeleton height={330} />}>
      {(chart) => (
        <ChartFigure
          chart={isBand ? chart : { ...chart, threshold: Number.isFinite(draft.threshold) ? Number(draft.threshold) : null }}
          syncKey="preview"
          firings={firings}
          showTable={showTable}
          onShowTable={setShowTable}
          onBrush={(from, to) => setRange({ from: toInstantText(from), to: toInstantText(Math.max(to, from + 2 * chart.period_s)) })}
          onZoomOut={() => {
            const to = Date.parse(chart.to) / 1000;
            setRange(zoomedOut(Date.parse(chart.from) / 1000, to, dataNow ?? to));
          }}
        />
      )}
    </QueryPanel>
  );
}
