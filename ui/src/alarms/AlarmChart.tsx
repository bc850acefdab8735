import { Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { chartQuery } from '../api/queries';
import type { Alarm } from '../api/types';
import { ChartFigure } from '../chart/ChartFigure';
import { useZoom } from '../chart/useZoom';
import { BandSettingsButton } from '../detector/BandSettingsButton';
import { FindingsPanel } from '../findings/FindingsPanel';
import { Breakable } from '../parts/Breakable';
import { Panel } from '../parts/Panel';
import { QueryPanel } from '../parts/QueryPanel';
import type { RangeSearch } from '../search';
import { isStretch } from '../time/range';
import { RangeControl } from '../time/RangeControl';
import { MathPanel } from './MathPanel';

export function AlarmChart({ alarm, range }: { alarm: Alarm; range: RangeSearch }) {
  if (alarm.metric_id === null) {
    return (
      <Panel title={alarm.metric_title || 'Metric math'}>
        <MathPanel alarm={alarm} />
      </Panel>
    );
  }
  return (
    <Panel
      title={<Breakable text={alarm.metric_title} />}
      aside={
        <Link to="/explore" search={{ m: alarm.metric_id, from: range.from, to: range.to }}>
          Explore this metric
        </Link>
      }
    >
      <RangeControl from={range.from} to={range.to} fixedPeriod={alarm.period_s} />
      <ChartOfAlarm alarmRef={alarm.ref} range={range} />
    </Panel>
  );
}

function ChartOfAlarm({ alarmRef, range }: { alarmRef: string; range: RangeSearch }) {
  const options = chartQuery({ alarm: alarmRef, from: range.from, to: range.to });
  const query = useQuery(options);
  const navigate = useNavigate();
  const { zoomIn, zoomOut } = useZoom();
  return (
    <div style={{ marginTop: 'var(--mantine-spacing-sm)' }}>
      <QueryPanel what="the chart" query={query} queryKey={options.queryKey} skeleton={<Skeleton height={330} />}>
        {(chart) => (
          <>
            <ChartFigure
              chart={chart}
              syncKey="alarm"
              showTable={range.view === 'table'}
              onShowTable={(show) =>
                void navigate({ to: '.', search: (old) => ({ ...old, view: show ? 'table' : undefined }), replace: true, resetScroll: false })
              }
              onBrush={(from, to) => zoomIn(chart, from, to)}
              onZoomOut={() => zoomOut(chart)}
              actions={<BandSettingsButton chart={chart} />}
            />
            <FindingsPanel chart={chart} isStretch={isStretch(range)} />
          </>
        )}
      </QueryPanel>
    </div>
  );
}
