import { expect, test } from 'vitest';
import type { Chart } from '../api/types';
import { awsCliOf, csvOf, judgementOf, rowsOf } from './model';

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
  findings: [{ at: '2013-11-28T00:00:00Z', id: null, value: 634, lower: 870, upper: 1010, score: 0.99, direction: 'below', reason: '=cmd("x"), low' }],
  excluded: [],
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
  const edge = { at: 0, id: null, value: 10, lower: 5, expected: 7, upper: 10, finding: null };
  expect(judgementOf(edge)).toBe('usual');
  expect(judgementOf({ ...edge, value: 10.01 })).toBe('above');
});

test('CSV quotes, leaves what is missing empty, and disarms formulas', () => {
  const lines = csvOf(chart).split('\r\n');
  expect(lines[0]).toBe('timestamp,value,lower,expected,upper,finding,reason');
  expect(lines[1]).toBe('2013-11-27T00:00:00.000Z,979,,,,,');
  expect(lines[2]).toBe(`2013-11-28T00:00:00.000Z,634,870,950,1010,below,"'=cmd(""x""), low"`);
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
