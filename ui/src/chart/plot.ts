// All use of uPlot: what it draws, how it is told, what it tells back. Nothing else imports it.
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import type { ChartFinding } from '../api/types';
import { axisTexts, type Zone } from '../time/format';
import type { Row } from './model';
import { ticksOf, tickTexts, valueRange } from './scale';

export interface Palette {
  value: string;
  expected: string;
  band: string;
  above: string;
  below: string;
  /** Of a finding that lies inside of the band. */
  inside: string;
  excluded: string;
  calendar: string;
  silence: string;
  silenceFill: string;
  threshold: string;
  firing: string;
  axis: string;
  grid: string;
  paper: string;
}

/** Each pair was checked for contrast against its paper: 3:1 for lines and marks, 4.5:1 for text. */
export const PALETTES: Record<'light' | 'dark', Palette> = {
  light: {
    value: '#0b5f78',
    expected: '#52616b',
    band: 'rgba(38, 145, 176, 0.20)',
    above: '#c2255c',
    below: '#b8500a',
    inside: '#212529',
    excluded: 'rgba(90, 98, 106, 0.16)',
    calendar: 'rgba(176, 120, 0, 0.15)',
    silence: '#343a40',
    silenceFill: 'rgba(52, 58, 64, 0.09)',
    threshold: '#9c36b5',
    firing: '#5f3dc4',
    axis: '#495057',
    grid: 'rgba(73, 80, 87, 0.12)',
    paper: '#ffffff',
  },
  dark: {
    value: '#6ccbe6',
    expected: '#b4bcc4',
    band: 'rgba(108, 203, 230, 0.20)',
    above: '#ff7aa8',
    below: '#ffa94d',
    inside: '#f1f3f5',
    excluded: 'rgba(200, 206, 212, 0.16)',
    calendar: 'rgba(255, 200, 87, 0.16)',
    silence: '#dee2e6',
    silenceFill: 'rgba(222, 226, 230, 0.10)',
    threshold: '#e599f7',
    firing: '#b197fc',
    axis: '#c9c9c9',
    grid: 'rgba(201, 201, 201, 0.12)',
    paper: '#242424',
  },
};

export interface PlotModel {
  rows: Row[];
  /** Epoch seconds: the x axis shows just this. */
  from: number;
  to: number;
  excluded: { from: number; to: number }[];
  /** Days of calendars. */
  days: { from: number; to: number }[];
  /** Times without data that were longer than usual. */
  silences: { id: string; from: number; to: number }[];
  threshold: number | null;
  /** When an alarm would have been on. */
  firings: { from: number; to: number }[];
  zone: Zone;
  palette: Palette;
  /** Charts of one key share the cross-hair. */
  syncKey: string;
  width: number;
  height: number;
}

export interface PlotEvents {
  onCursor: (index: number | null) => void;
  onBrush: (from: number, to: number) => void;
  onZoomOut: () => void;
  /** A mark was pressed: the row of a finding that is kept. */
  onMark: (index: number) => void;
}

export interface PlotHandle {
  /** Puts the cross-hair on a row, in all charts of the key. */
  moveTo: (index: number) => void;
  /** Takes the cross-hair away, pinned or not. */
  release: () => void;
  resize: (width: number) => void;
  destroy: () => void;
}

const BRUSH_MIN_PX = 6;
const FINDING_SIZE_PX = 6;
const RIBBON_PX = 4;
const FIRING_PX = 7;
const SILENCE_PX = 8;
/** However short a silence is, its bar is seen. */
const SILENCE_LEAST_PX = 4;
/** A mark is as easy to hit as a button (WCAG 2.5.8: 24 px across). */
const MARK_REACH_PX = 12;
const AXIS_MIN_PX = 56;
const TIME_AXIS_PX = 44;
/** Ticks of the value axis stand no closer. */
const TICK_EVERY_PX = 30;
/** With more findings than one in so many pixels, triangles of full size would cover the line. */
const CROWDED_PX = 12;

/** uPlot's columns: time, upper, lower, expected, value. */
export function alignedData(rows: Row[]): uPlot.AlignedData {
  return [
    rows.map((r) => r.at),
    rows.map((r) => r.upper),
    rows.map((r) => r.lower),
    rows.map((r) => r.expected),
    rows.map((r) => r.value),
  ];
}

/** The threshold belongs to the picture even when all values lie far from it. */
function rangeWith(threshold: number | null): uPlot.Range.Function {
  return (_plot, min, max) => {
    if (min === null || max === null) return [0, 1];
    return threshold === null ? valueRange(min, max) : valueRange(Math.min(min, threshold), Math.max(max, threshold));
  };
}

function lineSeries(palette: Palette, rowCount: number): uPlot.Series[] {
  // A first point or two would be lost among grid lines.
  const pointSize = rowCount < 3 ? 9 : 5;
  const edge = { points: { show: false }, width: 0 };
  return [
    {},
    { ...edge, label: 'upper' },
    { ...edge, label: 'lower' },
    { label: 'expected', stroke: palette.expected, width: 1, dash: [5, 4], points: { show: false } },
    { label: 'value', stroke: palette.value, width: 1.75, points: { size: pointSize, fill: palette.value } },
  ];
}

function axes(model: PlotModel): uPlot.Axis[] {
  const common: uPlot.Axis = {
    stroke: model.palette.axis,
    grid: { stroke: model.palette.grid, width: 1 },
    ticks: { stroke: model.palette.grid, width: 1 },
    font: '12px system-ui, sans-serif',
  };
  const hasNumbers = model.rows.some((row) => row.value !== null || row.upper !== null) || model.threshold !== null;
  const ticksMost = Math.max(2, Math.floor((model.height - TIME_AXIS_PX) / TICK_EVERY_PX));
  return [
    { ...common, size: TIME_AXIS_PX, space: 62, values: (_plot, marks, _axis, _space, step) => axisTexts(marks, step, model.zone) },
    {
      ...common,
      size: axisWidth,
      // uPlot asks for a step that fits, looks no digits up from 5 on, and leaves to us where the ticks stand.
      incrs: (_plot, _axis, low, high) => [Math.max(5, high - low)],
      splits: (_plot, _axis, low, high) => ticksOf(low, high, ticksMost),
      // Without any value the scale means nothing.
      values: (_plot, marks) => (hasNumbers ? tickTexts(marks) : marks.map(() => '')),
    },
  ];
}

/** Charts under each other line up while their labels are short; long ones (bytes) must not be cut. */
function axisWidth(_plot: uPlot, values: string[] | null): number {
  const longest = Math.max(3, ...(values ?? []).map((text) => text.length));
  return Math.max(AXIS_MIN_PX, Math.ceil(longest * 7 + 16));
}

export function buildOptions(model: PlotModel, events: PlotEvents): uPlot.Options {
  return {
    width: model.width,
    height: model.height,
    legend: { show: false },
    tzDate: (seconds) => (model.zone === 'utc' ? uPlot.tzDate(new Date(seconds * 1000), 'Etc/UTC') : new Date(seconds * 1000)),
    scales: {
      x: { time: true, range: () => [model.from, model.to] },
      y: { range: rangeWith(model.threshold) },
    },
    series: lineSeries(model.palette, model.rows.length),
    bands: [{ series: [1, 2], fill: model.palette.band }],
    axes: axes(model),
    cursor: {
      lock: true,
      y: false,
      drag: { x: true, y: false, setScale: false, dist: BRUSH_MIN_PX },
      sync: { key: model.syncKey, setSeries: false },
      // Only the value gets a dot under the cross-hair; the band's edges are lines enough.
      points: { size: (_plot, series) => (series === 4 ? 9 : 0) },
      bind: {
        dblclick: () => () => {
          events.onZoomOut();
          return null;
        },
      },
    },
    hooks: {
      drawClear: [(plot) => drawShaded(plot, model, model.days, model.palette.calendar, -1), (plot) => drawShaded(plot, model, model.excluded, model.palette.excluded, 1), (plot) => drawSilences(plot, model)],
      draw: [(plot) => drawThreshold(plot, model), (plot) => drawFirings(plot, model), (plot) => drawFindings(plot, model)],
      setCursor: [(plot) => events.onCursor(plot.cursor.idx ?? null)],
    },
  };
}

/** Shading with stripes that rise (1) or fall (-1) to the right, by which kinds are told apart without their colour. */
function drawShaded(plot: uPlot, { from, to }: PlotModel, ranges: { from: number; to: number }[], ink: string, rise: 1 | -1) {
  const { ctx, bbox } = plot;
  ctx.save();
  for (const range of ranges) {
    const left = plot.valToPos(Math.max(range.from, from), 'x', true);
    const right = plot.valToPos(Math.min(range.to, to), 'x', true);
    if (right <= left) continue;
    ctx.fillStyle = ink;
    ctx.fillRect(left, bbox.top, right - left, bbox.height);
    hatch(ctx, left, right, bbox, rise);
  }
  ctx.restore();
}

/** Stripes, so that shading is told apart from the band without its colour. */
function hatch(ctx: CanvasRenderingContext2D, left: number, right: number, bbox: uPlot.BBox, rise: 1 | -1) {
  const gap = 8 * uPlot.pxRatio;
  ctx.save();
  ctx.beginPath();
  ctx.rect(left, bbox.top, right - left, bbox.height);
  ctx.clip();
  ctx.beginPath();
  for (let x = left - bbox.height; x < right; x += gap) {
    ctx.moveTo(x, rise > 0 ? bbox.top + bbox.height : bbox.top);
    ctx.lineTo(x + bbox.height, rise > 0 ? bbox.top : bbox.top + bbox.height);
  }
  ctx.strokeStyle = ctx.fillStyle;
  ctx.lineWidth = uPlot.pxRatio;
  ctx.stroke();
  ctx.restore();
}

/** Shading without stripes, and a bar along the foot, where the line is missing. */
function drawSilences(plot: uPlot, { silences, from, to, palette }: PlotModel) {
  const { ctx, bbox } = plot;
  const thick = SILENCE_PX * uPlot.pxRatio;
  ctx.save();
  for (const silence of silences) {
    if (silence.to < from || silence.from > to) continue;
    const left = plot.valToPos(Math.max(silence.from, from), 'x', true);
    const right = plot.valToPos(Math.min(silence.to, to), 'x', true);
    const width = Math.max(right - left, SILENCE_LEAST_PX * uPlot.pxRatio);
    ctx.fillStyle = palette.silenceFill;
    ctx.fillRect(left, bbox.top, width, bbox.height);
    ctx.fillStyle = palette.silence;
    ctx.fillRect(left, bbox.top + bbox.height - thick, width, thick);
  }
  ctx.restore();
}

function drawThreshold(plot: uPlot, { threshold, palette }: PlotModel) {
  if (threshold === null) return;
  const { ctx, bbox } = plot;
  const y = Math.round(plot.valToPos(threshold, 'y', true));
  ctx.save();
  ctx.strokeStyle = palette.threshold;
  ctx.lineWidth = 1.5 * uPlot.pxRatio;
  ctx.setLineDash([8 * uPlot.pxRatio, 4 * uPlot.pxRatio]);
  ctx.beginPath();
  ctx.moveTo(bbox.left, y);
  ctx.lineTo(bbox.left + bbox.width, y);
  ctx.stroke();
  ctx.restore();
}

/** A bar along the top for as long as the alarm would have been on, and a line down from where it would have fired. */
function drawFirings(plot: uPlot, { firings, from, to, palette }: PlotModel) {
  const { ctx, bbox } = plot;
  const thick = FIRING_PX * uPlot.pxRatio;
  ctx.save();
  ctx.fillStyle = palette.firing;
  ctx.strokeStyle = palette.firing;
  ctx.lineWidth = uPlot.pxRatio;
  ctx.setLineDash([2 * uPlot.pxRatio, 3 * uPlot.pxRatio]);
  for (const firing of firings) {
    if (firing.to < from || firing.from > to) continue;
    const left = plot.valToPos(Math.max(firing.from, from), 'x', true);
    const right = plot.valToPos(Math.min(firing.to, to), 'x', true);
    // However short it was, it is seen.
    ctx.fillRect(left, bbox.top, Math.max(right - left, thick / 2), thick);
    if (firing.from < from) continue;
    ctx.beginPath();
    ctx.moveTo(left, bbox.top);
    ctx.lineTo(left, bbox.top + bbox.height);
    ctx.stroke();
  }
  ctx.restore();
}

/** The first row of the silence whose bar is under a place of the plot; null: none. */
function silenceAt(plot: uPlot, { rows, silences }: Pick<PlotModel, 'rows' | 'silences'>, left: number, top: number): number | null {
  const foot = plot.bbox.height / uPlot.pxRatio;
  if (top < foot - 2 * MARK_REACH_PX || top > foot) return null;
  const under = silences.find(({ from, to }) => left >= plot.valToPos(from, 'x') - MARK_REACH_PX && left <= plot.valToPos(to, 'x') + MARK_REACH_PX);
  const index = under ? rows.findIndex((row) => row.silence?.id === under.id) : -1;
  return index < 0 ? null : index;
}

/** The row whose mark is under a place of the plot (CSS pixels) and has a Why; null: none. */
export function markAt(plot: uPlot, model: Pick<PlotModel, 'rows' | 'silences'>, left: number, top: number): number | null {
  const { rows } = model;
  let nearest: number | null = null;
  let least = MARK_REACH_PX;
  rows.forEach(({ at, finding }, index) => {
    if (!finding?.id) return;
    const across = Math.abs(plot.valToPos(at, 'x') - left);
    if (across > least) return;
    const distance = Math.hypot(across, plot.valToPos(finding.value, 'y') - top);
    if (distance <= least) [nearest, least] = [index, distance];
  });
  return nearest ?? silenceAt(plot, model, left, top);
}

/** A triangle that points where the value went. */
function triangle(ctx: CanvasRenderingContext2D, x: number, y: number, size: number, up: 1 | -1) {
  ctx.moveTo(x, y + up * size);
  ctx.lineTo(x - size, y - up * size * 0.8);
  ctx.lineTo(x + size, y - up * size * 0.8);
}

/** What the always-on watch found. */
function diamond(ctx: CanvasRenderingContext2D, x: number, y: number, size: number) {
  ctx.moveTo(x, y - 1.2 * size);
  ctx.lineTo(x - size, y);
  ctx.lineTo(x, y + 1.2 * size);
  ctx.lineTo(x + size, y);
}

/** The form says who found it and how it lies; hollow: it left only the band that is drawn, and is no finding. */
function shape(ctx: CanvasRenderingContext2D, { tier, direction }: ChartFinding, x: number, y: number, size: number) {
  ctx.beginPath();
  if (tier === 'always_on') diamond(ctx, x, y, size);
  else if (direction === 'inside') ctx.arc(x, y, size, 0, 2 * Math.PI);
  else triangle(ctx, x, y, size, direction === 'above' ? -1 : 1);
  ctx.closePath();
}

/** The mark of each finding, and one in the ribbon at the foot, visible when they are crowded. */
function drawFindings(plot: uPlot, { rows, palette }: PlotModel) {
  const { ctx, bbox } = plot;
  const count = rows.filter((row) => row.finding).length;
  const isCrowded = count * CROWDED_PX * uPlot.pxRatio > bbox.width;
  const size = (isCrowded ? FINDING_SIZE_PX / 2 : FINDING_SIZE_PX) * uPlot.pxRatio;
  ctx.save();
  for (const { at, finding } of rows) {
    if (!finding) continue;
    const x = plot.valToPos(at, 'x', true);
    if (x < bbox.left || x > bbox.left + bbox.width) continue;
    const ink = palette[finding.direction];
    ctx.fillStyle = finding.id ? ink : palette.paper;
    ctx.strokeStyle = finding.id ? palette.paper : ink;
    ctx.lineWidth = 1.5 * uPlot.pxRatio;
    shape(ctx, finding, x, plot.valToPos(finding.value, 'y', true), size);
    if (finding.id) ctx.stroke();
    ctx.fill();
    if (!finding.id) ctx.stroke();
    const ribbon = RIBBON_PX * uPlot.pxRatio;
    ctx.fillStyle = ink;
    ctx.fillRect(x - ribbon / 2, bbox.top + bbox.height - ribbon, ribbon, ribbon);
  }
  ctx.restore();
}

/** uPlot keeps the pin in a field that its types leave out. */
const setPinned = (plot: uPlot, pinned: boolean) => {
  (plot.cursor as { _lock?: boolean })._lock = pinned;
};

export function mountPlot(element: HTMLElement, model: PlotModel, events: PlotEvents): PlotHandle {
  const options = buildOptions(model, events);
  // A brush is published to all charts of the key; only the one under the pointer may act on it.
  let brushIsOurs = false;
  options.hooks!.setSelect = [
    (plot) => {
      const { left, width } = plot.select;
      if (width === 0) return;
      plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
      // Letting go after a brush also counts as the click that pins.
      queueMicrotask(() => setPinned(plot, false));
      if (brushIsOurs && width >= BRUSH_MIN_PX) events.onBrush(plot.posToVal(left, 'x'), plot.posToVal(left + width, 'x'));
      brushIsOurs = false;
    },
  ];
  const plot = new uPlot(options, alignedData(model.rows), element);
  const markUnder = (event: MouseEvent) => {
    const box = plot.over.getBoundingClientRect();
    return markAt(plot, model, event.clientX - box.left, event.clientY - box.top);
  };
  // Of the pointer, not of the cross-hair, which may be pinned elsewhere.
  plot.over.addEventListener('mousemove', (event) => (plot.over.style.cursor = markUnder(event) === null ? '' : 'pointer'));
  let pressedAt = 0;
  // Of the press: what it brings to the page may have moved the chart before it is let go.
  let pressedMark: number | null = null;
  plot.over.addEventListener('mousedown', (event) => {
    brushIsOurs = true;
    pressedAt = event.clientX;
    pressedMark = markUnder(event);
  });
  plot.over.addEventListener('click', (event) => {
    if (Math.abs(event.clientX - pressedAt) >= BRUSH_MIN_PX) return;
    if (pressedMark === null) return;
    // The press has pinned the cross-hair of all charts too, which would stay so behind what opens now.
    for (const each of uPlot.sync(model.syncKey).plots) setPinned(each, false);
    events.onMark(pressedMark);
  });
  return {
    moveTo(index) {
      const row = model.rows[index];
      if (!row) return;
      const y = row.value ?? row.expected ?? 0;
      // uPlot takes a third argument, "tell the other charts", which its types leave out.
      const setCursor = plot.setCursor as (at: { left: number; top: number }, fire: boolean, publish: boolean) => void;
      setCursor({ left: plot.valToPos(row.at, 'x'), top: plot.valToPos(y, 'y') }, true, true);
    },
    release() {
      setPinned(plot, false);
      plot.setCursor({ left: -10, top: -10 });
    },
    resize: (width) => plot.setSize({ width, height: model.height }),
    destroy: () => plot.destroy(),
  };
}
