import { expect, test } from 'vitest';
import { numberFault, readNumber, stepped } from './number';

test.each([
  ['1e9', 1e9],
  ['1E3', 1000],
  ['1.5e-3', 0.0015],
  ['1,000', 1000],
  ['1,000,000.5', 1_000_000.5],
  ['-12,345', -12_345],
  ['\u22125', -5],
  [' 42 ', 42],
  ['.5', 0.5],
  ['2.', 2],
  ['0', 0],
  ['', ''],
  ['  ', ''],
])('%j is read as %j', (text, value) => {
  expect(readNumber(text)).toBe(value);
  expect(numberFault(text)).toBe('');
});

test.each(['2,5', '0,500', '1,00', '1.000,5', '1.000.000', '1,0000', '1 000', '1,000e3', '1e', '-', 'e9', '0x10', 'Infinity', 'NaN', '1e999', 'abc', '5 %'])('%j is not guessed at', (text) => {
  expect(readNumber(text)).toBeNaN();
  expect(numberFault(text)).not.toBe('');
});

test('the sentence says how it would be read', () => {
  expect(numberFault('2,5')).toBe('A comma parts thousands, as in 1,000. With a point it is 2.5');
  expect(numberFault('1.000,5')).toBe('This is not read as a number. Write it like 1000, 1,000.5 or 1.5e-3');
  expect(numberFault('1e999')).toBe('No number that large can be kept');
});

test('bounds are said, with both ends where there are two', () => {
  expect(numberFault('20', { min: 0.1, max: 10 })).toBe('From 0.1 to 10');
  expect(numberFault('-1', { min: 0 })).toBe('0 or more');
  expect(numberFault('11', { max: 10 })).toBe('10 or less');
  expect(numberFault('10', { min: 0.1, max: 10 })).toBe('');
});

test('steps do not gather the noise of binary fractions', () => {
  expect(stepped(0.2, 0.1)).toBe(0.3);
});
