import { expect, test } from 'vitest';
import { comparedTexts, ageText, axisTexts, dateTimeText, limitText, numberText, periodText, periodWords } from './format';

const at = (text: string) => Date.parse(text) / 1000;

test('times are written out in UTC', () => {
  expect(dateTimeText(at('2013-11-28T00:00:00Z'), 'utc')).toBe('28 Nov 2013, 00:00');
  expect(dateTimeText(at('2013-11-28T13:05:09Z'), 'utc')).toBe('28 Nov 2013, 13:05:09');
});

test("a day's point needs no clock, unless the day does not start at midnight", () => {
  expect(periodText(at('2013-11-28T00:00:00Z'), 86_400, 'utc')).toBe('Thu, 28 Nov 2013');
  expect(periodText(at('2013-11-28T05:00:00Z'), 86_400, 'utc')).toBe('28 Nov 2013, 05:00');
});

test('an axis says the year once, and when it changes', () => {
  const days = [at('2013-12-30T00:00:00Z'), at('2013-12-31T00:00:00Z'), at('2014-01-01T00:00:00Z')];
  expect(axisTexts(days, 86_400, 'utc')).toEqual(['30 Dec\n2013', '31 Dec', '1 Jan\n2014']);
});

test('an axis of hours says the day once, and when it changes', () => {
  const hours = [at('2013-12-30T18:00:00Z'), at('2013-12-31T00:00:00Z')];
  expect(axisTexts(hours, 21_600, 'utc')).toEqual(['18:00\n30 Dec', '00:00\n31 Dec']);
});

test('ages are coarse, and the future is said as such', () => {
  expect(ageText(5)).toBe('less than a minute ago');
  expect(ageText(7260)).toBe('2 h ago');
  expect(ageText(-300)).toBe('in 5 min');
});

test.each([
  [86_400, 'day'],
  [300, '5 minutes'],
  [7200, '2 hours'],
  [90, '90 seconds'],
])('a period of %d s is said as %j', (seconds, words) => expect(periodWords(seconds)).toBe(words));

test.each([
  [1012, '1,012'],
  [0.983142, '0.98314'],
  [null, 'no data'],
  [0, '0'],
  [12_345.678, '12,346'],
  [3e18, '3.000e+18'],
  [-0.5, '-0.5'],
])('%j is written as %j', (value, text) => expect(numberText(value)).toBe(text));

test.each([
  [634, 799.3, 1039, '634; 799 to 1,039'],
  [98.8382, 98.8411, 100, '98.838; 98.84 to 100'],
  [82.00004, 55.9, 82, '82.00004; 55.9 to 82'],
  [82.03, 82.01, 90, '82.03; 82 to 90'],
  [82.01, 55.9, 82.04, '82.01; 55.9 to 82.04'],
  [12_345.4, 9000, 12_345.2, '12,345.4; 9,000 to 12,345.2'],
  [-5.00001, -5, 5, '-5.00001; -5 to 5'],
  [0, 0, 0, '0; 0 to 0'],
])('%d beside %d to %d is on the side that is shown', (value, lower, upper, text) => {
  const texts = comparedTexts(value, lower, upper);
  expect(`${texts.value}; ${texts.lower} to ${texts.upper}`).toBe(text);
});

test.each([
  [866.014, '866'],
  [1038.2, '1,038'],
  [0.98314, '0.983'],
  [99.951, '100'],
  [0, '0'],
  [2e-9, '2.00e-9'],
])('a limit of %d is said as %j', (value, text) => expect(limitText(value)).toBe(text));
