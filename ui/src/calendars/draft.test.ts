import { expect, test } from 'vitest';
import { ApiError } from '../api/client';
import type { SharedCalendar } from '../api/types';
import { draftOf, errorsOf, fieldOfRefusal, isSame, keptOf, matchOf, sentOf } from './draft';
import { reachWords } from './words';

const calendar: SharedCalendar = { name: "it's 'closed': day", days: ['sat', '12-25'], mute: true, learn: false, match: { namespace: 'Glue', dimensions: { b: '2', a: '1*' }, tags: { owner: '' } }, source: 'api', detectors: 0, pending: 0 };
const refusal = (message: string, code = 'invalid_field', status = 400) => new ApiError(status, code, message);

test('what is read is sent back as it was; the order of its pairs says nothing', () => {
  const draft = draftOf(calendar);
  expect(sentOf(draft)).toEqual({ days: calendar.days, mute: true, learn: false, match: calendar.match });
  expect(errorsOf(draft, false)).toEqual({});
  expect(isSame(keptOf(calendar), sentOf({ ...draft, dimensions: draft.dimensions.toReversed() }))).toBe(true);
  expect(isSame(keptOf(calendar), sentOf({ ...draft, days: '12-25\nsat' }))).toBe(false);
});

test('nothing is said of what is left empty', () => {
  expect(matchOf({ ...draftOf(null), namespace: '  ', metric: ' rec* ' })).toEqual({ name: 'rec*' });
  expect(matchOf(draftOf(null))).toEqual({});
});

test('a dimension needs a name and a value; a tag may be of any value', () => {
  const pairs = [{ key: 'a', value: '' }, { key: 'a', value: 'x'.repeat(257) }, { key: '', value: 'x' }];
  expect(errorsOf({ ...draftOf(calendar), dimensions: pairs, tags: [{ key: 'owner', value: '' }] }, false)).toEqual({
    'dimensions[0].value': 'A value, or * for any',
    'dimensions[1].key': 'There is a dimension of this name already',
    'dimensions[1].value': 'At most 256 bytes',
    'dimensions[2].key': 'A dimension needs a name',
  });
});

test.each([
  [`calendar '${calendar.name}': day 'noday' is none of 2026-12-25`, 'days'],
  [`calendar '${calendar.name}': there are no holidays of 'IN'; known are DE`, 'days'],
  [`calendar '${calendar.name}' has 401 days, limit 400`, 'days'],
  ["a calendar's name has 1 to 64 bytes", 'name'],
  ['match.namespace has 257 bytes, limit 256', 'namespace'],
  ['match.name has 257 bytes, limit 256', 'metric'],
  ['match.dimensions has 257 bytes, limit 256', 'dimensions[0].value'],
  ['match.tags.owner has 257 bytes, limit 256', 'tags[0].value'],
  ['there may be 20 calendars with a match, not 21', null],
])('%s is about %s', (message, field) => {
  expect(fieldOfRefusal(refusal(message), calendar.name, draftOf(calendar))).toBe(field);
});

test('a name that is taken is about the name, and a server that is not there about no field', () => {
  expect(fieldOfRefusal(refusal('calendar stands in the file', 'already_exists', 409), 'a', draftOf(null))).toBe('name');
  expect(fieldOfRefusal(refusal('calendar', 'unreachable', 0), 'a', draftOf(null))).toBeNull();
});

test('how many have it is said as people say it', () => {
  expect(reachWords({ detectors: 1, pending: 0 })).toBe('1 detector has it.');
  expect(reachWords({ detectors: 1200, pending: 1 })).toBe('1,200 detectors have it. 1 detector has yet to take the change over.');
  expect(reachWords({ detectors: 0, pending: 2 })).toMatch(/^No detector has it now.* 2 detectors have yet to take the change over\.$/);
});
