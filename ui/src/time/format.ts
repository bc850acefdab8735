export type Zone = 'utc' | 'local';

/** undefined is the browser's own zone, for Intl. */
const zoneName = (zone: Zone) => (zone === 'utc' ? 'UTC' : undefined);

const formats = new Map<string, Intl.DateTimeFormat>();
/** Making a format costs far more than using one, and tables use thousands. */
function formatFor(zone: Zone, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = zone + JSON.stringify(options);
  let format = formats.get(key);
  if (!format) {
    format = new Intl.DateTimeFormat('en-GB', { ...options, timeZone: zoneName(zone) });
    formats.set(key, format);
  }
  return format;
}

const DAY: Intl.DateTimeFormatOptions = { day: 'numeric', month: 'short', year: 'numeric' };
const CLOCK: Intl.DateTimeFormatOptions = { hour: '2-digit', minute: '2-digit' };

export const zoneLabel = (zone: Zone) => (zone === 'utc' ? 'UTC' : 'local');

/** "28 Nov 2013, 00:00" */
export function dateTimeText(seconds: number, zone: Zone): string {
  const at = new Date(seconds * 1000);
  const withSeconds = Math.round(seconds) % 60 !== 0;
  return `${formatFor(zone, DAY).format(at)}, ${formatFor(zone, withSeconds ? { ...CLOCK, second: '2-digit' } : CLOCK).format(at)}`;
}

/** As much of a time as tells periods of this length apart: a day's point needs no clock. */
export function periodText(seconds: number, periodSeconds: number, zone: Zone): string {
  const at = new Date(seconds * 1000);
  if (periodSeconds % 86_400 === 0) {
    // A UTC day begins in the middle of a local one: then only the clock says which is meant.
    const startsAtMidnight = formatFor(zone, CLOCK).format(at) === '00:00';
    if (startsAtMidnight) return formatFor(zone, { weekday: 'short', ...DAY }).format(at);
  }
  return dateTimeText(seconds, zone);
}

/** Labels for an axis whose marks stand `step` seconds apart; the year is said once and when it changes. */
export function axisTexts(marks: number[], step: number, zone: Zone): string[] {
  let yearBefore = '';
  let dayBefore = '';
  return marks.map((mark) => {
    const at = new Date(mark * 1000);
    const year = formatFor(zone, { year: 'numeric' }).format(at);
    const day = formatFor(zone, { day: 'numeric', month: 'short' }).format(at);
    const newYear = year !== yearBefore;
    const newDay = day !== dayBefore;
    yearBefore = year;
    dayBefore = day;
    if (step >= 86_400) {
      const text = step >= 28 * 86_400 ? formatFor(zone, { month: 'short' }).format(at) : day;
      return newYear ? `${text}\n${year}` : text;
    }
    const clock = formatFor(zone, step < 60 ? { ...CLOCK, second: '2-digit' } : CLOCK).format(at);
    return newDay ? `${clock}\n${day}` : clock;
  });
}

/** "3 min ago", "in 2 h"; coarse on purpose, the exact time stands beside it. */
export function ageText(seconds: number): string {
  const size = Math.abs(seconds);
  const amount = size < 60 ? 'less than a minute' : durationText(size);
  return seconds >= 0 ? `${amount} ago` : `in ${amount}`;
}

/** "5 min", "3 h", "2 d": one unit, rounded down. */
export function durationText(seconds: number): string {
  const units: [number, string][] = [[86_400, 'd'], [3600, 'h'], [60, 'min'], [1, 's']];
  const [size, unit] = units.find(([each]) => seconds >= each) ?? [1, 's'];
  return `${Math.floor(seconds / size)} ${unit}`;
}

/** "day", "5 min": a period as one says it after "per" or "every". */
export function periodWords(seconds: number): string {
  const named: Record<number, string> = { 1: 'second', 60: 'minute', 3600: 'hour', 86_400: 'day', 604_800: 'week' };
  if (named[seconds]) return named[seconds];
  for (const [size, unit] of [[86_400, 'days'], [3600, 'hours'], [60, 'minutes']] as const) {
    if (seconds % size === 0) return `${seconds / size} ${unit}`;
  }
  return `${seconds} seconds`;
}

const whole = new Intl.NumberFormat('en-GB', { maximumFractionDigits: 0 });
const fine = new Intl.NumberFormat('en-GB', { maximumSignificantDigits: 5 });

const rough = new Intl.NumberFormat('en-GB', { maximumSignificantDigits: 3 });

/** A limit for reading: it was learned, so more than three digits below 1,000 say nothing. */
export function limitText(value: number): string {
  if (!Number.isFinite(value) || Math.abs(value) >= 1e15 || (value !== 0 && Math.abs(value) < 1e-6)) return value.toExponential(2);
  return Math.abs(value) >= 100 ? whole.format(value) : rough.format(value);
}

/** A value for reading: 1,012; 0.98314; "no data". */
export function numberText(value: number | null | undefined): string {
  if (value === null || value === undefined) return 'no data';
  if (value !== 0 && (Math.abs(value) >= 1e15 || Math.abs(value) < 1e-6)) return value.toExponential(3);
  return Math.abs(value) >= 10_000 || Number.isInteger(value) ? whole.format(value) : fine.format(value);
}

/** Which side of the range a value is on. */
const placeOf = (value: number, lower: number, upper: number) => (value < lower ? -1 : value > upper ? 1 : 0);
const shown = (text: string) => Number(text.replaceAll(',', ''));

/** So many digits, and all of the whole part. */
function digitsText(value: number, digits: number): string {
  const wholeDigits = value === 0 ? 1 : Math.floor(Math.log10(Math.abs(value))) + 1;
  return new Intl.NumberFormat('en-GB', { maximumSignificantDigits: Math.min(Math.max(digits, wholeDigits), 21) }).format(value);
}

/** A value and its limits for reading, with digits that show on which side it lies: 98.838 beside 98.84 to 100, not 98.838 beside 98.8 to 100. As people_compared of src/base. */
export function comparedTexts(value: number, lower: number, upper: number): { value: string; lower: string; upper: string } {
  const texts = { value: numberText(value), lower: limitText(lower), upper: limitText(upper) };
  const limit = Math.abs(value - lower) < Math.abs(value - upper) ? 'lower' : 'upper';
  const place = placeOf(value, lower, upper);
  const isShown = () => placeOf(shown(texts.value), shown(texts.lower), shown(texts.upper)) === place;
  for (let digits = 4; !isShown() && digits <= 17; digits++) {
    if (digits > 5) texts.value = digitsText(value, digits);
    texts[limit] = digitsText(limit === 'lower' ? lower : upper, digits);
  }
  return texts;
}

/** "14:05" of today, "28 Nov 2013, 14:05" of another day. */
export function untilText(seconds: number, now: number | null, zone: Zone): string {
  const minute = Math.round(seconds / 60) * 60;
  const day = (at: number) => formatFor(zone, DAY).format(new Date(at * 1000));
  if (now === null || day(minute) !== day(now)) return dateTimeText(minute, zone);
  return formatFor(zone, CLOCK).format(new Date(minute * 1000));
}
