import { expect, test } from 'vitest';
import { tickTexts, ticksOf, valueRange } from './scale';

const MOST = 7;

/** A band as a constant metric has it: 1e-9 of the level to either side. */
const narrow = (level: number): [number, number] => [level * (1 - 1e-9), level * (1 + 1e-9)];

test.each<[string, number, number]>([
  ...[0, 1, 42, 1e-9, 5e9, 1e300, -42, 5e-324, Number.MAX_VALUE].map((value): [string, number, number] => [`only ${value}`, value, value]),
  ...[1, 42, 1e-9, 5e9, 1e300].map((value): [string, number, number] => [`all but ${value}`, ...narrow(value)]),
  // What the server says of 400 values of 42: uPlot took both for 42, and stepped from there to there for ever.
  ['the band of a constant 42', 41.99999979, 42.00000021],
  ['the band of a constant -42', -42.00000021, -41.99999979],
  // Just wide enough to be shown, with six nines and zeros in a row.
  ['around ten', 9.9999994, 10.0000006],
  ['a billion and some hundreds', 5e9, 5e9 + 900],
  ['less than nothing to more', -3, 8],
  ['all of the doubles', -Number.MAX_VALUE, Number.MAX_VALUE],
])('%s: the axis has some length, holds the values, and a few ticks of different names', (_, low, high) => {
  const [from, to] = valueRange(low, high);
  expect(Number.isFinite(to - from)).toBe(true);
  expect(to - from).toBeGreaterThan(Math.max(Math.abs(from), Math.abs(to)) * 1e-7);
  if (Math.abs(high) <= 5e307) {
    expect(from).toBeLessThanOrEqual(low);
    expect(to).toBeGreaterThanOrEqual(high);
  }
  const ticks = ticksOf(from, to, MOST);
  expect(ticks.length).toBeGreaterThanOrEqual(2);
  expect(ticks.length).toBeLessThanOrEqual(MOST + 1);
  expect(ticks).toEqual([...ticks].sort((a, b) => a - b));
  expect(new Set(tickTexts(ticks)).size).toBe(ticks.length);
});

test.each<[number, number, [number, number]]>([
  [0, 0, [0, 100]],
  [42, 42, [0, 84]],
  [41.99999979, 42.00000021, [0, 84.00000042]],
  [-5, -5, [-10, 0]],
  [100, 200, [90, 210]],
  [3, 200, [0, 220]],
  [-200, -3, [-220, 0]],
])('%d to %d: the axis shows %j', (low, high, range) => {
  const [from, to] = valueRange(low, high);
  expect(from).toBeCloseTo(range[0], 9);
  expect(to).toBeCloseTo(range[1], 9);
});

test('ticks stand at round values, and binary fractions are not seen', () => {
  expect(ticksOf(0, 0.7, 7)).toEqual([0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7]);
  expect(ticksOf(90, 210, 7)).toEqual([100, 120, 140, 160, 180, 200]);
  expect(ticksOf(-3.3, 8.9, 7)).toEqual([-2, 0, 2, 4, 6, 8]);
});

test('ticks that would have one name get more digits', () => {
  expect(tickTexts([1000, 2000])).toEqual(['1,000', '2,000']);
  expect(tickTexts([42.00001, 42.00002])).toEqual(['42.00001', '42.00002']);
});
