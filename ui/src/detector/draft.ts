import { ApiError } from '../api/client';
import type { CalendarUse, Choices, ExcludedRange } from '../api/types';
import type { TypedNumber } from '../parts/number';
import { isRelative, parseTimeText } from '../time/range';
import type { Zone } from '../time/format';
import { percentOf } from './words';

/** The choices as typed: an emptied number is '', another text in its place NaN; times and days are text, tags are rows. */
export type Draft = Omit<Choices, NumberField | 'excluded' | 'calendars' | 'tags'> & { [Field in NumberField]: TypedNumber } & {
  /** Which of the two ways to say the width counts; the other is kept in step. */
  widthBy: 'width' | 'confidence';
  excluded: ExcludedRange[];
  calendars: DraftCalendar[];
  tags: DraftTag[];
};
type NumberField = 'width' | 'confidence' | 'min_deviation' | 'min_relative_deviation' | 'lower_limit' | 'upper_limit';
export type DraftCalendar = Omit<CalendarUse, 'days'> & { days: string };
export type DraftTag = { key: string; value: string };

/** Choices as they are sent: the width is said in one way. */
export type SentChoices = Omit<Choices, 'width' | 'confidence'> & Partial<Pick<Choices, 'width' | 'confidence'>>;

/** By field; of the lists by `excluded[0].from`, `calendars[1].days`, `tags[2].key`. */
export type FieldErrors = Record<string, string>;

export const LIST_MAX = 10;
export const TAGS_MAX = 50;
const TAG_KEY_MAX_BYTES = 128;
export const TAG_VALUE_MAX_BYTES = 256;
export const WIDTH_MIN = 0.1;
export const WIDTH_MAX = 10;
/** In parts of a hundred; beyond the upper one the server cannot tell widths apart. */
export const CONFIDENCE_MIN = 8;
export const CONFIDENCE_MAX = 99.9999999999;

/** "2013-02-08 07:30Z": what parseTimeText reads back whatever zone is shown. */
export const typedTime = (instant: string) => {
  const iso = new Date(instant).toISOString();
  const hasSeconds = !iso.endsWith(':00.000Z');
  return `${iso.slice(0, 10)} ${iso.slice(11, hasSeconds ? 19 : 16)}Z`;
};

const round = (value: number) => Number(value.toPrecision(12));

export function draftOf(choices: Choices): Draft {
  return {
    ...choices,
    widthBy: 'width',
    confidence: percentOf(choices.confidence),
    // In parts of a hundred, as people say it.
    min_relative_deviation: round(choices.min_relative_deviation * 100),
    lower_limit: choices.lower_limit ?? '',
    upper_limit: choices.upper_limit ?? '',
    excluded: choices.excluded.map((range) => ({ ...range, from: typedTime(range.from), to: typedTime(range.to) })),
    calendars: choices.calendars.map((use) => ({ ...use, days: use.days.join('\n') })),
    tags: Object.entries(choices.tags).map(([key, value]) => ({ key, value })),
  };
}

const instantOf = (typed: string, zone: Zone) => {
  const time = parseTimeText(typed, zone);
  return time && !isRelative(time) ? time : null;
};

export const daysOf = (text: string) =>
  text
    .split(/[\n,]/)
    .map((day) => day.trim())
    .filter(Boolean);

export const bytesOf = (text: string) => new TextEncoder().encode(text).length;

/** Of `tags`, or of pairs that are called otherwise. */
export function pairErrorsOf(pairs: DraftTag[], field = 'tags', of = 'tag', keyWord = 'key', keyMaxBytes = TAG_KEY_MAX_BYTES): FieldErrors {
  const errors: FieldErrors = {};
  pairs.forEach(({ key, value }, index) => {
    const name = key.trim();
    if (!name) errors[`${field}[${index}].key`] = `A ${of} needs a ${keyWord}`;
    else if (bytesOf(name) > keyMaxBytes) errors[`${field}[${index}].key`] = `At most ${keyMaxBytes} bytes`;
    else if (pairs.findIndex((pair) => pair.key.trim() === name) < index) errors[`${field}[${index}].key`] = `There is a ${of} of this ${keyWord} already`;
    if (bytesOf(value.trim()) > TAG_VALUE_MAX_BYTES) errors[`${field}[${index}].value`] = `At most ${TAG_VALUE_MAX_BYTES} bytes`;
  });
  return errors;
}

/** Their order says nothing. */
export const pairsOf = (pairs: DraftTag[]): Record<string, string> =>
  Object.fromEntries(pairs.map(({ key, value }) => [key.trim(), value.trim()]).toSorted(([a], [b]) => (a! < b! ? -1 : 1)));

/** What can be told without the server; empty = worth sending. The server judges everything again. */
export function errorsOf(draft: Draft, zone: Zone): FieldErrors {
  const errors: FieldErrors = {};
  const isWithin = (value: TypedNumber, min: number, max: number) => value !== '' && value >= min && value <= max;
  if (draft.widthBy === 'width' && !isWithin(draft.width, WIDTH_MIN, WIDTH_MAX)) errors.width = `From ${WIDTH_MIN} to ${WIDTH_MAX}`;
  if (draft.widthBy === 'confidence' && !isWithin(draft.confidence, CONFIDENCE_MIN, CONFIDENCE_MAX)) errors.confidence = `From ${CONFIDENCE_MIN} to ${CONFIDENCE_MAX}`;
  for (const field of ['min_deviation', 'min_relative_deviation'] as const) {
    if (!isWithin(draft[field], 0, Infinity)) errors[field] = '0 or more';
  }
  for (const field of ['lower_limit', 'upper_limit'] as const) {
    if (Number.isNaN(draft[field])) errors[field] = 'A number, or empty';
  }
  const [lower, upper] = [draft.lower_limit, draft.upper_limit];
  if (lower !== '' && upper !== '' && lower >= upper) errors.lower_limit = 'Must be below the highest value';
  draft.excluded.forEach((range, index) => {
    const from = instantOf(range.from, zone);
    const to = instantOf(range.to, zone);
    if (!from) errors[`excluded[${index}].from`] = 'Write it like 2013-02-08 or 2013-02-08 07:30';
    if (!to) errors[`excluded[${index}].to`] = 'Write it like 2013-02-11 or 2013-02-11 07:30';
    else if (from && from >= to) errors[`excluded[${index}].to`] = 'Must be after the beginning';
  });
  draft.calendars.forEach((use, index) => {
    if (!use.name.trim()) errors[`calendars[${index}].name`] = 'A calendar needs a name';
    if (daysOf(use.days).length === 0) errors[`calendars[${index}].days`] = 'At least one day';
  });
  return { ...errors, ...pairErrorsOf(draft.tags) };
}

/** Only for a draft without errors. */
export function choicesOf({ widthBy, width, confidence, ...draft }: Draft, zone: Zone): SentChoices {
  return {
    ...draft,
    ...(widthBy === 'width' ? { width: Number(width) } : { confidence: round(Number(confidence) / 100) }),
    min_deviation: Number(draft.min_deviation),
    min_relative_deviation: round(Number(draft.min_relative_deviation) / 100),
    lower_limit: draft.lower_limit === '' ? null : draft.lower_limit,
    upper_limit: draft.upper_limit === '' ? null : draft.upper_limit,
    excluded: draft.excluded.map(({ from, to, mute, learn }) => ({ from: instantOf(from, zone) ?? from, to: instantOf(to, zone) ?? to, mute, learn })),
    calendars: draft.calendars.map(({ name, days, mute, learn }) => ({ name: name.trim(), days: daysOf(days), mute, learn })),
    tags: pairsOf(draft.tags),
  };
}

/** What differs, and nothing else: choices that another person changed meanwhile stay. */
export function changesOf(before: SentChoices, after: SentChoices): Partial<Choices> {
  const text = (value: unknown) => (Number.isNaN(value) ? 'unread' : JSON.stringify(value));
  const changed = Object.entries(after).filter(([name, value]) => text(value) !== text(before[name as keyof SentChoices]));
  return Object.fromEntries(changed);
}

/** Which field a refusal is about: the server names it in its message, or means a calendar by its name. null: none of them. */
export function fieldOfRefusal(error: unknown, draft: Draft, zone: Zone): string | null {
  if (!(error instanceof ApiError) || error.isUnreachable) return null;
  const named = /^(?:choices\.)?((?:excluded|calendars)\[\d+\](?:\.\w+)?)/.exec(error.field ?? error.message)?.[1];
  if (named) return named.endsWith(']') ? `${named}.${named.startsWith('excluded') ? 'to' : 'name'}` : named;
  const calendar = /^calendar '(.*?)': day|^calendar '(.*?)' has/.exec(error.message);
  if (calendar) {
    const index = draft.calendars.findIndex((use) => use.name.trim() === (calendar[1] ?? calendar[2]));
    return index < 0 ? null : `calendars[${index}].days`;
  }
  if (/calendar's name/.test(error.message)) {
    const longest = draft.calendars.reduce((at, use, index, all) => (use.name.length > (all[at]?.name.length ?? 0) ? index : at), 0);
    return `calendars[${longest}].name`;
  }
  const range = /^ExcludedTimeRanges: EndTime (\S+) /.exec(error.message)?.[1];
  if (range) {
    const index = draft.excluded.findIndex(({ to }) => Date.parse(instantOf(to, zone) ?? '') === Date.parse(range));
    return index < 0 ? null : `excluded[${index}].to`;
  }
  if (/MetricTimezone|time zone/.test(error.message)) return 'timezone';
  const first = /^(?:choices\.)?(\w+)/.exec(error.field ?? error.message)?.[1] ?? '';
  return first in draft && !['excluded', 'calendars', 'tags'].includes(first) ? first : null;
}
