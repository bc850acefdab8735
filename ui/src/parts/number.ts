/** A number as typed: '' is nothing, NaN a text that is not one number beyond doubt. */
export type TypedNumber = number | '';

/** Digits with or without commas at the thousands, which pages write as well; "0,500" is no thousands. */
const NUMBER = /^[+-]?(?:[1-9]\d{0,2}(?:,\d{3})+(?:\.\d*)?|\d+\.?\d*(?:e[+-]?\d+)?|\.\d+(?:e[+-]?\d+)?)$/i;
const WITH_COMMA = /^([+-]?\d*),(\d+)$/;

const plain = (text: string) => text.trim().replace('\u2212', '-');

/** 1e9, 1.5e-3, 1,000 and 1,000,000.5 are numbers; 2,5 and 1.000,5 are guesses. */
export function readNumber(text: string): TypedNumber {
  const typed = plain(text);
  if (typed === '') return '';
  const value = NUMBER.test(typed) ? Number(typed.replaceAll(',', '')) : NaN;
  return Number.isFinite(value) ? value : NaN;
}

/** What the number is to keep to. */
export interface Bounds {
  min?: number;
  max?: number;
}

/** Why the field does not take the text, as a sentence; "": it does. */
export function numberFault(text: string, { min = -Infinity, max = Infinity }: Bounds = {}): string {
  const value = readNumber(text);
  if (value === '') return '';
  if (Number.isNaN(value)) return unreadWords(plain(text));
  if (value >= min && value <= max) return '';
  if (max === Infinity) return `${min} or more`;
  return min === -Infinity ? `${max} or less` : `From ${min} to ${max}`;
}

function unreadWords(typed: string): string {
  if (NUMBER.test(typed)) return 'No number that large can be kept';
  const [, whole, part] = WITH_COMMA.exec(typed) ?? [];
  if (part !== undefined) return `A comma parts thousands, as in 1,000. With a point it is ${whole || '0'}.${part}`;
  return 'This is not read as a number. Write it like 1000, 1,000.5 or 1.5e-3';
}

/** One step up or down, without the noise of binary fractions: 0.3, not 0.30000000000000004. */
export const stepped = (value: number, step: number) => Number((value + step).toPrecision(12));
