import { expect, test } from 'vitest';
import { parseRangeText, parseTimeText, resolve, zoomedOut } from './range';

const NOW = Date.parse('2013-12-31T00:00:00Z') / 1000;

test('a relative time stays as it was said', () => {
  expect(parseTimeText('now-6h', 'utc')).toBe('now-6h');
  expect(parseTimeText(' now - 28d ', 'local')).toBe('now-28d');
  expect(parseTimeText('now', 'utc')).toBe('now');
});

test('a date without a zone is meant in the zone shown', () => {
  expect(parseTimeText('2013-11-28', 'utc')).toBe('2013-11-28T00:00:00Z');
  const local = new Date(2013, 10, 28, 7, 30).toISOString().replace('.000Z', 'Z');
  expect(parseTimeText('2013-11-28 07:30', 'local')).toBe(local);
});

test('an offset in the text wins over the zone shown', () => {
  expect(parseTimeText('2013-11-28T00:00:00-05:00', 'utc')).toBe('2013-11-28T05:00:00Z');
  expect(parseTimeText('2013-11-28T00:00:00Z', 'local')).toBe('2013-11-28T00:00:00Z');
});

test.each(['', 'yesterday', 'now+1h', 'now-', 'now-6y', '2013-02-31', '2013-13-01', '2013-11-28T25:00', '28/11/2013', 'now-6h; drop'])(
  '%j is no time',
  (text) => expect(parseTimeText(text, 'utc')).toBeNull(),
);

test('one time means from then till now', () => {
  expect(parseRangeText('now-6h', 'utc')).toEqual({ from: 'now-6h', to: 'now' });
  expect(parseRangeText('2013-11-01..2013-12-01', 'utc')).toEqual({ from: '2013-11-01T00:00:00Z', to: '2013-12-01T00:00:00Z' });
});

test.each(['now', 'now-1d..now-7d', '2013-12-01..2013-11-01', 'now-1d..now-1d', 'a..b', 'now-3d..now-2d..now-1d'])('%j is no range', (text) =>
  expect(parseRangeText(text, 'utc')).toBeNull(),
);

test('relative times count from data time, not from the clock of the browser', () => {
  expect(resolve('now-1d', NOW)).toBe(NOW - 86_400);
  expect(resolve('2013-11-28T00:00:00Z', NOW)).toBe(Date.UTC(2013, 10, 28) / 1000);
});

test('zooming out doubles the span around its middle', () => {
  const from = Date.parse('2013-11-10T00:00:00Z') / 1000;
  expect(zoomedOut(from, from + 10 * 86_400, NOW)).toEqual({ from: '2013-11-05T00:00:00Z', to: '2013-11-25T00:00:00Z' });
});

test('zooming out at the present goes into the past, not into the future', () => {
  expect(zoomedOut(NOW - 10 * 86_400, NOW, NOW)).toEqual({ from: '2013-12-11T00:00:00Z', to: '2013-12-31T00:00:00Z' });
});
