import type { TeamAlarm, TeamBudget, TeamRequest } from '../api/types';
import type { AlarmsSearch } from '../search';

export const DAYS_DEFAULT = 28;
/** The most alarms that the server takes at once (docs/api.md). */
export const TEAM_MAX = 100;
const WEEK_S = 7 * 86_400;

/** What the URL asks for; null: nothing yet. */
export function requestOf({ week, days, prefix, tag }: AlarmsSearch): TeamRequest | null {
  if (week === undefined) return null;
  return { ...(tag ? { tag } : { prefix: prefix ?? '' }), alarms_per_week: week, from: `now-${days ?? DAYS_DEFAULT}d` };
}

/** "0.8", "12": two digits are enough of a rate. What lies in the middle goes to the even digit, as in the server's sentences: both stand on one page. */
export function rateText(rate: number): string {
  const digits = rate < 10 ? 1 : 0;
  const scaled = rate * 10 ** digits;
  // Of one digit behind the point only quarters are exactly in the middle.
  const isMiddle = Number.isInteger(rate * 4) && scaled % 1 === 0.5;
  return (isMiddle ? (2 * Math.round(scaled / 2)) / 10 ** digits : rate).toFixed(digits);
}

/** One alarm, now and with the chosen width. */
export interface PlannedAlarm {
  alarm: TeamAlarm;
  /** Firings a week at the chosen width; null: none of its past could be judged. */
  then: number | null;
  change: 'width' | 'same' | 'fixed';
}

/** `place`: of the chosen width in the team's table. */
export function planOf(team: TeamBudget, place: number): PlannedAlarm[] {
  const k = team.table[place]?.k;
  return team.alarms.map((alarm) => {
    const firings = alarm.firings_by_width?.[place];
    if (alarm.k === null || k === undefined) return { alarm, then: alarm.per_week, change: 'fixed' };
    const then = firings === undefined || alarm.judged_s === 0 ? null : (firings * WEEK_S) / alarm.judged_s;
    return { alarm, then, change: alarm.k === k ? 'same' : 'width' };
  });
}

/** Where the width that the server names stands; where it names none, the widest. */
export const placeOfAdvice = ({ k, table }: TeamBudget) => {
  const place = table.findIndex((width) => width.k === k);
  return place < 0 ? table.length - 1 : place;
};

export const alarmsText = (count: number) => (count === 1 ? '1 alarm' : `${count} alarms`);
