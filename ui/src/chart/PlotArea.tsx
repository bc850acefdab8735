import { useComputedColorScheme } from '@mantine/core';
import { useElementSize } from '@mantine/hooks';
import { useEffect, useMemo, useRef, useState, type KeyboardEvent } from 'react';
import type { Chart } from '../api/types';
import { useDataNow, useZone } from '../time/Time';
import { unitSuffix } from '../time/unit';
import classes from './PlotArea.module.css';
import { whyOf, type Row } from './model';
import { mountPlot, PALETTES, type PlotHandle } from './plot';
import { rowWords } from './words';

/** What the x axis shows when it is not the chart's own range. */
export type TimeAxis = Pick<Chart, 'from' | 'to'>;

/** When an alarm would have been on, as tried on the past from `since` to `until`. */
export interface Firings {
  since: Chart['from'];
  until: Chart['to'];
  /** `ended` null: still on at `until`. */
  list: { began: Chart['from']; ended: Chart['to'] | null }[];
}

interface Props {
  chart: Chart;
  rows: Row[];
  axis: TimeAxis | undefined;
  syncKey: string;
  height: number;
  /** The row under the cross-hair, whoever moved it. */
  onRow: (row: Row | null) => void;
  onBrush: (fromSeconds: number, toSeconds: number) => void;
  onZoomOut: () => void;
  /** Opens the Why of a finding. */
  onWhy: (id: string) => void;
  firings: Firings | undefined;
}

const seconds = (instant: string) => Date.parse(instant) / 1000;

/** The picture. Its words are in the caption and the table; what the arrow keys find is said through a live region. */
export function PlotArea({ chart, rows, axis, syncKey, height, onRow, onBrush, onZoomOut, onWhy, firings }: Props) {
  const { ref: sizeRef, width } = useElementSize<HTMLDivElement>();
  const canvasHome = useRef<HTMLDivElement>(null);
  const plot = useRef<PlotHandle | null>(null);
  const cursor = useRef<number | null>(null);
  const [spoken, setSpoken] = useState('');
  const scheme = useComputedColorScheme('light');
  const zone = useZone();
  // The plot outlives renders: it calls whatever these are by then.
  const whyAt = (index: number | null) => {
    const row = index === null ? undefined : rows[index];
    const id = row && whyOf(row);
    if (id) onWhy(id);
  };
  const handlers = useRef({ onRow, onBrush, onZoomOut, whyAt });
  handlers.current = { onRow, onBrush, onZoomOut, whyAt };

  const { from, to } = axis ?? chart;
  const dataNow = useRef<number | null>(null);
  dataNow.current = useDataNow();
  const model = useMemo(
    () => ({
      rows,
      from: seconds(from),
      to: seconds(to),
      excluded: chart.excluded.map((range) => ({ from: seconds(range.from), to: seconds(range.to) })),
      days: chart.calendar_days.map((range) => ({ from: seconds(range.from), to: seconds(range.to) })),
      // What goes on ends with the present for now, not with a chart that reaches beyond it.
      silences: chart.silences.map(({ id, from, to }) => ({ id, from: seconds(from), to: to === null ? Math.min(seconds(chart.to), dataNow.current ?? Infinity) : seconds(to) })),
      threshold: chart.threshold,
      firings: (firings?.list ?? []).map(({ began, ended }) => ({ from: seconds(began), to: seconds(ended ?? firings!.until) })),
      zone,
      palette: PALETTES[scheme],
      syncKey,
      height,
    }),
    [chart, rows, from, to, firings, zone, scheme, syncKey, height],
  );

  const isMeasured = width > 0;
  useEffect(() => {
    if (!canvasHome.current || !isMeasured) return;
    const handle = mountPlot(canvasHome.current, { ...model, width: canvasHome.current.clientWidth || width }, {
      onCursor: (index) => {
        cursor.current = index;
        handlers.current.onRow(index === null ? null : (rows[index] ?? null));
      },
      onBrush: (from, to) => handlers.current.onBrush(from, to),
      onZoomOut: () => handlers.current.onZoomOut(),
      onMark: (index) => {
        // So that the keyboard comes back here when the Why is closed.
        canvasHome.current?.focus({ preventScroll: true });
        handlers.current.whyAt(index);
      },
    });
    plot.current = handle;
    return () => {
      plot.current = null;
      cursor.current = null;
      handle.destroy();
    };
    // `width` is followed by the effect below without drawing everything anew.
  }, [model, isMeasured]);

  useEffect(() => {
    if (width > 0) plot.current?.resize(width);
  }, [width]);

  const moveTo = (index: number) => {
    const row = rows[index];
    if (!row) return;
    plot.current?.moveTo(index);
    cursor.current = index;
    handlers.current.onRow(row);
    setSpoken(rowWords(row, chart.period_s, zone, unitSuffix(chart.unit, chart.stat)));
  };

  /** A silence of many periods is one mark, at its first. */
  const isMark = (index: number) => {
    const { finding, silence } = rows[index]!;
    return Boolean(finding?.id) || (silence !== null && silence.id !== rows[index - 1]?.silence?.id);
  };

  /** The next mark after the cross-hair, or the one before it. */
  const moveToMark = (step: 1 | -1) => {
    const start = cursor.current ?? (step > 0 ? -1 : rows.length);
    for (let index = start + step; index >= 0 && index < rows.length; index += step) {
      if (isMark(index)) return moveTo(index);
    }
  };

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const last = rows.length - 1;
    const at = cursor.current;
    const actions: Record<string, () => void> = {
      ArrowRight: () => moveTo(at === null ? 0 : Math.min(at + 1, last)),
      ArrowLeft: () => moveTo(at === null ? last : Math.max(at - 1, 0)),
      Home: () => moveTo(0),
      End: () => moveTo(last),
      PageDown: () => moveToMark(1),
      PageUp: () => moveToMark(-1),
      Enter: () => whyAt(at),
      '+': () => zoomInAt(at ?? last),
      '=': () => zoomInAt(at ?? last),
      '-': onZoomOut,
      Escape: () => {
        plot.current?.release();
        cursor.current = null;
        onRow(null);
      },
    };
    const action = actions[event.key];
    if (!action) return;
    event.preventDefault();
    event.stopPropagation();
    action();
  };

  const zoomInAt = (index: number) => {
    const row = rows[index];
    if (!row) return;
    const quarter = Math.max((model.to - model.from) / 4, 2 * chart.period_s);
    onBrush(Math.max(row.at - quarter, model.from), Math.min(row.at + quarter, model.to));
  };

  return (
    <div ref={sizeRef}>
      <div
        ref={canvasHome}
        role="application"
        aria-roledescription="chart"
        aria-label={`${chart.metric.title}, ${chart.stat}. Arrow keys move from point to point, Page Up and Page Down from finding to finding; Enter says why.`}
        tabIndex={0}
        className={classes.plot}
        style={{ height }}
        onKeyDown={onKeyDown}
        data-chart={chart.metric.id}
      />
      <div className="visually-hidden" aria-live="polite">
        {spoken}
      </div>
    </div>
  );
}
