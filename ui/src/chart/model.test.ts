import { expect, test } from 'vitest';
import type { Chart } from '../api/types';
import { awsCliOf, csvOf, judgementOf, markOf, rowsOf, whyOf } from './model';
import { rowWords } from './words';

const DAY = 86_400;
const START = Date.UTC(2013, 10, 27) / 1000;

const chart: Chart = {
  metric: { id: 'a', title: 'recordsRead', namespace: 'Glue', name: 'recordsRead', dimensions: [{ name: 'Job', value: "it's $HOME" }], region: 'us-east-1' },
  stat: 'Sum',
  period_s: DAY,
  k: 2,
  unit: 'Count',
  from: '2013-11-27T00:00:00Z',
  to: '2013-12-01T00:00:00Z',
  points: [
    [START, 979],
    [START + DAY, 634],
    [START + 2 * DAY, null],
  ],
  band: [
    [START + DAY, 870, 950, 1010],
    [START + 2 * DAY, 860, 940, 1000],
    [START + 3 * DAY, 700, 750, 800],
  ],
  findings: [{ at: '2013-11-28T00:00:00Z', id: null, tier: null, value: 634, lower: 870, upper: 1010, score: 0.99, direction: 'below', reason: '=cmd("x"), low' }],
  silences: [],
  excluded: [],
  calendar_days: [],
  detector: null,
  threshold: null,
  sentence: '',
};

test('points and band meet on their period, and neither needs the other', () => {
  const rows = rowsOf(chart);
  expect(rows.map((r) => [r.value, r.lower])).toEqual([
    [979, null],
    [634, 870],
    [null, 860],
    [null, 700],
  ]);
  expect(rows[1]!.finding?.direction).toBe('below');
});

test('a value is judged only where there is a band, its edges being usual', () => {
  expect(rowsOf(chart).map(judgementOf)).toEqual(['no band', 'below', 'no data', 'no data']);
  const edge = { at: 0, id: null, value: 10, lower: 5, expected: 7, upper: 10, finding: null, silence: null, day: null };
  expect(judgementOf(edge)).toBe('usual');
  expect(judgementOf({ ...edge, value: 10.01 })).toBe('above');
});

const silence = (from: number, found: number, to: number | null) => {
  const text = (at: number) => new Date(at * 1000).toISOString();
  return { id: `silence ${from}`, from: text(from), found: text(found), to: to === null ? null : text(to) };
};

test('a silence is the periods without data in it, and has a row where there would be none', () => {
  const still = silence(START + 2 * DAY, START + 3 * DAY, null);
  const rows = rowsOf({ ...chart, band: chart.band.slice(0, 2), silences: [still] });
  expect(rows.map(({ at, silence }) => [(at - START) / DAY, silence?.id])).toEqual([[0, undefined], [1, undefined], [2, still.id], [3, still.id]]);
  expect(rows.map(judgementOf)).toEqual(['no band', 'below', 'silent', 'silent']);
  expect(whyOf(rows[3]!)).toBe(still.id);
  expect(rowWords(rows[2]!, DAY, 'utc')).toBe('Fri, 29 Nov 2013 UTC: silent, usually 860 to 1,000. Press the bar, or Enter, for why.');
  expect(csvOf({ ...chart, silences: [still] }).split('\r\n')[3]).toBe('2013-11-29T00:00:00.000Z,,860,940,1000,silent,silence,');
});

test('a silence that began before the chart, or is shorter than its periods, has a Why all the same', () => {
  const before = silence(START - 9 * DAY, START - 5 * DAY, null);
  const empty = rowsOf({ ...chart, points: [], band: [], findings: [], silences: [before] });
  expect(empty.map(({ at, silence }) => [at, silence?.id])).toEqual([[START, before.id]]);

  const short = silence(START + 3600, START + 7200, START + 10_800);
  const [first, second] = rowsOf({ ...chart, silences: [short] });
  expect(whyOf(first!)).toBe(short.id);
  expect(judgementOf(first!)).toBe('no band');
  expect(rowWords(first!, DAY, 'utc')).toMatch(/^Wed, 27 Nov 2013 UTC: 979, nothing learned for it yet\. Silent in part\. Press the bar/);
  expect(second!.silence).toBeNull();
});

test('a period on a day of calendars says which, on that day alone', () => {
  const range = (from: string, to: string, calendars: string[]) => ({ from, to, calendars, mute: true, learn: false });
  const days = [range('2013-11-20T00:00:00Z', '2013-11-21T00:00:00Z', ['before']), range('2013-11-28T00:00:00Z', '2013-11-29T00:00:00Z', ['bank holidays', 'b', 'c', 'd', 'e', 'f'])];
  const rows = rowsOf({ ...chart, findings: [], calendar_days: days });
  expect(rows.map(({ day }) => day?.calendars[0])).toEqual([undefined, 'bank holidays', undefined, undefined]);
  expect(rowWords(rows[1]!, DAY, 'utc')).toBe('Thu, 28 Nov 2013 UTC: 634, below the usual 870 to 1,010. A day of bank holidays, b, c, d, e and 1 more.');
  // An hour within a range of days is on it too.
  const hours = rowsOf({ ...chart, period_s: 3600, points: [[START + DAY + 7 * 3600, 1]], band: [], findings: [], calendar_days: days });
  expect(hours[0]!.day?.calendars).toHaveLength(6);
});

test('what the always-on watch found is judged by limits of its own, where the chart has no band', () => {
  const found = { ...chart.findings[0]!, id: 'a', tier: 'always_on' as const, lower: 900, upper: 1100 };
  const row = rowsOf({ ...chart, band: [], findings: [found] })[1]!;
  expect(judgementOf(row)).toBe('below');
  expect(rowWords(row, DAY, 'utc')).toBe('Thu, 28 Nov 2013 UTC: 634, below the usual 900 to 1,100. Always-on watch: press it, or Enter, for why.');
});

test('a finding inside of the band is one all the same, and what left only the band is none', () => {
  const outside = rowsOf(chart)[1]!;
  expect(markOf(outside)).toBe('outside');
  expect(rowWords(outside, DAY, 'utc')).toBe('Thu, 28 Nov 2013 UTC: 634, below the usual 870 to 1,010. It is no finding.');

  const found = { ...chart.findings[0]!, id: 'a', tier: 'detector' as const, value: 900, direction: 'inside' as const };
  const inside = { ...chart, points: [[START + DAY, 900] as [number, number]], findings: [found] };
  const row = rowsOf(inside)[0]!;
  expect([markOf(row), judgementOf(row), whyOf(row)]).toEqual(['detector', 'usual', 'a']);
  expect(rowWords(row, DAY, 'utc')).toBe('Thu, 28 Nov 2013 UTC: 900, within the usual 870 to 1,010. A finding all the same: press it, or Enter, for why.');
  expect(csvOf(inside).split('\r\n')[1]).toMatch(/^2013-11-28T00:00:00\.000Z,900,870,950,1010,usual,inside,/);
});

test('a unit stands behind the value and behind the range', () => {
  expect(rowWords(rowsOf(chart)[1]!, DAY, 'utc', ' ms')).toMatch(/: 634 ms, below the usual 870 to 1,010 ms\. /);
});

test('CSV quotes, leaves what is missing empty, and disarms formulas', () => {
  const lines = csvOf(chart).split('\r\n');
  expect(lines[0]).toBe('timestamp,value,lower,expected,upper,judged,finding,reason');
  expect(lines[1]).toBe('2013-11-27T00:00:00.000Z,979,,,,no band,,');
  expect(lines[2]).toBe(`2013-11-28T00:00:00.000Z,634,870,950,1010,below,,"'=cmd(""x""), low"`);
  expect(lines).toHaveLength(6);
});

test('the CLI command survives a shell', () => {
  const command = awsCliOf(chart, 'http://127.0.0.1:8470');
  expect(command).toContain('--endpoint-url http://127.0.0.1:8470');
  const quoted = /--metric-data-queries '(.*)'$/s.exec(command)![1]!;
  const queries = JSON.parse(quoted.replaceAll(`'\\''`, "'"));
  expect(queries[0].MetricStat.Metric.Dimensions).toEqual([{ Name: 'Job', Value: "it's $HOME" }]);
  expect(queries[1].Expression).toBe('ANOMALY_DETECTION_BAND(m1, 2)');
});
