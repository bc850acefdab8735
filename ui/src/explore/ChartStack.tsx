import { ActionIcon, Button, Group, Select, Skeleton, Text } from '@mantine/core';
import { IconBellPlus, IconX } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { fittingChartQuery, metricQuery, type ChartRequest } from '../api/queries';
import type { Chart, Metric } from '../api/types';
import { ChartFigure } from '../chart/ChartFigure';
import { PERIODS_S, periodOptions, statOptions } from '../chart/choices';
import type { TimeAxis } from '../chart/PlotArea';
import { useZoom } from '../chart/useZoom';
import { BandSettingsButton } from '../detector/BandSettingsButton';
import { FindingsPanel } from '../findings/FindingsPanel';
import { Breakable } from '../parts/Breakable';
import { metricTitle } from '../parts/metricTitle';
import { Panel as PanelFrame } from '../parts/Panel';
import { QueryPanel } from '../parts/QueryPanel';
import { usePageTitle } from '../parts/usePageTitle';
import type { ExploreSearch, Panel } from '../search';
import { periodWords } from '../time/format';
import { isStretch } from '../time/range';

interface Props {
  panels: Panel[];
  search: ExploreSearch;
  onPanels: (panels: Panel[]) => void;
}

const SYNC_KEY = 'explore';
/** A week is no choice, but brings decades into one chart. */
const FITTING_S = [...PERIODS_S, 604_800];

/** Charts under each other on one time axis, with one cross-hair. */
export function ChartStack({ panels, search, onPanels }: Props) {
  // Without a chosen range the first chart's own choice holds for all: a shared cross-hair needs a shared axis,
  // which the server rounds to each chart's own periods.
  const first = useQuery(fittingChartQuery(requestOf(panels[0]!, search), FITTING_S));
  usePageTitle(first.data ? titleWords(first.data, panels.length - 1) : 'Explore');
  const shared = search.from ? search : { from: first.data?.from, to: first.data?.to };

  return panels.map((panel, index) => {
    const range = index === 0 ? search : shared;
    const replace = (change: Partial<Panel>) => onPanels(panels.map((p) => (p === panel ? { ...p, ...change } : p)));
    return (
      <ExploreChart
        key={`${panel.metric}:${panel.stat}`}
        axis={index > 0 && first.data ? { from: first.data.from, to: first.data.to } : undefined}
        request={{ ...requestOf(panel, search), from: range.from, to: range.to }}
        isReady={index === 0 || range.from !== undefined || first.isError}
        showTable={search.view === 'table'}
        onChange={replace}
        onRemove={() => onPanels(panels.filter((p) => p !== panel))}
      />
    );
  });
}

/** Of the page: several that are open can be told apart. */
const titleWords = ({ metric }: Chart, others: number) => (others > 0 ? `${metric.title} and ${others} more` : metric.title);

const requestOf = (panel: Panel, search: ExploreSearch): ChartRequest => ({
  metric: panel.metric,
  stat: panel.stat,
  period: panel.period,
  from: search.from,
  to: search.to,
  k: search.k,
});

interface ExploreChartProps {
  request: ChartRequest;
  axis: TimeAxis | undefined;
  isReady: boolean;
  showTable: boolean;
  onChange: (change: Partial<Panel>) => void;
  onRemove: () => void;
}

function ExploreChart({ request, axis, isReady, showTable, onChange, onRemove }: ExploreChartProps) {
  const options = fittingChartQuery(request, FITTING_S);
  const query = useQuery({ ...options, enabled: isReady });
  const navigate = useNavigate();
  const { zoomIn, zoomOut } = useZoom();
  const chart = query.data;
  // A chart that cannot be drawn has a name all the same, and choices that may bring it.
  const { data: metric } = useQuery({ ...metricQuery(request.metric ?? ''), enabled: query.isError });
  const shown = chart ? choiceOf(chart) : metric && choiceOfMetric(metric, request);
  const setView = (show: boolean) =>
    void navigate({ to: '.', search: (old) => ({ ...old, view: show ? 'table' : undefined }), replace: true, resetScroll: false });

  return (
    <PanelFrame title={shown ? <Breakable text={shown.title} /> : query.isError ? 'A metric that could not be read' : 'Loading the metric…'} aside={<ChartChoices shown={shown} onChange={onChange} onRemove={onRemove} />}>
      <QueryPanel what="the chart" query={query} queryKey={options.queryKey} skeleton={<Skeleton height={330} />}>
        {(data) => (
          <>
            {data.isLonger && (
              <Text size="sm" c="var(--tm-dim-text)">
                So long a range has more periods than fit in one chart: it is shown per {periodWords(data.period_s)}.
              </Text>
            )}
            <ChartFigure
              chart={data}
              syncKey={SYNC_KEY}
              axis={axis}
              showTable={showTable}
              onShowTable={setView}
              onBrush={(from, to) => zoomIn(data, from, to)}
              onZoomOut={() => zoomOut(data)}
              actions={
                <>
                  <BandSettingsButton chart={data} />
                  <CreateAlarmLink chart={data} />
                </>
              }
            />
            <FindingsPanel chart={data} isStretch={isStretch(request)} />
          </>
        )}
      </QueryPanel>
    </PanelFrame>
  );
}

/** What stands in the head of a chart. */
interface Shown {
  title: string;
  stat: string;
  period_s: number;
}

const choiceOf = ({ metric, stat, period_s }: Chart): Shown => ({ title: metric.title, stat, period_s });

/** As the server chooses what the request leaves out. */
function choiceOfMetric(metric: Metric, request: ChartRequest): Shown {
  const stat = request.stat ?? metric.detectors[0]?.stat ?? 'Sum';
  const detector = metric.detectors.find((d) => d.stat === stat);
  return { title: metricTitle(metric), stat, period_s: request.period ?? detector?.period_s ?? metric.period_s };
}

function ChartChoices({ shown, onChange, onRemove }: { shown: Shown | null | undefined } & Pick<ExploreChartProps, 'onChange' | 'onRemove'>) {
  return (
    <Group gap="xs">
      {shown && (
        <>
          <Select
            size="xs"
            w={118}
            aria-label="Statistic"
            data={statOptions(shown.stat)}
            value={shown.stat}
            allowDeselect={false}
            onChange={(stat) => stat && onChange({ stat, period: shown.period_s })}
          />
          <Select
            size="xs"
            w={136}
            aria-label="Period"
            data={periodOptions(shown.period_s)}
            value={String(shown.period_s)}
            allowDeselect={false}
            onChange={(period) => period && onChange({ stat: shown.stat, period: Number(period) })}
          />
        </>
      )}
      <ActionIcon variant="subtle" color="gray" aria-label={`Take away ${shown?.title ?? 'this chart'}`} onClick={onRemove}>
        <IconX size={18} aria-hidden />
      </ActionIcon>
    </Group>
  );
}

function CreateAlarmLink({ chart }: { chart: Chart }) {
  return (
    <Button
      size="compact-sm"
      variant="default"
      leftSection={<IconBellPlus size={14} aria-hidden />}
      renderRoot={(props: object) => (
        <Link
          {...props}
          to="/alarms"
          search={{ create: true, metric: chart.metric.id, stat: chart.stat, period: chart.period_s, k: chart.k === 2 ? undefined : chart.k }}
        />
      )}
    >
      Create alarm
    </Button>
  );
}
