import { iso, NOW } from './data.mjs';
import { Refusal } from './refusal.mjs';

const UNITS = { s: 1, m: 60, h: 3600, d: 86_400 };

/** Mute rules that last from now on; schedules are the server's. */
export function makeMutes(alarmNamed) {
  const mutes = [];
  const mark = (names) => {
    for (const name of names) {
      const rule = mutes.find((each) => each.alarms.includes(name));
      Object.assign(alarmNamed(name), { muted_by: rule?.name ?? null, muted_until: rule?.muted_until ?? null });
    }
  };
  const take = (name) => {
    const at = mutes.findIndex((each) => each.name === name);
    return at < 0 ? null : mutes.splice(at, 1)[0];
  };
  return {
    mutes: (query) => ({ mutes: mutes.filter((each) => !query.get('alarm') || each.alarms.includes(query.get('alarm'))) }),
    putMute(name, body) {
      const [, count, unit] = /^(\d+)([smhd])$/.exec(body.for) ?? [];
      if (!unit) throw new Refusal(400, 'invalid_field', `must be a duration from 1m to 15d, not '${body.for}'`, 'for');
      take(name);
      const rule = { name, description: '', alarms: body.alarms, status: 'ACTIVE', recurs: false, muted_until: iso(NOW + count * UNITS[unit]), next_begin: null };
      mutes.push(rule);
      mark(rule.alarms);
      return rule;
    },
    deleteMute(name) {
      const rule = take(name);
      if (!rule) throw new Refusal(404, 'not_found', `there is no mute rule '${name}'`);
      mark(rule.alarms);
    },
  };
}
