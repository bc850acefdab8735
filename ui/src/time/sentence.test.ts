import { expect, test } from 'vitest';
import { dateTimeText } from './format';
import { namesDay, withoutTurning, wordsIn } from './sentence';

const at = (iso: string) => dateTimeText(Date.parse(iso) / 1000, 'local');

test('times of a sentence are told in the zone of the page, the zone is named where it was', () => {
  const text = 'bytes, 20 Mar 2026 12:00 to 4 Apr 2026 05:00 UTC: farthest on 23 Mar 2026 09:00.';
  expect(wordsIn('utc', text)).toBe(text);
  expect(wordsIn('local', text)).toBe(`bytes, ${at('2026-03-20T12:00:00Z')} to ${at('2026-04-04T05:00:00Z')} local: farthest on ${at('2026-03-23T09:00:00Z')}.`);
});

test('a day without a time, and what only looks like a time, stay as they are', () => {
  for (const text of ['752 records on 24 Dec 2013; 873 are usual', '5.0 (24/03/26 05:00:00) was less', 'room 24 Mars 2026 05:00']) expect(wordsIn('local', text)).toBe(text);
});

test('a day without a time is told from one with it', () => {
  expect(namesDay('752 on 24 Dec 2013; 873 are usual')).toBe(true);
  expect(namesDay('from 3 Oct 2013 to 31 Dec 2013 UTC')).toBe(true);
  expect(namesDay('since 24 Mar 2026 05:00 UTC, 5 in all')).toBe(false);
});

test('characters that turn text round are left out of sentences', () => {
  expect(withoutTurning('size \u202eabc was 5')).toBe('size abc was 5');
});
