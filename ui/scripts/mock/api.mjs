// Answers of docs/api.md from the mock's data. A state is a whole little world: demo, calm, empty, one-point, many, slow, error, ailing.
import { DAY, EXCLUDED, iso, metricsOf, NOW, noise, RECORDS_READ, recordsTransitions, seriesOf } from './data.mjs';
import { editAlarm, ruleOf, versionOf, watchedOf } from './edit.mjs';
import { timeOf } from './query_time.mjs';
import { Refusal } from './refusal.mjs';
import { makeMutes } from './mutes.mjs';
import { setWidth, teamOf } from './team.mjs';
import { makeWatch } from './watch.mjs';

/** The mock's data time stands still in 2013; what was sent was sent by the machine's clock. */
const MACHINE_TIME = '2026-05-04T09:03:00Z';
const TOPIC = 'arn:aws:sns:us-east-1:000000000000:operators';

export { Refusal };

const wordsMatch = (search, text) => search.toLowerCase().split(/\s+/).every((word) => text.toLowerCase().includes(word));

function page(items, query, fallback) {
  const limit = Number(query.get('limit') ?? fallback);
  const start = Number(query.get('cursor') ?? 0);
  return { items: items.slice(start, start + limit), next: start + limit < items.length ? String(start + limit) : null };
}

function bandAlarm(state) {
  const transitions = state === 'calm' ? recordsTransitions().slice(0, -1) : recordsTransitions();
  const last = state === 'one-point' ? undefined : transitions.at(-1);
  return {
    name: 'flights-recordsRead-band',
    description: 'Records read by the daily flights job, against what is usual for the weekday.',
    region: 'us-east-1',
    state: last?.new_state ?? 'INSUFFICIENT_DATA',
    state_reason: last ? 'Thresholds Crossed: 1 out of the last 1 datapoints …' : 'Unchecked: Initial alarm creation',
    state_reason_words: last?.reason_words ?? 'Not judged yet: the usual range is still being learned (1 of 8 days)',
    state_since: last?.at ?? iso(NOW),
    actions_enabled: true,
    ...watchedOf(RECORDS_READ, titleOf),
    queries: null,
    stat: 'Sum',
    period_s: DAY,
    comparison: 'LessThanLowerOrGreaterThanUpperThreshold',
    threshold: null,
    band_k: 2,
    evaluation_periods: 1,
    datapoints_to_alarm: 1,
    treat_missing_data: 'missing',
    actions: [
      { on: 'ALARM', arn: TOPIC },
      { on: 'OK', arn: TOPIC },
    ],
  };
}

function staticAlarm() {
  return {
    ...bandAlarm('demo'),
    name: 'flights/heap too full',
    description: '',
    state: 'INSUFFICIENT_DATA',
    state_reason: 'Insufficient Data: 3 datapoints were unknown.',
    state_reason_words: 'No data for 3 hours',
    state_since: iso(NOW - 3 * 3600),
    actions_enabled: false,
    ...watchedOf({ ...RECORDS_READ, id: '9c0d1e2f', name: 'glue.driver.jvm.heap.usage', dimensions: RECORDS_READ.dimensions.slice(0, 1) }, titleOf),
    stat: 'Maximum',
    period_s: 3600,
    comparison: 'GreaterThanThreshold',
    threshold: 400,
    band_k: null,
    evaluation_periods: 3,
    datapoints_to_alarm: 2,
    treat_missing_data: 'breaching',
    actions: [],
  };
}

const MATH = [
  ...['errors', 'requests'].map((name) => ({ id: name, return_data: false, metric_stat: { stat: 'Sum', period_s: 3600, metric: { namespace: 'Shop', name, dimensions: [] } } })),
  { id: 'share', return_data: true, expression: '100 * errors / requests' },
];

/** On metric math: it has no chart. */
const mathAlarm = () => ({
  ...bandAlarm('calm'),
  name: 'shop-error-share',
  description: '',
  state: 'OK',
  state_reason_words: 'The share of errors was 2; 1 to 4 are usual.',
  metric_title: '100 * errors / requests',
  metric_id: null,
  metric: null,
  namespace: null,
  stat: null,
  period_s: 3600,
  actions: [],
  math: MATH,
  queries: MATH,
});

/** Of a stack whose job has not run yet. */
const waitingAlarm = () => ({
  ...staticAlarm(),
  name: 'export-rows',
  state_reason_words: 'Not judged yet: just created',
  ...watchedOf({ namespace: 'Jobs', name: 'rows', dimensions: [{ name: 'job', value: 'export' }], region: 'us-east-1' }, titleOf),
});

/** Of a server whose disk is full and bad. */
const PROBLEMS = [
  { kind: 'disk_full', message: 'No sample is taken: disk full: 21 MiB free, 1 GiB needed.' },
  { kind: 'damaged_block', message: 'The block 000000000000002a-0000000000000031.blk is damaged: its checksum is wrong.' },
];

const titleOf = (metric) => [metric.name, ...metric.dimensions.map((d) => `${d.name}=${d.value}`)].join(' · ');

/** One mock server's answers; keeps alarms that were created, changed and deleted through it. */
export function makeApi(world) {
  const state = world === 'ailing' ? 'demo' : world;
  const alarms = makeAlarms(state);
  // A copy: a detector that is made through one mock must not be there in the next.
  const metrics = metricsOf(state).map((metric) => ({ ...metric, detectors: [...metric.detectors] }));
  const watch = makeWatch(state, metrics, titleOf);
  // Not in any list: pages of one metric are what most tests are about.
  const unlisted = [mathAlarm(), waitingAlarm()];
  const alarmNamed = (name) => {
    const alarm = [...alarms, ...unlisted].find((a) => a.name === name);
    if (!alarm) throw new Refusal(404, 'not_found', `There is no alarm called "${name}".`);
    return alarm;
  };
  const shown = (alarm) => ({ ...alarm, ref: alarm.name, ...watch.ofAlarm(alarm), version: versionOf(alarm) });
  const counts = () => ({
    series: metrics.length,
    metrics: new Set(metrics.map((m) => `${m.namespace} ${m.name}`)).size,
    alarms: alarms.length,
    in_alarm: alarms.filter((a) => a.state === 'ALARM').length,
    insufficient_data: alarms.filter((a) => a.state === 'INSUFFICIENT_DATA').length,
    detectors: metrics.filter((m) => m.detectors.length > 0).length,
    learning: metrics.filter((m) => m.detectors.some((d) => d.state !== 'TRAINED')).length,
    deliveries_pending: state === 'demo' ? 1 : 0,
    deliveries_dead: 0,
  });
  return {
    status: () => ({ version: '0.1.0', now: iso(NOW), clock: 'frozen', always_on: true, counts: counts(), newest_sample_at: metrics.length > 0 ? iso(NOW) : null, problems: world === 'ailing' ? PROBLEMS : [] }),
    now: () => nowOf(alarms, counts(), state),
    metrics(query) {
      if (query.has('id')) return { metrics: metrics.filter((m) => m.id === query.get('id')), total: 1, next: null };
      const found = metrics.filter((m) => wordsMatch(query.get('search') ?? '', `${m.namespace} ${titleOf(m)} ${m.unit}`));
      const { items, next } = page(found, query, 50);
      return { metrics: items, total: found.length, next };
    },
    watch,
    chart: (query) => watch.onChart(chartOf(query, metrics, state, (name) => alarmNamed(name))),
    alarms(query) {
      const found = alarms.filter(
        (a) => (!query.get('state') || a.state === query.get('state')) && wordsMatch(query.get('search') ?? '', `${a.name} ${a.description} ${a.metric_title}`),
      );
      const { items, next } = page(found, query, 200);
      return { alarms: items.map(shown), total: found.length, next };
    },
    alarm: (name) => shown(alarmNamed(name)),
    backtest: (body) => backtestOf(body, metrics, state, alarmNamed),
    team: (body) => teamOf(body, alarms, (one) => backtestOf(one, metrics, state, alarmNamed)),
    putWidth: (name, body) => setWidth(alarmNamed(name), body),
    history: (name, query) => ({ items: historyOf(alarmNamed(name), state).slice(0, Number(query?.get('limit') ?? 100)) }),
    deliveries: (name) => ({ deliveries: deliveriesOf(alarmNamed(name), state) }),
    topics: () => ({ topics: state === 'empty' ? [] : [{ arn: TOPIC, name: 'operators', subscriptions: 3 }] }),
    createAlarm(body) {
      if (alarms.some((a) => a.name === body.name)) throw new Refusal(409, 'already_exists', 'An alarm of this name exists already.', 'name');
      const alarm = {
        ...staticAlarm(),
        ...ruleOf(body, metrics, titleOf),
        name: body.name,
        state_reason_words: 'Not judged yet: just created',
        state_since: iso(NOW),
        actions_enabled: true,
        actions: ['ALARM', 'OK'].flatMap((on) => body.topic_arns.map((arn) => ({ on, arn }))),
      };
      alarms.unshift(alarm);
      return shown(alarm);
    },
    putAlarm: (name, body) => shown(editAlarm(alarmNamed(name), body, ruleOf(body, metrics, titleOf))),
    deleteAlarm(name) {
      alarms.splice(alarms.indexOf(alarmNamed(name)), 1);
    },
    ...makeMutes(alarmNamed),
    setActions: (name, enabled) => shown(Object.assign(alarmNamed(name), { actions_enabled: enabled })),
  };
}

/** `chance`: 0 to 1. */
function manyReason(state, chance) {
  if (state === 'INSUFFICIENT_DATA') return `No data for ${2 + Math.round(20 * chance)} hours`;
  if (state === 'ALARM') return `rows_written was ${Math.round(250 * chance)}; usual for a Tuesday is 300 to 700.`;
  return `rows_written was ${Math.round(320 + 360 * chance)} again; usual for a Tuesday is 300 to 700.`;
}

function makeAlarms(state) {
  if (state === 'empty') return [];
  if (state === 'one-point') return [bandAlarm(state)];
  if (state === 'calm') return [{ ...bandAlarm(state), state: 'OK' }];
  if (state !== 'many') return [bandAlarm(state), staticAlarm()];
  const more = Array.from({ length: 120 }, (_, index) => {
    const chance = noise(`state ${index}`);
    const newState = chance < 0.06 ? 'ALARM' : chance < 0.2 ? 'INSUFFICIENT_DATA' : 'OK';
    return {
      ...bandAlarm(state),
      name: `pipeline-${String(index).padStart(2, '0')}-rows-written`,
      description: '',
      state: newState,
      state_since: iso(NOW - Math.round(noise(`since ${index}`) * 20) * 3600),
      state_reason_words: manyReason(newState, noise(index)),
      metric_title: `rows_written · pipeline=pipeline-${String(index).padStart(2, '0')}`,
    };
  });
  const order = { ALARM: 0, INSUFFICIENT_DATA: 1, OK: 2 };
  return [bandAlarm(state), ...more].sort((a, b) => order[a.state] - order[b.state]);
}

const dayText = (instant) => new Date(instant).toLocaleDateString('en-GB', { day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' });
const timeText = (instant) => `${dayText(instant)}, ${instant.slice(11, 16)} UTC`;

/** In the server's words (src/web/own/now.cc). */
function sentenceOf({ alarms, in_alarm, insufficient_data }, [newest]) {
  if (alarms === 0) return 'No alarms are set up yet.';
  if (in_alarm === 1) return `1 alarm is on: ${newest.name}, since ${timeText(newest.state_since)}.`;
  if (in_alarm > 1) return `${in_alarm} alarms are on; the newest is ${newest.name}, since ${timeText(newest.state_since)}.`;
  if (insufficient_data > 0) return `No alarm is on; ${insufficient_data} of ${alarms} cannot tell, for want of data.`;
  return `No alarm is on: ${alarms === 1 ? '1 alarm is' : `${alarms} alarms are`} OK.`;
}

/** In the server's words (src/web/own/chart.cc). */
function chartSentence(name, from, to, rows, band, findings) {
  const span = `${name}, ${dayText(from)} to ${dayText(to)} UTC`;
  if (rows.length === 0) return `${span}: no data.`;
  if (band.length === 0) return `${span}: ${rows.length} ${rows.length === 1 ? 'point' : 'points'}; no usual range is known yet.`;
  if (findings.length === 0) return `${span}: all ${rows.length} points within the usual range.`;
  const distance = ({ value, lower, upper }) => Math.max(lower - value, value - upper) / (upper - lower);
  const farthest = findings.reduce((a, b) => (distance(b) > distance(a) ? b : a));
  const [lower, upper] = [farthest.lower, farthest.upper].map((limit) => Math.round(limit).toLocaleString('en'));
  return `${span}: ${findings.length} of ${rows.length} points outside the usual range; farthest ${farthest.value} on ${dayText(farthest.at)}, where ${lower} to ${upper} were usual.`;
}

function limitsOf({ metric_id, metric_title, state_reason_words }) {
  if (metric_id !== RECORDS_READ.id || metric_title !== titleOf(RECORDS_READ)) return { value: Number(/was (\d+)/.exec(state_reason_words)?.[1]), lower: 300, upper: 700 };
  const { value, lower, upper } = recordsTransitions().at(-1);
  return { value, lower, upper };
}

function nowOf(alarms, counts, state) {
  const firing = alarms.filter((a) => a.state === 'ALARM').sort((a, b) => b.state_since.localeCompare(a.state_since));
  return {
    sentence: sentenceOf(counts, firing),
    now: iso(NOW),
    counts,
    in_alarm: firing.map((a) => ({
      name: a.name,
      ref: a.name,
      since: a.state_since,
      reason_words: a.state_reason_words,
      metric_title: a.metric_title,
      metric_id: a.metric_id,
      muted_by: a.muted_by ?? null,
      muted_until: a.muted_until ?? null,
      ...limitsOf(a),
      actions_delivered: 2,
      actions_pending: state === 'demo' ? 1 : 0,
      actions_given_up: state === 'demo' ? 1 : 0,
    })),
    recent: state === 'empty' || state === 'one-point' ? [] : recordsTransitions().toReversed().slice(0, 20),
  };
}

function chartOf(query, metrics, state, alarmNamed) {
  const alarm = query.has('alarm') ? alarmNamed(query.get('alarm')) : null;
  const metric = metrics.find((m) => m.id === (alarm?.metric_id ?? query.get('metric')));
  if (!metric) throw new Refusal(404, 'not_found', 'There is no such metric.', 'metric');
  const stat = alarm?.stat ?? query.get('stat') ?? metric.detectors[0]?.stat ?? 'Sum';
  const period_s = alarm?.period_s ?? Number(query.get('period') ?? metric.detectors[0]?.period_s ?? metric.period_s);
  const k = alarm ? (alarm.band_k ?? 2) : Number(query.get('k') ?? 2);
  const to = timeOf(query.get('to') ?? 'now', 'to') + (query.get('to') ? 0 : period_s);
  const from = query.get('from') ? timeOf(query.get('from'), 'from') : to - Math.max(DAY, 90 * period_s);
  if (from >= to) throw new Refusal(400, 'invalid_field', 'from must be before to', 'from');
  if ((to - from) / period_s > 20_000) {
    throw new Refusal(400, 'too_many_points', `a chart has at most 20000 periods; this one would have ${Math.round((to - from) / period_s)}`, 'period');
  }
  const rows = seriesOf(metric, state, period_s, from, to);
  const band = rows.filter((r) => r.sigma && metric.detectors.length > 0).map((r) => [r.at, r.expected - k * r.sigma, r.expected, r.expected + k * r.sigma]);
  const limits = new Map(band.map(([at, lower, , upper]) => [at, { lower, upper }]));
  const findings = rows.flatMap((r) => {
    const limit = limits.get(r.at);
    if (!limit || r.value === null || (r.value >= limit.lower && r.value <= limit.upper)) return [];
    const direction = r.value > limit.upper ? 'above' : 'below';
    return [{ at: iso(r.at), tier: null, value: r.value, ...limit, score: 0.97, direction, reason: `${Math.round(r.value)}; ${Math.round(limit.lower)} to ${Math.round(limit.upper)} are usual` }];
  });
  const isExcluded = metric.id === RECORDS_READ.id && Date.parse(EXCLUDED.to) / 1000 > from && state !== 'one-point';
  return {
    metric: { id: metric.id, title: titleOf(metric), namespace: metric.namespace, name: metric.name, dimensions: metric.dimensions, region: metric.region },
    stat,
    period_s,
    k,
    unit: metric.unit,
    from: iso(from),
    to: iso(to),
    points: rows.map((r) => [r.at, r.value]),
    band,
    findings,
    silences: [],
    excluded: isExcluded ? [EXCLUDED] : [],
    calendar_days: [],
    detector: metric.detectors[0] ? { state: metric.detectors[0].state, trained_periods: state === 'one-point' ? 1 : 334 } : null,
    threshold: alarm?.threshold ?? null,
    sentence: chartSentence(metric.name, iso(from), iso(to - period_s), rows.filter((r) => r.value !== null), band, findings),
  };
}

const times = (count) => (count === 1 ? 'once' : count === 2 ? 'twice' : `${count} times`);
const daysText = (seconds) => (seconds >= DAY ? `${Math.round(seconds / DAY)} day${seconds < 1.5 * DAY ? '' : 's'}` : `${Math.round(seconds / 3600)} hours`);

/** In the server's manner (src/alarm/backtest.cc), for rules that one bad period breaks. */
function backtestOf(body, metrics, state, alarmNamed) {
  const alarm = body.alarm === undefined ? null : alarmNamed(body.alarm);
  const rule = alarm ? { metric_id: alarm.metric_id, stat: alarm.stat, period_s: alarm.period_s, k: alarm.band_k, threshold: alarm.threshold, direction: 'both' } : body;
  const isBand = alarm ? alarm.band_k !== null : body.kind === 'band';
  const to = timeOf(body.to ?? 'now', 'to');
  const from = body.from ? timeOf(body.from, 'from') : to - 28 * DAY;
  const firingsAt = (k) => {
    const query = new URLSearchParams({ metric: rule.metric_id, stat: rule.stat, period: rule.period_s, from: iso(from), to: iso(to + rule.period_s), k });
    const chart = rule.metric_id ? chartOf(query, metrics, state, alarmNamed) : { points: [], band: [] };
    const limits = new Map(chart.band.map(([at, lower, , upper]) => [at, { lower, upper }]));
    const rows = chart.points.map(([at, value]) => ({ at, value, ...(isBand ? limits.get(at) : rule.direction.endsWith('below') ? { lower: rule.threshold } : { upper: rule.threshold }) }));
    const isBad = ({ value, lower, upper }) => value !== null && ((!rule.direction.endsWith('above') && value < lower) || (!rule.direction.endsWith('below') && value > upper));
    const firings = [];
    let open = null;
    for (const row of rows) {
      if (isBad(row) && !open) firings.push((open = { ...row, ended: null }));
      else if (!isBad(row) && open) open = void (open.ended = row.at);
    }
    return { firings, rows, judged: isBand ? rows.filter((row) => limits.has(row.at)) : rows };
  };
  const { firings, rows, judged } = firingsAt(rule.k ?? 2);
  const seconds = firings.reduce((sum, { at, ended }) => sum + (ended ?? to) - at, 0);
  const past = rows.length === 0 ? 'none' : judged.length === 0 ? 'learning' : 'enough';
  const span = `in ${daysText(to - from)}`;
  const perWeek = (firings.length * 7 * DAY) / (to - from);
  const advice = isBand && body.alarms_per_week !== undefined ? [1, 1.5, 2, 2.5, 3, 4, 5].map((k) => ({ k, firings_total: firingsAt(k).firings.length, alarm_seconds: 0 })) : null;
  const most = Math.floor((body.alarms_per_week * (to - from)) / (7 * DAY));
  const best = past === 'enough' ? advice?.find((each) => each.firings_total <= most) : undefined;
  return {
    from: iso(from),
    to: iso(to),
    period_s: rule.period_s,
    sentence:
      past !== 'enough'
        ? `Too little history ${span}.`
        : firings.length === 0
          ? `Would not have fired ${span}.`
          : `Would have fired ${times(firings.length)} ${span} (about ${perWeek.toFixed(1)} a week), ${daysText(seconds)} in alarm.`,
    past,
    past_words: { none: 'The metric has no data in this time.', learning: `The metric has data in ${rows.length} period${rows.length === 1 ? '' : 's'}, but its usual range was still being learned: there was nothing to compare with.`, enough: '' }[past],
    firings_total: firings.length,
    per_week: past === 'enough' ? perWeek : null,
    alarm_seconds: seconds,
    state_at_end: past !== 'enough' ? 'INSUFFICIENT_DATA' : firings.at(-1)?.ended === null ? 'ALARM' : 'OK',
    periods: Math.round((to - from) / rule.period_s),
    periods_with_data: rows.length,
    periods_judged: judged.length,
    judged_from: judged[0] ? iso(judged[0].at) : null,
    firings: firings.toReversed().map(({ at, ended, value, lower, upper }) => ({
      began: iso(at),
      period_at: iso(at),
      ended: ended === null ? null : iso(ended),
      seconds: (ended ?? to) - at,
      reason: 'Threshold Crossed: 1 datapoint …',
      reason_words: isBand ? `glue.driver.aggregate.recordsRead was ${Math.round(value)}; usual is ${Math.round(lower)} to ${Math.round(upper)}.` : `glue.driver.aggregate.recordsRead was ${Math.round(value)}; the alarm is for values ${lower === undefined ? `above ${upper}` : `below ${lower}`}.`,
      value,
      lower: lower ?? null,
      upper: upper ?? null,
    })),
    width: advice && {
      alarms_per_week: body.alarms_per_week,
      firings_max: most,
      k: best?.k ?? null,
      firings_total: best?.firings_total ?? null,
      words: best
        ? `k = ${best.k} is the narrowest band that keeps within ${body.alarms_per_week} a week (at most ${most} here): it would ${best.firings_total === 0 ? 'not have fired' : `have fired ${times(best.firings_total)}`}.`
        : past === 'enough'
          ? `No width up to k = 5 keeps within ${body.alarms_per_week} a week (at most ${most} here).`
          : 'Too little history for a weekly number: at least six days must have been judged.',
      table: advice,
    },
  };
}

function historyOf(alarm, state) {
  const created = {
    id: 'h0',
    at: '2013-11-01T00:00:00Z',
    type: 'ConfigurationUpdate',
    summary: `Alarm "${alarm.name}" created`,
    old_state: null,
    new_state: null,
    reason: null,
  };
  if (alarm.metric_id !== RECORDS_READ.id || state === 'one-point') return [created];
  const updates = recordsTransitions().map((t, index) => ({
    id: `h${index + 1}`,
    at: t.at,
    type: 'StateUpdate',
    summary: `Alarm updated from ${t.old_state} to ${t.new_state}`,
    old_state: t.old_state,
    new_state: t.new_state,
    reason: t.reason_words,
    period_at: t.period_at,
    period_s: DAY,
  }));
  return [created, ...updates].toReversed();
}

function deliveriesOf(alarm, state) {
  if (alarm.metric_id !== RECORDS_READ.id || state === 'one-point') return [];
  const latest = recordsTransitions().toReversed().slice(0, 2);
  const kinds = [
    { protocol: 'email', endpoint: 'operators@example.com', output: null },
    { protocol: 'http', endpoint: 'http://127.0.0.1:9099/hook', output: null },
    { protocol: 'runbook', endpoint: 'open-ticket', output: 'wrote tickets/2013-12-24-flights-recordsRead-band.md\n' },
  ];
  return latest.flatMap((t, index) =>
    kinds.map((kind, n) => ({
      ...kind,
      id: `d${index}${n}`,
      ...(index === 0 && n === 1 && state === 'demo'
        ? { state: 'pending', attempts: 2, finished_at: null, last_error: 'connection refused', output: null }
        : { state: 'delivered', attempts: n === 1 ? 2 : 1, finished_at: MACHINE_TIME, last_error: null }),
      transition: { at: t.at, old_state: t.old_state, new_state: t.new_state },
      created_at: t.at,
    })),
  );
}
