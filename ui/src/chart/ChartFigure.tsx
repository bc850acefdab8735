import { Button, Group, Text } from '@mantine/core';
import { IconTable } from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import { useMemo, useState, type ReactNode } from 'react';
import type { Chart } from '../api/types';
import { DetectorBadge } from '../parts/StateBadge';
import { useZone } from '../time/Time';
import { unitSuffix } from '../time/unit';
import { Words } from '../time/Words';
import { WordsZone } from '../time/WordsZone';
import classes from './ChartFigure.module.css';
import { ChartKey } from './ChartKey';
import { ChartTable } from './ChartTable';
import { ExportMenu } from './ExportMenu';
import { rowsOf, whyOf, type Row } from './model';
import { NoData } from './NoData';
import { PlotArea, type Firings, type TimeAxis } from './PlotArea';
import { noBandWords, rowWords } from './words';

interface Props {
  chart: Chart;
  syncKey: string;
  /** The x axis of a stack of charts; absent: the chart's own range. */
  axis?: TimeAxis;
  height?: number;
  showTable: boolean;
  onShowTable: (show: boolean) => void;
  onBrush: (fromSeconds: number, toSeconds: number) => void;
  onZoomOut: () => void;
  /** When an alarm would have been on; the chart marks it. */
  firings?: Firings;
  /** Further buttons, after those that every chart has. */
  actions?: ReactNode;
}

const HINT = 'Point at the chart for values, press a filled mark for why, drag to zoom in, double-click to zoom out.';
const HINT_WITHOUT_FINDING = 'Point at the chart for values, drag to zoom in, double-click to zoom out.';

/** A chart with all that belongs to it: sentence, readout, picture or table, key, export. */
export function ChartFigure({ chart, syncKey, axis, height = 260, showTable, onShowTable, onBrush, onZoomOut, firings, actions }: Props) {
  const rows = useMemo(() => rowsOf(chart), [chart]);
  const [row, setRow] = useState<Row | null>(null);
  const zone = useZone();
  const navigate = useNavigate();
  const onWhy = (why: string) => void navigate({ to: '.', search: (old) => ({ ...old, why }), resetScroll: false });

  return (
    <figure className={classes.figure}>
      <figcaption className={classes.caption}>
        <div>
          <Text size="sm">
            <Words text={chart.sentence} />
          </Text>
          <WordsZone of={[chart.sentence]} />
        </div>
      </figcaption>
      {rows.length === 0 ? (
        <NoData chart={chart} onRange={onBrush} onZoomOut={onZoomOut} />
      ) : (
        <>
          {!showTable && (
          <Text size="sm" className={classes.readout} data-hint={row === null || undefined} aria-hidden>
            {row ? rowWords(row, chart.period_s, zone, unitSuffix(chart.unit, chart.stat)) : rows.some(whyOf) ? HINT : HINT_WITHOUT_FINDING}
          </Text>
          )}
          {showTable ? (
            <ChartTable chart={chart} rows={rows} />
          ) : (
            <PlotArea chart={chart} rows={rows} axis={axis} syncKey={syncKey} height={height} onRow={setRow} onBrush={onBrush} onZoomOut={onZoomOut} onWhy={onWhy} firings={firings} />
          )}
          {chart.band.length === 0 && (
            <Text size="sm" className={classes.caption}>
              {noBandWords(chart.detector)}
            </Text>
          )}
        </>
      )}
      <div className={classes.foot}>
        <ChartKey chart={chart} firings={showTable ? undefined : firings} />
        <Group gap="xs">
          {chart.detector && <DetectorBadge state={chart.detector.state} trainedPeriods={chart.detector.trained_periods} />}
          <Button
            size="compact-sm"
            variant="default"
            leftSection={<IconTable size={14} aria-hidden />}
            aria-pressed={showTable}
            onClick={() => onShowTable(!showTable)}
          >
            {showTable ? 'Chart' : 'Table'}
          </Button>
          <ExportMenu chart={chart} />
          {actions}
        </Group>
      </div>
    </figure>
  );
}
