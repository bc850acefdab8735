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

/** From `now` to tomorrow 08:00 of this machine's clock, as the server wants it. */
export function untilTomorrow(now: Date): string {
  const end = new Date(now.getFullYear(), now.getMonth(), now.getDate() + 1, 8);
  return `${Math.ceil((end.getTime() - now.getTime()) / 1000)}s`;
}
