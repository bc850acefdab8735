// Calendars that are given once, as docs/findings.md says ("Calendars by match"), over the mock's detectors.
import { Refusal } from './refusal.mjs';

const DAY_RULE =
  /^(\d{4}-\d\d-\d\d(\/\d{4}-\d\d-\d\d)?|\d\d-\d\d|sun|mon|tue|wed|thu|fri|sat|day -?\d{1,2}|(1st|2nd|3rd|4th|5th|last) \w{3} of \w{3}|easter([+-]\d+)?|holidays (DE|FR|GB-ENG|NL|US))$/;
const WEEKDAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
const HOLIDAYS_US_2013 = ['2013-01-01', '2013-01-21', '2013-02-18', '2013-05-27', '2013-07-04', '2013-09-02', '2013-10-14', '2013-11-11', '2013-11-28', '2013-12-25'];
const NAME_MAX_BYTES = 64;
const DAYS_MAX = 400;
const SHARED_MAX = 20;
const invalid = (message) => new Refusal(400, 'invalid_field', message);

/** In the server's words (src/judge/calendar.cc). */
export function checkCalendar({ name, days }) {
  if (!name || Buffer.byteLength(name) > NAME_MAX_BYTES) throw invalid(`a calendar's name has 1 to ${NAME_MAX_BYTES} bytes`);
  if (days.length > DAYS_MAX) throw invalid(`calendar '${name}' has ${days.length} days, limit ${DAYS_MAX}`);
  const wrong = days.find((day) => !DAY_RULE.test(day));
  if (wrong !== undefined) throw invalid(`calendar '${name}': day '${wrong}' is none of 2026-12-25, 2026-12-24/2026-12-31, 12-25, sat, day -1, 4th thu of nov, easter-2, holidays US`);
}

function holds(rule, date) {
  const text = date.toISOString().slice(0, 10);
  if (rule === 'holidays US') return HOLIDAYS_US_2013.includes(text);
  if (WEEKDAYS.includes(rule)) return WEEKDAYS[date.getUTCDay()] === rule;
  if (/^\d\d-\d\d$/.test(rule)) return text.endsWith(rule);
  const [from, to = from] = rule.split('/');
  return text >= from && text <= to;
}

/** Days of these calendars within [from, to), as the server writes them in a chart; in UTC, and of the plainer rules alone. */
export function calendarDays(calendars, period_s, from, to) {
  const out = [];
  for (let at = from; at < to; at += period_s) {
    const date = new Date(at * 1000);
    const on = calendars.filter(({ days }) => days.some((day) => holds(day, date)));
    if (on.length === 0) continue;
    const names = on.map(({ name }) => name);
    const last = out.at(-1);
    const [begin, end] = [date, new Date((at + period_s) * 1000)].map((time) => time.toISOString().replace('.000', ''));
    if (last?.to === begin && last.calendars.join() === names.join()) last.to = end;
    else out.push({ from: begin, to: end, calendars: names, mute: on.some(({ mute }) => mute), learn: on.every(({ learn }) => learn) });
  }
  return out;
}

const fits = (pattern, text) => new RegExp(`^${pattern.split('*').map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&')).join('.*')}$`, 's').test(text);

function matches({ namespace, name, dimensions = {}, tags = {} }, metric, detector) {
  const ofMetric = (metric?.namespace !== undefined || !(namespace || name)) && fits(namespace || '*', metric?.namespace ?? '') && fits(name || '*', metric?.name ?? '');
  const has = Object.fromEntries((metric?.dimensions ?? []).map((dimension) => [dimension.name, dimension.value]));
  const all = (wanted, there) => Object.entries(wanted).every(([key, value]) => key in there && fits(value, there[key]));
  return ofMetric && all(dimensions, has) && all(tags, detector.choices.tags);
}

const kept = (name, days, match, more = {}) => ({ name, days, mute: true, learn: false, match, source: 'api', ...more });

function calendarsOf(state) {
  if (state === 'empty') return [];
  const usual = [
    kept('bank holidays', ['holidays US'], { dimensions: { JobName: 'fl*' } }, { mute: false, learn: true }),
    kept('month/end 100 % sure', ['day -1', 'day 1'], { namespace: 'Glue', name: 'rows*', tags: { owner: 'fin*' } }),
    kept('plant closed', ['2013-10-05/2013-10-06'], {}, { source: 'file' }),
  ];
  if (state !== 'many') return usual;
  const dates = Array.from({ length: 200 }, (_, index) => new Date(Date.UTC(2013, 0, 1 + 2 * index)).toISOString().slice(0, 10));
  const more = Array.from({ length: 18 }, (_, index) => kept(`closing-of-the-plant-number-${index}`, [`${String((index % 12) + 1).padStart(2, '0')}-01`], { dimensions: { pipeline: `pipeline-${index}*` } }));
  const file = Array.from({ length: 19 }, (_, index) => kept(`file-${String(index).padStart(2, '0')}`, ['sat', 'sun'], { tags: { team: `team-${index}` } }, { source: 'file' }));
  return [...usual, kept('a-name-of-64-bytes-is-as-long-as-the-name-of-a-calendar-can-ever-', dates, { dimensions: { pipeline: '*' } }), ...more.slice(1), ...file];
}

/** `detectors`: those of the mock, as they are by then. `metricOf`: undefined for metric math. */
export function makeCalendars(state, detectors, metricOf) {
  const all = new Map(calendarsOf(state).map((calendar) => [calendar.name, calendar]));
  const inheritedBy = (detector) =>
    [...all.values()]
      .filter(({ name, match }) => !detector.choices.calendars.some((own) => own.name === name) && matches(match, metricOf(detector), detector))
      .map(({ name, days, mute, learn, match }) => ({ name, days, mute, learn, match }))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
  const shown = (calendar) => ({ ...calendar, detectors: detectors().filter((d) => inheritedBy(d).some(({ name }) => name === calendar.name)).length, pending: 0 });
  const changeable = (name) => {
    if (all.get(name)?.source === 'file') throw new Refusal(409, 'already_exists', `calendar '${name}' stands in the configuration file: it is changed there`);
  };
  return {
    inheritedBy,
    isFor: (match, detector) => matches(match, metricOf(detector), detector),
    list: () => ({ calendars: [...all.values()].sort((a, b) => (a.name < b.name ? -1 : 1)).map(shown) }),
    put(name, { days = [name], mute = true, learn = false, match }) {
      if (!match) throw invalid('match is required');
      checkCalendar({ name, days });
      changeable(name);
      if (!all.has(name) && [...all.values()].filter(({ source }) => source === 'api').length >= SHARED_MAX) {
        throw new Refusal(400, 'limit', `there may be ${SHARED_MAX} calendars with a match, not ${SHARED_MAX + 1}`);
      }
      all.set(name, kept(name, days, match, { mute, learn }));
      return shown(all.get(name));
    },
    remove(name) {
      changeable(name);
      if (!all.delete(name)) throw new Refusal(404, 'not_found', `there is no calendar '${name}' with a match`);
    },
  };
}
