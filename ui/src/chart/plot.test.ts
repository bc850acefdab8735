import { expect, test, vi, type Mock } from 'vitest';
import type uPlot from 'uplot';
import type { Row } from './model';
import { alignedData, buildOptions, markAt, PALETTES, type PlotModel } from './plot';

const row = (at: number, value: number | null, extra: Partial<Row> = {}): Row => ({ at, value, lower: null, expected: null, upper: null, finding: null, silence: null, day: null, ...extra });

const rows = [
  row(100, 5, { lower: 4, expected: 5, upper: 6 }),
  row(200, null),
  row(300, 9, {
    lower: 4,
    expected: 5,
    upper: 6,
    finding: { id: 'f1', tier: 'detector', at: '1970-01-01T00:05:00Z', value: 9, lower: 4, upper: 6, score: 1, direction: 'above', reason: '' },
  }),
];

const model: PlotModel = {
  rows,
  from: 0,
  to: 400,
  excluded: [{ from: 50, to: 150 }],
  days: [],
  silences: [],
  threshold: null,
  firings: [],
  zone: 'utc',
  palette: PALETTES.light,
  syncKey: 'k',
  width: 600,
  height: 200,
};
const events = { onCursor: vi.fn(), onBrush: vi.fn(), onZoomOut: vi.fn(), onMark: vi.fn() };

/** A plot of 1 pixel a second, 10 a unit, whose context notes what is drawn. */
function fakePlot() {
  const fills: string[] = [];
  const ctx = { fillStyle: '', strokeStyle: '', fill: () => fills.push(ctx.fillStyle), fillRect: vi.fn(), save: vi.fn(), restore: vi.fn(), beginPath: vi.fn() };
  for (const name of ['arc', 'moveTo', 'lineTo', 'closePath', 'stroke', 'rect', 'clip', 'setLineDash']) Object.assign(ctx, { [name]: vi.fn() });
  const plot = { ctx, bbox: { left: 0, top: 0, width: 400, height: 100 }, valToPos: (value: number, scale: string) => (scale === 'x' ? value : 100 - 10 * value) };
  return { plot: plot as unknown as uPlot, ctx, fills };
}
const run = (hooks: unknown, plot: uPlot) => (hooks as ((u: uPlot) => void)[]).forEach((hook) => hook(plot));

test('columns are time, upper, lower, expected, value, and gaps stay gaps', () => {
  expect(alignedData(rows)).toEqual([
    [100, 200, 300],
    [6, null, 6],
    [4, null, 4],
    [5, null, 5],
    [5, null, 9],
  ]);
});

test('the band is filled between upper and lower, the expected line is dashed', () => {
  const options = buildOptions(model, events);
  expect(options.bands).toEqual([{ series: [1, 2], fill: PALETTES.light.band }]);
  expect(options.series.map((s) => s.label)).toEqual([undefined, 'upper', 'lower', 'expected', 'value']);
  expect(options.series[3]!.dash).toBeDefined();
});

test('the x axis is the range that was asked for, whatever data there is', () => {
  const range = buildOptions(model, events).scales!.x!.range as unknown as () => number[];
  expect(range()).toEqual([0, 400]);
});

test('a threshold far away is brought into the picture', () => {
  const range = buildOptions({ ...model, threshold: 50 }, events).scales!.y!.range as uPlot.Range.Function;
  const [, high] = range({} as uPlot, 4, 9, 'y');
  expect(high).toBeGreaterThanOrEqual(50);
});

test('a metric that never changes has an axis: its band is so narrow that uPlot would take it for nothing', () => {
  const options = buildOptions(model, events);
  const range = options.scales!.y!.range as uPlot.Range.Function;
  const [low, high] = range({} as uPlot, 41.99999979, 42.00000021, 'y') as [number, number];
  expect(high - low).toBeGreaterThan(1);
  const { incrs, splits } = options.axes![1]! as Record<'incrs' | 'splits', (u: uPlot, axis: number, low: number, high: number) => number[]>;
  expect(splits({} as uPlot, 1, low, high)).toEqual([0, 20, 40, 60, 80]);
  // What uPlot asks before it draws any tick: is there room for a step?
  expect(incrs({} as uPlot, 1, low, high)[0]).toBeGreaterThanOrEqual(high - low);
});

test('a chart without any value has no numbers on its scale', () => {
  const texts = (rows: Row[]) => (buildOptions({ ...model, rows }, events).axes![1]!.values as unknown as (u: null, marks: number[]) => string[])(null, [0, 0.5]);
  expect(texts([row(100, null)])).toEqual(['', '']);
  expect(texts(rows)).toEqual(['0', '0.5']);
});

test('a chart without any value still has a scale', () => {
  const range = buildOptions(model, events).scales!.y!.range as unknown as (u: uPlot, min: null, max: null, key: string) => number[];
  expect(range({} as uPlot, null, null, 'y')).toEqual([0, 1]);
});

test('each finding within the range gets one triangle in the colour of its direction', () => {
  const { plot, ctx, fills } = fakePlot();
  run(buildOptions(model, events).hooks!.draw, plot);
  expect(fills).toEqual([PALETTES.light.above]);
  expect(ctx.fillRect).toHaveBeenCalledTimes(1); // its mark in the ribbon

  const outside = fakePlot();
  const far = { ...rows[2]!, at: 4000 };
  run(buildOptions({ ...model, rows: [far] }, events).hooks!.draw, outside.plot);
  expect(outside.fills).toEqual([]);
});

test('a mark without a finding behind it is hollow', () => {
  const { plot, fills } = fakePlot();
  const last = rows[2]!;
  run(buildOptions({ ...model, rows: [{ ...last, finding: { ...last.finding!, id: null } }] }, events).hooks!.draw, plot);
  expect(fills).toEqual([PALETTES.light.paper]);
});

test('a place within 12 pixels of a mark belongs to the nearest mark that has a Why', () => {
  const { plot } = fakePlot(); // the mark: x 300, y 10
  expect(markAt(plot, { rows, silences: [] }, 300, 10)).toBe(2);
  expect(markAt(plot, { rows, silences: [] }, 308, 18)).toBe(2);
  expect(markAt(plot, { rows, silences: [] }, 310, 20)).toBeNull();
  expect(markAt(plot, { rows, silences: [] }, -10, -10)).toBeNull();
  const near = { ...rows[2]!, at: 306 };
  expect(markAt(plot, { rows: [...rows, near], silences: [] }, 304, 10)).toBe(3);
  const withoutWhy = { ...near, finding: { ...near.finding!, id: null } };
  expect(markAt(plot, { rows: [...rows, withoutWhy], silences: [] }, 306, 10)).toBe(2);
});

test('a firing is a bar along the top and a line where it begins, cut to the chart', () => {
  const { plot, ctx } = fakePlot();
  const firings = [
    { from: 10, to: 60 }, // began before the chart does: no line
    { from: 100, to: 150 },
    { from: 200, to: 200 }, // over at once, and still seen
    { from: 350, to: 900 },
    { from: 500, to: 600 },
  ];
  run(buildOptions({ ...model, rows: [], from: 50, to: 400, firings }, events).hooks!.draw, plot);
  expect(ctx.fillRect.mock.calls.map(([left, , width]) => [left, width])).toEqual([
    [50, 10],
    [100, 50],
    [200, 3.5],
    [350, 50],
  ]);
  expect((ctx as unknown as { lineTo: Mock }).lineTo.mock.calls.map(([x]) => x)).toEqual([100, 200, 350]);
});

test('what the always-on watch found is a diamond', () => {
  const { plot, ctx } = fakePlot();
  const last = rows[2]!;
  run(buildOptions({ ...model, rows: [{ ...last, finding: { ...last.finding!, tier: 'always_on' } }] }, events).hooks!.draw, plot);
  expect((ctx as unknown as { lineTo: Mock }).lineTo.mock.calls).toHaveLength(3);
});

test('a finding inside of the band is a filled circle', () => {
  const { plot, ctx, fills } = fakePlot();
  const last = rows[2]!;
  run(buildOptions({ ...model, rows: [{ ...last, value: 5, finding: { ...last.finding!, value: 5, direction: 'inside' } }] }, events).hooks!.draw, plot);
  expect((ctx as unknown as { arc: Mock }).arc.mock.calls.map(([x, y]) => [x, y])).toEqual([[300, 50]]);
  expect(fills).toEqual([PALETTES.light.inside]);
});

test('a silence is shaded, with a bar along the foot, cut to the chart; however short, it is seen', () => {
  const { plot, ctx } = fakePlot();
  const silences = [
    { id: 'a', from: 10, to: 60 },
    { id: 'b', from: 200, to: 201 },
    { id: 'c', from: 390, to: 500 },
    { id: 'd', from: 500, to: 600 },
  ];
  run(buildOptions({ ...model, excluded: [], from: 50, silences }, events).hooks!.drawClear, plot);
  const bar = (left: number, width: number) => [
    [left, 0, width, 100],
    [left, 92, width, 8],
  ];
  expect(ctx.fillRect.mock.calls).toEqual([...bar(50, 10), ...bar(200, 4), ...bar(390, 10)]);
});

test('a press on the bar of a silence belongs to it, above the bar it does not', () => {
  const { plot } = fakePlot();
  const silence = { id: 'a', from: '1970-01-01T00:02:30Z', found: '1970-01-01T00:03:20Z', to: '1970-01-01T00:04:00Z' };
  const silent = { rows: [rows[0]!, { ...rows[1]!, silence }, rows[2]!], silences: [{ id: 'a', from: 150, to: 240 }] };
  expect(markAt(plot, silent, 160, 96)).toBe(1);
  expect(markAt(plot, silent, 160, 70)).toBeNull();
  expect(markAt(plot, silent, 250, 90)).toBe(1); // within reach of its end
  expect(markAt(plot, silent, 260, 90)).toBeNull();
  expect(markAt(plot, { ...silent, rows }, 160, 96)).toBeNull(); // no row tells of it
});

test('an excluded range is shaded, cut to the chart', () => {
  const { plot, ctx } = fakePlot();
  run(buildOptions({ ...model, from: 100 }, events).hooks!.drawClear, plot);
  expect(ctx.fillRect).toHaveBeenCalledExactlyOnceWith(100, 0, 50, 100);
});

test('days of calendars are shaded under excluded ranges, with stripes that fall where theirs rise', () => {
  const { plot, ctx } = fakePlot();
  const inks: string[] = [];
  ctx.fillRect.mockImplementation(() => inks.push(ctx.fillStyle));
  const moveTo = (ctx as unknown as { moveTo: Mock }).moveTo;
  run(buildOptions({ ...model, excluded: [{ from: 300, to: 350 }], days: [{ from: -50, to: 100 }] }, events).hooks!.drawClear, plot);
  expect(ctx.fillRect.mock.calls).toEqual([[0, 0, 100, 100], [300, 0, 50, 100]]);
  expect(inks).toEqual([PALETTES.light.calendar, PALETTES.light.excluded]);
  // Where a stripe begins: at the top for a calendar, at the foot for an excluded range.
  expect(moveTo.mock.calls[0]![1]).toBe(0);
  expect(moveTo.mock.calls.at(-1)![1]).toBe(100);
});

test('charts of one key share the cross-hair and a drag does not scale by itself', () => {
  const { cursor } = buildOptions(model, events);
  expect(cursor!.sync!.key).toBe('k');
  expect(cursor!.drag!.setScale).toBe(false);
});
