// POST /backtest/team and PUT /alarms/NAME/width, as docs/api.md says.
import { Refusal } from './refusal.mjs';

const WEEK_S = 7 * 86_400;
const TEAM_MAX = 100;
/** Which alarms carry a tag. */
const TAGS = { 'team=data': ['flights-recordsRead-band'] };
const rateText = (rate) => (rate < 10 ? rate.toFixed(1) : rate.toFixed(0));

/** `backtest(body)`: of one alarm. */
export function teamOf(body, alarms, backtest) {
  const team = alarms.filter((alarm) => alarm.name.startsWith(body.prefix ?? '') && (body.tag === undefined || (TAGS[body.tag] ?? []).includes(alarm.name)));
  if (team.length === 0) throw new Refusal(404, 'not_found', 'there is no such alarm');
  if (team.length > TEAM_MAX) throw new Refusal(400, 'limit', `${team.length} alarms; a team may have ${TEAM_MAX}: name fewer by prefix or tag`);
  const tried = team.map((alarm) => {
    const { from, to, width, ...past } = backtest({ alarm: alarm.name, from: body.from, ...(alarm.band_k === null ? {} : { alarms_per_week: body.alarms_per_week }) });
    const judged_s = past.past === 'enough' ? (Date.parse(to) - Date.parse(from)) / 1000 : 0;
    const { firings_total, per_week, sentence } = past;
    return { from, to, table: width?.table ?? [], shown: { name: alarm.name, kind: width ? 'band' : 'static', k: alarm.band_k, judged_s, firings_total, muted_total: 0, per_week, sentence, ...(width ? { firings_by_width: width.table.map((each) => each.firings_total) } : {}) } };
  });
  const rateOf = ({ shown }, firings) => (shown.judged_s === 0 ? 0 : (firings * WEEK_S) / shown.judged_s);
  const per_week = tried.reduce((sum, each) => sum + rateOf(each, each.shown.firings_total), 0);
  const widths = tried.find((each) => each.table.length > 0 && each.shown.judged_s > 0)?.table ?? [];
  const table = widths.map(({ k }, place) => ({ k, per_week: tried.reduce((sum, each) => sum + rateOf(each, each.shown.firings_by_width?.[place] ?? each.shown.firings_total), 0) }));
  const within = table.findLastIndex((width) => width.per_week > body.alarms_per_week);
  const best = table[within + 1];
  const now = `${team.length === 1 ? 'This alarm' : `These ${team.length} alarms`} would have fired about ${rateText(per_week)} times a week`;
  return {
    from: tried[0].from,
    to: tried[0].to,
    alarms_per_week: body.alarms_per_week,
    per_week,
    k: best?.k ?? null,
    per_week_at_k: best?.per_week ?? null,
    words: best ? `${now}; with k = ${best.k} for every band about ${rateText(best.per_week)}, within ${body.alarms_per_week}.` : `${now}; no one width of their bands keeps within ${body.alarms_per_week}.`,
    table,
    alarms: tried.map(({ shown }) => shown),
  };
}

export function setWidth(alarm, { k, was }) {
  if (!(k >= 0.1 && k <= 10)) throw new Refusal(400, 'invalid_field', `k must be 0.1 to 10, not ${k}`, 'k');
  if (alarm.band_k === null) throw new Refusal(422, 'no_width', `'${alarm.name}' has a fixed limit, not a band`, 'k');
  if (was !== undefined && alarm.band_k !== was) throw new Refusal(409, 'changed', `the width of '${alarm.name}' is ${alarm.band_k} by now, not ${was}`, 'was');
  return Object.assign(alarm, { band_k: k });
}
