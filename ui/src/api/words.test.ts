import { expect, test } from 'vitest';
import { ApiError } from './client';
import { refusalWords } from './words';

const words = (message: string, code = 'invalid_field') => refusalWords(new ApiError(400, code, message));

test('a refusal speaks of the fields of the form', () => {
  expect(words('evaluation_periods * period_s must be at most 604800, a week')).toBe('All the periods together must be within a week. Choose fewer of them, or a shorter period.');
  expect(words('threshold must be -1e+300 to 1e+300, not 1e+308')).toBe('The limit must be -1e+300 to 1e+300, not 1e+308');
  expect(words('name must be 1 to 255 characters')).toBe('The name must be 1 to 255 characters');
});

test('what only holds such a word stays as it is', () => {
  for (const message of ["there is no alarm 'name'", 'The disk is on fire.', 'name']) expect(words(message)).toBe(message);
});

test('a chart that would have too many periods says what to choose', () => {
  expect(words('a chart has at most 20000 periods; this one would have 492870', 'too_many_points')).toBe(
    'This range has 492,870 periods, and a chart shows at most 20,000. Choose a shorter range, or a period that is at least 25 times as long.',
  );
});

test('a range that is turned round says so', () => {
  expect(words('from must be before to')).toBe('The range ends before it begins. Choose another one.');
});
