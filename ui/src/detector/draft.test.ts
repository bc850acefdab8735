import { expect, test } from 'vitest';
import { ApiError } from '../api/client';
import type { Choices } from '../api/types';
import { changesOf, choicesOf, draftOf, errorsOf, fieldOfRefusal, type Draft } from './draft';
import { matchWords, percentOf, setApartWords, shareInside, widthOf, widthWords } from './words';

const CHOICES: Choices = {
  excluded: [{ from: '2013-02-08T00:00:00Z', to: '2013-02-10T07:30:15Z', mute: true, learn: false }],
  calendars: [{ name: 'holidays', days: ['12-25', '4th thu of nov'], mute: false, learn: true }],
  timezone: 'Europe/Berlin',
  adaptation: 'fast',
  filtering: 'strict',
  periodic_spikes: true,
  width: 2.5,
  confidence: 0.9875806693484477,
  watch: 'below',
  min_deviation: 1,
  min_relative_deviation: 0.07,
  lower_limit: 0,
  upper_limit: null,
  tags: { cost: '7', owner: 'finance' },
};

test.each(['utc', 'local'] as const)('choices survive the way through the form (%s)', (zone) => {
  const { confidence: _confidence, ...sent } = CHOICES;
  expect(choicesOf(draftOf(CHOICES), zone)).toEqual(sent);
  expect(errorsOf(draftOf(CHOICES), zone)).toEqual({});
});

test('only what was changed is sent', () => {
  const draft = { ...draftOf(CHOICES), width: 3, upper_limit: 100 };
  expect(changesOf(CHOICES, choicesOf(draft, 'utc'))).toEqual({ width: 3, upper_limit: 100 });
});

test('a width that was typed as a share is sent as one, for the server to turn into a width', () => {
  const draft: Draft = { ...draftOf(CHOICES), confidence: 99, width: 2.58, widthBy: 'confidence' };
  expect(changesOf(choicesOf(draftOf(CHOICES), 'utc'), choicesOf(draft, 'utc'))).toEqual({ confidence: 0.99 });
  expect(errorsOf(draft, 'utc')).toEqual({});
  for (const confidence of ['', 7.9, 100] as const) expect(Object.keys(errorsOf({ ...draft, confidence }, 'utc'))).toEqual(['confidence']);
  // Beyond what can be said as a share there is a width all the same.
  expect(errorsOf({ ...draft, width: 10, confidence: 100, widthBy: 'width' }, 'utc')).toEqual({});
});

test('what can be told without the server is told at its field', () => {
  const good = draftOf(CHOICES);
  expect(errorsOf({ ...good, width: '' }, 'utc')).toHaveProperty('width');
  expect(errorsOf({ ...good, width: 11 }, 'utc')).toHaveProperty('width');
  expect(errorsOf({ ...good, min_deviation: -1 }, 'utc')).toHaveProperty('min_deviation');
  expect(errorsOf({ ...good, lower_limit: 5, upper_limit: 5 }, 'utc')).toHaveProperty('lower_limit');
  const range = good.excluded[0]!;
  expect(errorsOf({ ...good, excluded: [{ ...range, from: 'now-6h' }] }, 'utc')).toHaveProperty(['excluded[0].from']);
  expect(errorsOf({ ...good, excluded: [{ ...range, to: '2013-02-08' }] }, 'utc')).toHaveProperty(['excluded[0].to']);
  expect(errorsOf({ ...good, calendars: [{ name: ' ', days: '', mute: true, learn: true }] }, 'utc')).toEqual({
    'calendars[0].name': 'A calendar needs a name',
    'calendars[0].days': 'At least one day',
  });
});

test('tags are told by their keys, whatever their order; wrong ones at their field', () => {
  const draft = draftOf(CHOICES);
  expect(draft.tags).toEqual([{ key: 'cost', value: '7' }, { key: 'owner', value: 'finance' }]);
  const turned = { ...draft, tags: draft.tags.toReversed() };
  expect(changesOf(choicesOf(draft, 'utc'), choicesOf(turned, 'utc'))).toEqual({});
  expect(changesOf(choicesOf(draft, 'utc'), choicesOf({ ...draft, tags: [] }, 'utc'))).toEqual({ tags: {} });
  const tags = [{ key: 'é'.repeat(64), value: 'v'.repeat(256) }, { key: ' ', value: '' }, { key: 'é'.repeat(65), value: 'v'.repeat(257) }, { key: `${'é'.repeat(64)} `, value: '' }];
  expect(errorsOf({ ...draft, tags }, 'utc')).toEqual({
    'tags[1].key': 'A tag needs a key',
    'tags[2].key': 'At most 128 bytes',
    'tags[2].value': 'At most 256 bytes',
    'tags[3].key': 'There is a tag of this key already',
  });
});

const refusal = (message: string, field?: string) => new ApiError(400, 'invalid_field', message, field);

test.each([
  ['excluded[0].from must be a time such as 2026-12-24T00:00:00Z', 'excluded[0].from'],
  ["calendar 'holidays': day 'noday' is none of 2026-12-25, 12-25", 'calendars[0].days'],
  ["a calendar's name has 1 to 100 bytes", 'calendars[0].name'],
  ["MetricTimezone 'Mars/Base' is not a time zone of the IANA database", 'timezone'],
  ['lower_limit must be below upper_limit', 'lower_limit'],
  ['width must be 0.1 to 10, not 0', 'width'],
  ['confidence must be 0.08 to 0.999999999999, such as 0.99 for 99 %, not 1', 'confidence'],
  ['ExcludedTimeRanges: EndTime 2013-02-10T07:30:15Z must be after StartTime 2013-02-11T00:00:00Z', 'excluded[0].to'],
  ['ExcludedTimeRanges: EndTime 2014-02-10T07:30:15Z must be after StartTime 2014-02-11T00:00:00Z', null],
  ["calendar 'holidays' has 1000 days, limit 400", 'calendars[0].days'],
  ['min_deviation and min_relative_deviation must be 0 or more', 'min_deviation'],
  ['ExcludedTimeRanges has 11 ranges, limit 10', null],
])('the refusal %j belongs to the field %j', (message, field) => expect(fieldOfRefusal(refusal(message), draftOf(CHOICES), 'utc')).toBe(field));

test('a refusal that names its field is believed; a lost server is about none', () => {
  expect(fieldOfRefusal(refusal('no', 'watch'), draftOf(CHOICES), 'utc')).toBe('watch');
  expect(fieldOfRefusal(refusal('no', 'choices.width'), draftOf(CHOICES), 'utc')).toBe('width');
  expect(fieldOfRefusal(refusal('no', 'choices.excluded[0].to'), draftOf(CHOICES), 'utc')).toBe('excluded[0].to');
  expect(fieldOfRefusal(refusal("calendar 'holidays' has 1000 days, limit 400", 'choices.calendars'), draftOf(CHOICES), 'utc')).toBe('calendars[0].days');
  expect(fieldOfRefusal(new ApiError(0, 'unreachable', 'width'), draftOf(CHOICES), 'utc')).toBeNull();
});

test('the share inside is that of the normal distribution', () => {
  expect(shareInside(1)).toBeCloseTo(0.682689492, 6);
  expect(shareInside(3)).toBeCloseTo(0.997300204, 6);
  expect(widthWords(1)).toBe('About 68 of 100 ordinary periods lie inside.');
  expect(widthWords(3)).toBe('About 997 of 1,000 ordinary periods lie inside.');
  expect(widthWords(8)).toBe('Practically all ordinary periods lie inside.');
  expect(widthWords('')).toBe('');
});

test('a share is told from all with few digits, and leads back to its width', () => {
  expect([1, 2, 3, 4, 10].map((k) => percentOf(shareInside(k)))).toEqual([68.27, 95.45, 99.73, 99.9937, 100]);
  for (const k of [0.5, 1, 1.96, 2.58, 3, 4]) expect(widthOf(shareInside(k))).toBeCloseTo(k, 2);
  expect(widthOf(0)).toBe(0.1);
});

test('a match is told in words', () => {
  expect(matchWords({})).toBe('For all detectors.');
  expect(matchWords({ namespace: 'Glue', name: 'rec*', dimensions: { JobName: 'etl-*' } })).toBe('For all detectors of namespace Glue, metric rec*, JobName etl-*.');
  expect(matchWords({ tags: { owner: 'fin*', cost: '7' } })).toBe('For all detectors with the tags owner fin*, cost 7.');
  expect(matchWords(null)).toBe('Deleted; this detector has yet to take that over.');
});

test('each of the four ways to set a range apart has its words', () => {
  for (const of of ['range', 'calendar'] as const) {
    const all = [true, false].flatMap((mute) => [true, false].map((learn) => setApartWords({ mute, learn }, of)));
    expect(new Set(all).size).toBe(4);
  }
});
