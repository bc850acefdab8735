import { expect, test } from 'vitest';
import type { Detector, Finding } from '../api/types';
import { insideWords, isInside, kindWords, noFindingsWords, notesOf, usualWords, widthAfterMissed, widthNote } from './words';

const detector = (finding_width: number, width = 3) => ({ state: 'TRAINED', finding_width, choices: { width, watch: 'above' } }) as Detector;

test('a finding by its score alone is not said to be outside', () => {
  expect(usualWords({ kind: 'dip', value: 634, lower: 799.3, upper: 1039 })).toBe('634; 799 to 1,039 are usual');
  expect(usualWords({ kind: 'unusual level', value: 567, lower: 250.3, upper: 808.8 })).toBe('567; within the usual 250 to 809, but rare in its own history');
});

test('every kind that is no single value is said in plain words', () => {
  const inside = { value: 567, lower: 250, upper: 808 };
  for (const kind of ['level shift', 'flat line', 'lost season', 'changed variance', 'slow drift']) {
    expect(usualWords({ kind, ...inside })).toMatch(/^567; within the usual 250 to 808, but it /);
    expect(usualWords({ kind, ...inside, value: 900 })).toMatch(/^900; 250 to 808 are usual; it /);
  }
  expect(kindWords({ kind: 'slow drift' })).toBe('Slow drift');
  expect(insideWords({ kind: 'slow drift' })).toMatch(/because of the values around it: it has crept away/);
  expect(insideWords({ kind: 'unusual level' })).toMatch(/because values like it are rare/);
});

test('a silence has no value', () => {
  const silence = { kind: 'silence', value: null, lower: 250, upper: 808 };
  expect(usualWords(silence)).toBe('No data, for longer than usual at this time of the week');
  expect(isInside(silence)).toBe(false);
  expect(notesOf({ ...silence, retracted: true, value_now: 970 } as Finding)).toEqual(['Taken back by late data: it is 970 now']);
});

test('what became of a finding is said, and most have nothing to say', () => {
  const plain = { retracted: false, late: false, replay: false, value_now: 970 } as Finding;
  expect(notesOf(plain)).toEqual([]);
  expect(notesOf({ ...plain, retracted: true })).toEqual(['Taken back by late data: it is 970 now, which is usual']);
  expect(notesOf({ ...plain, late: true, replay: true })).toHaveLength(2);
});

test('a missed range takes a tenth off the width, to a half of it at most', () => {
  expect(widthAfterMissed(detector(3))).toBeCloseTo(2.7);
  expect(widthAfterMissed(detector(1.55))).toBe(1.5);
});

test('a range without findings names the watched side, and another width only where the chart has one', () => {
  expect(noFindingsWords(detector(3), { k: 3, silences: [], points: [[0, 5]] }).why).toBe('Nothing left the usual range at its width k = 3 on the watched side (above), and nothing was unusual otherwise.');
});

test('a range into which a silence reaches is not said to be without anything unusual', () => {
  const silence = { id: 'a', from: '', found: '', to: null };
  expect(noFindingsWords(detector(3), { k: 3, silences: [silence], points: [] }).title).toBe('A silence reaches into this range');
});

test('a range without data is not said to be fine: nothing in it was judged', () => {
  for (const points of [[], [[0, null]]] as [number, null][][]) {
    expect(noFindingsWords(detector(3), { k: 3, silences: [], points })).toEqual({ title: 'No data in this range', why: 'So nothing in it was judged.' });
  }
});

test('the widths of findings and of the chart are told apart', () => {
  expect(widthNote({ finding_width: 3 }, { k: 2 })).toBe('What is usual for findings is k = 3; the chart draws k = 2.');
  expect(widthNote({ finding_width: 3 }, { k: 3 })).toBe('What is usual for findings is k = 3, as the chart draws it.');
});
