import { getJson } from '../api/client';
import type { Mute } from '../api/types';

const NAME_BYTES_MAX = 255;
const bytes = (text: string) => new TextEncoder().encode(text).length;

/** `mute-ALARM`, or with a number behind it when that rule is not the alarm's own: putting it would change the other. */
export function muteName(alarm: string, rules: Mute[]): string {
  const isFree = (name: string) => rules.every((rule) => rule.name !== name || (!rule.recurs && rule.alarms.length === 1 && rule.alarms[0] === alarm));
  for (let count = 1; ; count++) {
    const tail = count === 1 ? '' : `-${count}`;
    const letters = [...`mute-${alarm}`];
    while (bytes(letters.join('') + tail) > NAME_BYTES_MAX) letters.pop();
    const name = letters.join('') + tail;
    if (isFree(name)) return name;
  }
}

/** All rules, for a name that none of another alarm has. */
export const allMutes = async () => (await getJson<{ mutes: Mute[] }>('/mutes')).mutes;

const MORNING_H = 8;
/** The least that the server takes. */
const LEAST_S = 60;
/** A clock that is so near to the data's is taken for the same, and shows seconds. */
const SAME_CLOCK_S = 120;

/** When a mute begins that is asked for now, in epoch seconds: by data time, which may be another than this machine's. */
export function muteBegin(dataNow: number | null): number {
  const machine = Date.now() / 1000;
  return dataNow === null || Math.abs(dataNow - machine) < SAME_CLOCK_S ? machine : dataNow;
}

export interface MuteChoice {
  label: string;
  /** In epoch seconds. */
  end: number;
  /** As the server wants it; undefined: what there is until its end. */
  length?: string;
}

/** How long one may mute from `now` on: mornings are those of this machine's zone. */
export function muteChoices(now: number): MuteChoice[] {
  const at = new Date(now * 1000);
  const morning = (inDays: number) => new Date(at.getFullYear(), at.getMonth(), at.getDate() + inDays, MORNING_H).getTime() / 1000;
  const hours = (label: string, count: number, length: string) => ({ label, end: now + count * 3600, length });
  return [
    hours('For 1 hour', 1, '1h'),
    hours('For 4 hours', 4, '4h'),
    ...(morning(0) - now >= LEAST_S ? [{ label: 'Until 08:00 today (local)', end: morning(0) }] : []),
    { label: 'Until 08:00 tomorrow (local)', end: morning(1) },
    hours('For 1 day', 24, '1d'),
    hours('For 1 week', 7 * 24, '7d'),
  ];
}

/** What the server is asked for at `now`: it counts from when it is asked. */
export const lengthOf = ({ end, length }: MuteChoice, now: number) => length ?? `${Math.max(LEAST_S, Math.round(end - now))}s`;
