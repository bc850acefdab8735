import { ApiError } from '../api/client';
import type { CalendarMatch, SharedCalendar } from '../api/types';
import { bytesOf, daysOf, pairErrorsOf, pairsOf, TAG_VALUE_MAX_BYTES, type DraftTag, type FieldErrors } from '../detector/draft';

/** A shared calendar as typed: days are text, what it matches are fields and rows. */
export interface CalendarDraft {
  name: string;
  days: string;
  mute: boolean;
  learn: boolean;
  namespace: string;
  metric: string;
  dimensions: DraftTag[];
  tags: DraftTag[];
}

/** What PUT /calendars/NAME takes. */
export type SentCalendar = Pick<SharedCalendar, 'days' | 'mute' | 'learn' | 'match'>;

/** Beside those of the configuration file. */
export const SHARED_MAX = 20;
export const DIMENSIONS_MAX = 30;
const NAME_MAX_BYTES = 64;
const DAYS_MAX = 400;
const TEXT_MAX_BYTES = TAG_VALUE_MAX_BYTES;

const rowsOf = (pairs: Record<string, string> = {}): DraftTag[] => Object.entries(pairs).map(([key, value]) => ({ key, value }));

export function draftOf(calendar: SharedCalendar | null): CalendarDraft {
  const { name = '', days = [], mute = true, learn = false, match = {} } = calendar ?? {};
  return {
    name,
    days: days.join('\n'),
    mute,
    learn,
    namespace: match.namespace ?? '',
    metric: match.name ?? '',
    dimensions: rowsOf(match.dimensions),
    tags: rowsOf(match.tags),
  };
}

/** What is said of the detectors; nothing where nothing is typed. */
export function matchOf({ namespace, metric, dimensions, tags }: CalendarDraft): CalendarMatch {
  return {
    ...(namespace.trim() && { namespace: namespace.trim() }),
    ...(metric.trim() && { name: metric.trim() }),
    ...(dimensions.length > 0 && { dimensions: pairsOf(dimensions) }),
    ...(tags.length > 0 && { tags: pairsOf(tags) }),
  };
}

/** As it is sent; only for a draft without errors. */
export const sentOf = (draft: CalendarDraft): SentCalendar => ({ days: daysOf(draft.days), mute: draft.mute, learn: draft.learn, match: matchOf(draft) });

/** Whether two say the same, however they are typed. */
export const isSame = (a: SentCalendar, b: SentCalendar) => JSON.stringify(a) === JSON.stringify(b);

/** What is kept, in the form in which it would be sent. */
export const keptOf = (calendar: SharedCalendar): SentCalendar => sentOf(draftOf(calendar));

/** What can be told without the server; empty = worth sending. `isNew`: its name is typed. */
export function errorsOf(draft: CalendarDraft, isNew: boolean): FieldErrors {
  const errors: FieldErrors = {};
  if (isNew) {
    const name = draft.name.trim();
    if (!name) errors.name = 'A calendar needs a name';
    else if (bytesOf(name) > NAME_MAX_BYTES) errors.name = `At most ${NAME_MAX_BYTES} bytes; this has ${bytesOf(name)}`;
    // Browsers take them out of an address, however they are written.
    else if (/^\.\.?$/.test(name)) errors.name = 'More than dots: this page could not come back to it';
  }
  const days = daysOf(draft.days).length;
  if (days === 0) errors.days = 'At least one day';
  else if (days > DAYS_MAX) errors.days = `At most ${DAYS_MAX}; these are ${days}`;
  return { ...errors, ...matchErrorsOf(draft) };
}

/** Of what is said of the detectors. */
export function matchErrorsOf(draft: CalendarDraft): FieldErrors {
  const errors: FieldErrors = {};
  for (const field of ['namespace', 'metric'] as const) {
    if (bytesOf(draft[field].trim()) > TEXT_MAX_BYTES) errors[field] = `At most ${TEXT_MAX_BYTES} bytes`;
  }
  draft.dimensions.forEach(({ value }, index) => {
    if (!value.trim()) errors[`dimensions[${index}].value`] = 'A value, or * for any';
  });
  return { ...errors, ...pairErrorsOf(draft.dimensions, 'dimensions', 'dimension', 'name', TEXT_MAX_BYTES), ...pairErrorsOf(draft.tags) };
}

/** Which field a refusal is about: the server names the member in its message, or means the days. null: none of them. */
export function fieldOfRefusal(error: unknown, name: string, draft: CalendarDraft): string | null {
  if (!(error instanceof ApiError) || error.isUnreachable) return null;
  const { message } = error;
  if (error.code === 'already_exists' || /calendar's name/.test(message)) return 'name';
  // After the name, which may hold any words.
  const subject = `calendar '${name}'`;
  const rest = message.startsWith(subject) ? message.slice(subject.length) : '';
  if (/^(: | has \d+ days)/.test(rest)) return 'days';
  const member = /^match\.(\w+)/.exec(message)?.[1];
  if (member === 'namespace') return 'namespace';
  if (member === 'name') return 'metric';
  if ((member === 'dimensions' || member === 'tags') && draft[member].length > 0) return `${member}[0].value`;
  return null;
}
