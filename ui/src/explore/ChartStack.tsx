import { ActionIcon, Button, Group, Select, Skeleton } from '@mantine/core';
import { IconBellPlus, IconX } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { chartQuery, type ChartRequest } from '../api/queries';
import type { Chart } from '../api/types';
import { ChartFigure } from '../chart/ChartFigure';
import { periodOptions, STATS } from '../chart/choices';
import type { TimeAxis } from '../chart/PlotArea';
import { useZoom } from '../chart/useZoom';
import { BandSettingsButton } from '../detector/BandSettingsButton';
import { FindingsPanel } from '../findings/FindingsPanel';
import { Breakable } from '../parts/Breakable';
import { Panel as PanelFrame } from '../parts/Panel';
import { QueryPanel } from '../parts/QueryPanel';
import type { ExploreSearch, Panel } from '../search';
import { isStretch } from '../time/range';

interface Props {
  panels: Panel[];
  search: ExploreSearch;
  onPanels: (panels: Panel[]) => void;
}

const SYNC_KEY = 'explore';

/** Charts under each other on one time axis, with one cross-hair. */
export function ChartStack({ panels, search, onPanels }: Props) {
  // Without a chosen range the first chart's own choice holds for all: a shared cross-hair needs a shared axis,
  // which the server rounds to each chart's own periods.
  const first = useQuery(chartQuery(requestOf(panels[0]!, search)));
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
  const options = chartQuery(request);
  const query = useQuery({ ...options, enabled: isReady });
  const navigate = useNavigate();
  const { zoomIn, zoomOut } = useZoom();
  const chart = query.data;
  const setView = (show: boolean) =>
    void navigate({ to: '.', search: (old) => ({ ...old, view: show ? 'table' : undefined }), replace: true, resetScroll: false });

  return (
    <PanelFrame title={chart ? <Breakable text={chart.metric.title} /> : query.isError ? 'A metric that could not be read' : 'Loading the metric…'} aside={<ChartChoices chart={chart} onChange={onChange} onRemove={onRemove} />}>
      <QueryPanel what="the chart" query={query} queryKey={options.queryKey} skeleton={<Skeleton height={330} />}>
        {(data) => (
          <>
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

function ChartChoices({ chart, onChange, onRemove }: { chart: Chart | undefined } & Pick<ExploreChartProps, 'onChange' | 'onRemove'>) {
  return (
    <Group gap="xs" wrap="nowrap">
      {chart && (
        <>
          <Select
            size="xs"
            w={118}
            aria-label="Statistic"
            data={STATS.includes(chart.stat) ? STATS : [...STATS, chart.stat]}
            value={chart.stat}
            allowDeselect={false}
            onChange={(stat) => stat && onChange({ stat, period: chart.period_s })}
          />
          <Select
            size="xs"
            w={118}
            aria-label="Period"
            data={periodOptions(chart.period_s)}
            value={String(chart.period_s)}
            allowDeselect={false}
            onChange={(period) => period && onChange({ stat: chart.stat, period: Number(period) })}
          />
        </>
      )}
      <ActionIcon variant="subtle" color="gray" aria-label={`Take away ${chart?.metric.title ?? 'this chart'}`} onClick={onRemove}>
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
