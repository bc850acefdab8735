/** A time as the pages' URLs write it: `now`, `now-6h`, or RFC 3339 in UTC. */
export type TimeText = string;

const RELATIVE = /^now(?:-(\d{1,6})([smhdw]))?$/;
const ABSOLUTE = /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d))?(?:\.\d+)?(Z|[+-]\d\d:?\d\d)?)?$/;
const UNIT_S: Record<string, number> = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 };

export const isRelative = (text: string) => RELATIVE.test(text);

/**
 * What a person typed, as the URL and the server write it; null if it is no time.
 * A date or time without a zone is meant in `zone`.
 */
export function parseTimeText(typed: string, zone: 'utc' | 'local'): TimeText | null {
  const text = typed.trim().replace(/\s*-\s*(?=\d+[smhdw]$)/, '-');
  if (isRelative(text)) return text;
  const parts = ABSOLUTE.exec(text);
  if (!parts) return null;
  const [, year, month, day, hour = '0', minute = '0', second = '0', offset] = parts;
  const numbers = [Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second)] as const;
  const asUtc = new Date(Date.UTC(...numbers));
  // Date rolls 31 February over to March; a person who typed it should hear of it.
  if (asUtc.getUTCMonth() !== numbers[1] || asUtc.getUTCDate() !== numbers[2] || numbers[3] > 23) return null;
  if (offset) {
    const at = new Date(text.replace(' ', 'T'));
    return Number.isNaN(at.getTime()) ? null : toInstantText(at.getTime() / 1000);
  }
  const at = zone === 'utc' ? asUtc : new Date(...numbers);
  return toInstantText(at.getTime() / 1000);
}

/** `now-6h..now`, `2013-11-01..2013-12-01`, or one time meaning "from then till now". */
export function parseRangeText(typed: string, zone: 'utc' | 'local'): { from: TimeText; to: TimeText } | null {
  const [first = '', second = 'now', ...rest] = typed.split('..');
  if (rest.length > 0) return null;
  const from = parseTimeText(first, zone);
  const to = parseTimeText(second, zone);
  if (!from || !to || from === 'now') return null;
  const [start, end] = [resolve(from, 0), resolve(to, 0)];
  if (isRelative(from) === isRelative(to) && start >= end) return null;
  return { from, to };
}

/** Epoch seconds of a time text, given data time. */
export function resolve(text: TimeText, nowSeconds: number): number {
  const relative = RELATIVE.exec(text);
  if (relative) return nowSeconds - Number(relative[1] ?? 0) * (UNIT_S[relative[2] ?? 's'] ?? 1);
  return new Date(text).getTime() / 1000;
}

export const toInstantText = (seconds: number): TimeText => new Date(Math.round(seconds) * 1000).toISOString().replace('.000Z', 'Z');

/** Two dates rather than "the last 28 days": a stretch that someone pointed at. */
export const isStretch = ({ from, to }: { from?: TimeText; to?: TimeText }) =>
  from !== undefined && to !== undefined && !isRelative(from) && !isRelative(to);

export interface QuickRange {
  label: string;
  words: string;
  from: TimeText;
}

export const QUICK_RANGES: QuickRange[] = [
  { label: '15m', words: 'last 15 minutes', from: 'now-15m' },
  { label: '1h', words: 'last hour', from: 'now-1h' },
  { label: '6h', words: 'last 6 hours', from: 'now-6h' },
  { label: '24h', words: 'last 24 hours', from: 'now-24h' },
  { label: '7d', words: 'last 7 days', from: 'now-7d' },
  { label: '28d', words: 'last 28 days', from: 'now-28d' },
  { label: '90d', words: 'last 90 days', from: 'now-90d' },
  { label: '1y', words: 'last year', from: 'now-365d' },
];

/** The most periods that the server puts into a chart (docs/api.md, `too_many_points`). */
export const CHART_PERIODS_MAX = 20_000;

/** A quick range that is too long for a chart of such periods. */
export const isTooLong = (range: QuickRange, periodSeconds: number) => -resolve(range.from, 0) / periodSeconds > CHART_PERIODS_MAX;

/** Twice the span around the same middle; never past data time. */
export function zoomedOut(fromSeconds: number, toSeconds: number, nowSeconds: number): { from: TimeText; to: TimeText } {
  const half = toSeconds - fromSeconds;
  const middle = (fromSeconds + toSeconds) / 2;
  const to = Math.min(middle + half, Math.max(nowSeconds, toSeconds));
  return { from: toInstantText(to - 2 * half), to: toInstantText(to) };
}
