import { expect, test } from 'vitest';
import { dayWords } from './day_words';

test.each([
  ['12-25', '25 December of every year'],
  ['sat', 'every Saturday'],
  ['day 1', 'day 1 of every month'],
  ['day -1', 'the last day of every month'],
  ['day -3', 'day 3 from the end of every month'],
  ['4th thu of nov', 'the fourth Thursday of November'],
  ['last mon of may', 'the last Monday of May'],
  ['easter', 'Easter Sunday'],
  ['easter-2', '2 days before Easter Sunday'],
  ['easter+1', 'the day after Easter Sunday'],
  ['holidays US', 'public holidays of the United States'],
  ['holidays DE', 'public holidays of Germany'],
  ['holidays GB-ENG', 'public holidays of England'],
])('%s is %s', (day, words) => expect(dayWords(day)).toBe(words));

test.each(['2026-12-25', '2026-12-24/2026-12-31', '13-01', 'day 0', '6th thu of nov', '4th thu of nox', 'someday', ''])('%j has no words', (day) => expect(dayWords(day)).toBeNull());
