// What the pages' URLs may hold. Anything else in a URL (typed by hand, from an older version) is dropped, never trusted.
import type { AlarmState } from './api/types';
import { parseTimeText } from './time/range';
import type { Zone } from './time/format';

export interface RootSearch {
  tz?: Extract<Zone, 'local'>;
  /** The finding whose Why is open. */
  why?: string;
  /** The detector whose band settings are open. */
  settings?: string;
}

export interface RangeSearch {
  from?: string;
  to?: string;
  view?: 'table';
}

export interface AlarmSearch extends RangeSearch {
  /** The form is open. */
  edit?: boolean;
}

export interface ExploreSearch extends RangeSearch {
  q?: string;
  /** Charts, top to bottom: `ID`, `ID:stat` or `ID:stat:period`, parted by commas. */
  m?: string;
  k?: number;
}

export interface AlarmsSearch {
  q?: string;
  state?: AlarmState;
  /** The team's budget is open: how many alarms a week, tried on how many days, of the alarms whose names begin so or that have this tag. */
  budget?: boolean;
  week?: number;
  days?: number;
  prefix?: string;
  tag?: string;
  /** The form is open; the rest prefills it. */
  create?: boolean;
  metric?: string;
  stat?: string;
  period?: number;
  k?: number;
}

export interface CalendarsSearch {
  /** The form of a new calendar is open. */
  create?: boolean;
  /** The calendar whose form is open. */
  edit?: string;
}

type Raw = Record<string, unknown>;

const text = (value: unknown, maxLength = 300) =>
  // The router reads `q=404` as a number; a search for 404 is still a search.
  typeof value === 'string' || typeof value === 'number' ? String(value).slice(0, maxLength) || undefined : undefined;

function numberWithin(value: unknown, min: number, max: number): number | undefined {
  const number = typeof value === 'number' ? value : Number.NaN;
  return number >= min && number <= max ? number : undefined;
}

const time = (value: unknown) => {
  const typed = text(value);
  return typed === undefined ? undefined : (parseTimeText(typed, 'utc') ?? undefined);
};

const STATES: AlarmState[] = ['OK', 'ALARM', 'INSUFFICIENT_DATA'];

/** Of a finding or a detector. */
function id(value: unknown): string | undefined {
  const typed = text(value);
  return typed && /^[\w.-]{1,120}$/.test(typed) ? typed : undefined;
}

export const rootSearch = (raw: Raw): RootSearch => ({ tz: raw.tz === 'local' ? 'local' : undefined, why: id(raw.why), settings: id(raw.settings) });

export function rangeSearch(raw: Raw): RangeSearch {
  const from = time(raw.from);
  return { from, to: from ? time(raw.to) : undefined, view: raw.view === 'table' ? 'table' : undefined };
}

export const alarmSearch = (raw: Raw): AlarmSearch => ({ ...rangeSearch(raw), edit: raw.edit === true ? true : undefined });

export const exploreSearch = (raw: Raw): ExploreSearch => ({
  ...rangeSearch(raw),
  q: text(raw.q),
  m: text(raw.m, 2000),
  k: numberWithin(raw.k, 0.1, 10),
});

export const alarmsSearch = (raw: Raw): AlarmsSearch => ({
  q: text(raw.q),
  state: STATES.find((state) => state === raw.state),
  create: raw.create === true ? true : undefined,
  budget: raw.budget === true ? true : undefined,
  week: numberWithin(raw.week, 0, 10_000),
  days: numberWithin(raw.days, 1, 366),
  prefix: text(raw.prefix),
  tag: text(raw.tag),
  metric: text(raw.metric),
  stat: text(raw.stat),
  period: numberWithin(raw.period, 1, 31_536_000),
  k: numberWithin(raw.k, 0.1, 10),
});

export const calendarsSearch = (raw: Raw): CalendarsSearch => ({ create: raw.create === true ? true : undefined, edit: raw.create === true ? undefined : text(raw.edit) });

/** One chart of the Explore page; what is left out, the server chooses. */
export interface Panel {
  metric: string;
  stat?: string;
  period?: number;
}

export const PANELS_MAX = 8;

export function parsePanels(m: string | undefined): Panel[] {
  const panels: Panel[] = [];
  for (const part of (m ?? '').split(',')) {
    const [metric = '', stat, period] = part.split(':');
    if (!/^[\w-]{1,64}$/.test(metric) || panels.some((p) => p.metric === metric && p.stat === (stat || undefined))) continue;
    panels.push({ metric, stat: stat || undefined, period: Number(period) > 0 ? Number(period) : undefined });
  }
  return panels.slice(0, PANELS_MAX);
}

export function panelsText(panels: Panel[]): string | undefined {
  const parts = panels.map(({ metric, stat, period }) => {
    if (period) return `${metric}:${stat ?? ''}:${period}`;
    return stat ? `${metric}:${stat}` : metric;
  });
  return parts.join(',') || undefined;
}
