import { DAY, NOW } from './data.mjs';
import { Refusal } from './refusal.mjs';

const UNIT_S = { s: 1, m: 60, h: 3600, d: DAY, w: 7 * DAY };

/** Epoch seconds of a time in a query, as docs/api.md lets it be written. */
export function timeOf(text, field) {
  const relative = /^now(?:-(\d+)([smhdw]))?$/.exec(text);
  if (relative) return NOW - Number(relative[1] ?? 0) * (UNIT_S[relative[2]] ?? 1);
  const at = Date.parse(text) / 1000;
  if (Number.isNaN(at)) throw new Refusal(400, 'invalid_field', `${field} must be RFC 3339 or now-6h, not "${text}"`, field);
  return at;
}
