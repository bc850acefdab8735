// Detectors, findings and their Why, as docs/api.md and docs/findings.md say, over the mock's data.
import { alwaysOnFindings, alwaysOnWhy, isAlwaysOnId } from './always_on.mjs';
import { calendarDays, checkCalendar, makeCalendars } from './calendars.mjs';
import { DAY, EXCLUDED, iso, NOW, RECORDS_READ, seriesOf, SILENCES, SILENT, SILENT_AFTER } from './data.mjs';
import { timeOf } from './query_time.mjs';
import { Refusal } from './refusal.mjs';

const CHOICES = {
  excluded: [],
  calendars: [],
  timezone: '',
  adaptation: 'normal',
  filtering: 'moderate',
  periodic_spikes: false,
  width: 3,
  confidence: 0.9973002039367398,
  watch: 'both',
  min_deviation: 0,
  min_relative_deviation: 0,
  lower_limit: null,
  upper_limit: null,
  tags: {},
};
/** Days of the daily metric on which late data changed the judgement. */
const RETRACTED_AT = Date.UTC(2013, 11, 10) / 1000;
const LATE_AT = Date.UTC(2013, 11, 17) / 1000;
const THANKSGIVING = Date.UTC(2013, 10, 28) / 1000;

const secondsOf = (text) => Date.parse(text) / 1000;
const rounded = (value) => Math.round(value).toLocaleString('en');
const dayText = (at) => new Date(at * 1000).toLocaleDateString('en-GB', { day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' });
const whenText = (at, period) => (period === DAY ? dayText(at) : `${dayText(at)}, ${iso(at).slice(11, 16)} UTC`);
const weekdayText = (at) => new Date(at * 1000).toLocaleDateString('en-GB', { weekday: 'long', timeZone: 'UTC' });
const invalid = (message, field) => new Refusal(400, 'invalid_field', message, field);

/** The share within `k` sigma, by the series of erf; beyond 5 it is all but 1. */
function shareInside(k) {
  if (k > 5) return 1;
  let [term, sum] = [k / Math.SQRT2, 0];
  for (let n = 0; n < 120; n++) {
    sum += term / (2 * n + 1);
    term *= -(k * k) / 2 / (n + 1);
  }
  return (2 / Math.sqrt(Math.PI)) * sum;
}

function widthOf(share) {
  let [low, high] = [0, 10];
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2;
    if (shareInside(middle) < share) low = middle;
    else high = middle;
  }
  return low;
}

/** The two ways to say the width, as the server reads them. */
function widthGiven(given, before) {
  if (given.confidence === undefined) return given.width ?? before;
  if (!(given.confidence >= 0.08 && given.confidence <= 0.999999999999)) throw invalid(`confidence must be 0.08 to 0.999999999999, such as 0.99 for 99 %, not ${given.confidence}`);
  return widthOf(given.confidence);
}

/** In the server's words (src/judge/detector_spec.cc, calendar.cc): most refusals name their member in the message alone. */
function checkChoices(choices) {
  for (const [index, range] of choices.excluded.entries()) {
    for (const end of ['from', 'to']) {
      if (Number.isNaN(Date.parse(range[end]))) throw invalid(`excluded[${index}].${end} must be a time such as 2026-12-24T00:00:00Z`);
    }
    if (range.from >= range.to) throw invalid(`excluded[${index}] ends before it starts`);
  }
  if (!(choices.width >= 0.1 && choices.width <= 10)) throw invalid(`width must be 0.1 to 10, not ${choices.width}`);
  if (choices.lower_limit !== null && choices.upper_limit !== null && choices.lower_limit >= choices.upper_limit) {
    throw invalid('lower_limit must be below upper_limit');
  }
  if (/mars/i.test(choices.timezone)) throw invalid(`MetricTimezone '${choices.timezone}' is not a time zone of the IANA database`);
  for (const calendar of choices.calendars) checkCalendar(calendar);
}

/** What a mock server knows about watching; `metrics` are its own and may be changed. */
export function makeWatch(state, metrics, titleOf) {
  const calendars = makeCalendars(state, () => detectors, (detector) => metricOf(detector));
  const detectors = metrics.flatMap((metric) => metric.detectors.map((d) => newDetector(metric, d.stat, d.period_s, d.state)));
  const verdicts = new Map();
  if (state === 'demo') verdicts.set(`det-${RECORDS_READ.id}-Sum.${DAY}.${THANKSGIVING}`, { verdict: 'known', at: iso(THANKSGIVING + DAY), comment: 'Thanksgiving' });

  function newDetector(metric, stat, period_s, detectorState = 'TRAINED') {
    const isMain = metric.id === RECORDS_READ.id && state !== 'one-point';
    return {
      id: `det-${metric.id}-${stat}`,
      metric_id: metric.id,
      metric_title: metric.name ? titleOf(metric) : '',
      stat,
      math: null,
      periods_s: [period_s],
      state: detectorState,
      trained_periods: state === 'one-point' ? 1 : 334,
      created_at: iso(NOW - 60 * DAY),
      revision: 1,
      marks: 0,
      finding_width: 3,
      choices: { ...CHOICES, excluded: isMain ? [{ ...EXCLUDED, mute: true, learn: false }] : [] },
      get inherited() {
        return calendars.inheritedBy(this);
      },
    };
  }
  const metricOf = (detector) => metrics.find((m) => m.id === detector.metric_id);
  const metricNamed = (id) => {
    const metric = metrics.find((m) => m.id === id);
    if (!metric) throw invalid(`'${id}' is no metric`, 'metric_id');
    return metric;
  };
  const detectorOf = (id) => {
    const detector = detectors.find((d) => d.id === id);
    if (!detector) throw new Refusal(404, 'not_found', `no detector '${id}'`);
    return detector;
  };
  function change(detector, given = {}) {
    const width = widthGiven(given, detector.choices.width);
    const choices = { ...detector.choices, ...given, width, confidence: shareInside(width) };
    checkChoices(choices);
    return Object.assign(detector, { choices, finding_width: choices.width, revision: detector.revision + 1 });
  }
  const findingsOf = (detector, from, to) =>
    detector.state === 'TRAINED' && !detector.math ? foundOf(detector, metricOf(detector), state, from, to).map((finding) => ({ ...finding, verdict: verdicts.get(finding.id) ?? null })) : [];
  // A metric that had a detector from the start was never looked at by the always-on tier.
  for (const metric of metrics) metric.watchedFromStart = metric.detectors.length > 0;
  const withVerdict = (finding) => ({ ...finding, verdict: verdicts.get(finding.id) ?? null });
  const alwaysOn = (from, to) =>
    alwaysOnFindings({ metrics, state, titleOf, from, to, isWatched: (id) => detectors.some((d) => d.metric_id === id) }).map(withVerdict);
  function findingOf(id) {
    if (isAlwaysOnId(id)) {
      const finding = alwaysOn(NOW - 365 * DAY, NOW + 1).find((f) => f.id === id);
      if (!finding) throw new Refusal(404, 'not_found', `there is no finding '${id.slice(0, 100)}'`);
      return finding;
    }
    const [detectorId, , at] = id.split('.');
    const detector = detectors.find((d) => d.id === detectorId);
    const found = detector && findingsOf(detector, NOW - 365 * DAY, NOW + 1).find((f) => f.id === id);
    if (!found) throw new Refusal(404, 'not_found', `there is no finding '${id.slice(0, 100)}'`);
    return { ...found, seconds: Number(at) };
  }
  const plain = ({ seconds: _seconds, ...finding }) => finding;

  return {
    /** The chart as it is with this server's detectors: their choices, and the ids of what is kept. */
    onChart(chart) {
      const detector = detectors.find((d) => d.metric_id === chart.metric.id && d.stat === chart.stat);
      const [from, to] = [secondsOf(chart.from), secondsOf(chart.to)];
      if (!detector) {
        const found = alwaysOn(from, to).filter((f) => f.metric_id === chart.metric.id && f.stat === chart.stat && f.period_s === chart.period_s);
        const findings = found.map(({ at, id, tier, value, lower, upper, score, direction, reason }) => ({ at, id, tier, value, lower, upper, score, direction, reason })).toReversed();
        const words = found.length === 0 ? '' : ` The always-on watch found ${found.length === 1 ? '1 point' : `${found.length} points`} unusual.`;
        return { ...chart, detector: null, band: [], findings, excluded: [], calendar_days: [], sentence: chart.sentence + words };
      }
      const silences = silencesOf(chart, from, to);
      const { findings, words } = marksOf(chart, chart.period_s === detector.periods_s[0] ? findingsOf(detector, from, to) : []);
      return {
        ...chart,
        detector: { state: detector.state, trained_periods: detector.trained_periods },
        findings,
        silences,
        sentence: chart.sentence + words + silenceWords(silences),
        excluded: detector.choices.excluded.filter((r) => secondsOf(r.to) > from && secondsOf(r.from) < to).map((r) => ({ from: r.from, to: r.to })),
        calendar_days: calendarDays([...detector.choices.calendars, ...detector.inherited], chart.period_s, from, to),
      };
    },
    calendars,
    /** Who watches what the alarm watches, and what would. */
    ofAlarm({ metric_id, metric_title, stat, period_s, math }) {
      const detector = detectors.find((d) => (math ? d.metric_title === metric_title : d.metric_id === metric_id && d.stat === stat));
      return { detector_id: detector?.id ?? null, detector_form: math ? { math } : metric_id && { metric_id, stat, periods_s: [period_s] } };
    },
    detectors(query) {
      const match = query.get('match');
      const found = detectors.filter((d) => (!query.get('metric') || d.metric_id === query.get('metric')) && (!match || calendars.isFor(JSON.parse(match), d)));
      return { detectors: found, total: found.length, next: null };
    },
    detector: detectorOf,
    putDetector({ metric_id, stat, periods_s, choices, math }) {
      if (math) {
        const title = math.find((query) => query.return_data).expression;
        const made = Object.assign(newDetector({ id: 'math' }, '', 3600), { metric_id: null, metric_title: title, math });
        detectors.push(made);
        return made;
      }
      const known = detectors.find((d) => d.metric_id === metric_id && d.stat === stat);
      if (known) return change(known, choices);
      const metric = metricNamed(metric_id);
      const made = newDetector(metric, stat, periods_s?.[0] ?? metric.period_s);
      detectors.push(made);
      metric.detectors.push({ stat, period_s: made.periods_s[0], state: made.state });
      return made;
    },
    changeDetector: (id, { choices }) => change(detectorOf(id), choices),
    deleteDetector(id) {
      detectors.splice(detectors.indexOf(detectorOf(id)), 1);
    },
    findings(query) {
      const from = timeOf(query.get('from') ?? 'now-7d', 'from');
      const to = timeOf(query.get('to') ?? 'now', 'to');
      const wanted = detectors.filter(
        (d) => (!query.get('detector') || d.id === query.get('detector')) && (!query.get('metric') || d.metric_id === query.get('metric')),
      );
      const tier = query.get('tier') ?? 'detector';
      const others = tier === 'detector' || query.has('detector') ? [] : alwaysOn(from, to).filter((f) => !query.get('metric') || f.metric_id === query.get('metric'));
      const found = [...(tier === 'always_on' ? [] : wanted.flatMap((d) => findingsOf(d, from, to))), ...others].sort((a, b) => b.at.localeCompare(a.at));
      return { findings: found.filter((f) => query.get('replay') === '1' || !f.replay).slice(0, Number(query.get('limit') ?? 100)), from: iso(from), to: iso(to) };
    },
    finding: (id) => plain(findingOf(id)),
    why: (id) => (isAlwaysOnId(id) ? alwaysOnWhy(findingOf(id), CHOICES) : whyOf(findingOf(id), plain(findingOf(id)), detectorOf(id.split('.')[0]), metrics, state, titleOf)),
    judge(id, { verdict, comment = '' }) {
      if (!['expected', 'real', 'known', 'reviewed'].includes(verdict)) throw invalid('verdict must be expected, real, known or reviewed', 'verdict');
      const finding = plain(findingOf(id));
      verdicts.set(id, { verdict, at: iso(NOW), comment });
      if (finding.tier === 'always_on') return { ...finding, verdict: verdicts.get(id) };
      const detector = detectorOf(finding.detector_id);
      if (!finding.verdict && verdict !== 'reviewed') detector.marks++;
      detector.revision++;
      return { ...finding, verdict: verdicts.get(id) };
    },
    takeBack(id) {
      const finding = plain(findingOf(id));
      verdicts.delete(id);
      return { ...finding, verdict: null };
    },
    missed({ metric_id, stat, from, to }) {
      if (!(from < to)) throw invalid('from must be before to');
      const detector = detectors.find((d) => d.metric_id === metric_id && d.stat === stat);
      if (!detector) throw new Refusal(404, 'not_found', 'no detector watches this statistic of the metric');
      return Object.assign(detector, {
        marks: detector.marks + 1,
        revision: detector.revision + 1,
        finding_width: Math.max(detector.choices.width / 2, detector.finding_width * 0.9),
      });
    },
  };
}

/** What lies outside of the chart's band, and what is found inside of it; in the server's words (src/web/own/chart_findings.cc). */
function marksOf(chart, found) {
  const kept = new Map(found.filter((f) => f.value !== null && !f.retracted).map((f) => [f.at, f]));
  const outside = chart.findings.map((f) => ({ ...f, id: kept.get(f.at)?.id ?? null, tier: kept.has(f.at) ? 'detector' : null }));
  const isOutside = new Set(outside.map((f) => f.at));
  const limits = new Map(chart.band.map(([at, lower, , upper]) => [iso(at), { lower, upper }]));
  const inside = [...kept.values()]
    .filter((f) => !isOutside.has(f.at))
    .map(({ at, id, tier, value, score, reason }) => ({ at, id, tier, value, ...limits.get(at), score, direction: 'inside', reason }));
  const words = inside.length === 0 ? '' : ` ${inside.length === 1 ? '1 point within it is a finding' : `${inside.length} points within it are findings`} all the same.`;
  return { findings: [...outside, ...inside].sort((a, b) => a.at.localeCompare(b.at)), words };
}

const silenceId = (from) => `det-${SILENT.id}-Average.${SILENT.period_s}.${from + (SILENT_AFTER - 1) * SILENT.period_s}`;

function silencesOf(chart, from, to) {
  if (chart.metric.id !== SILENT.id || chart.stat !== 'Average') return [];
  return SILENCES.filter((silence) => silence.from < to && (silence.to ?? Infinity) > from).map((silence) => ({
    id: silenceId(silence.from),
    from: iso(silence.from),
    found: iso(silence.from + (SILENT_AFTER - 1) * SILENT.period_s),
    to: silence.to !== null && silence.to < to ? iso(silence.to) : null,
  }));
}

/** In the server's words (src/web/own/chart_marks.cc). */
function silenceWords(silences) {
  const last = silences.at(-1);
  if (!last) return '';
  const span = last.to === null ? `since ${whenText(secondsOf(last.from), 3600)}` : `from ${whenText(secondsOf(last.from), 3600)} to ${whenText(secondsOf(last.to), 3600)}`;
  return silences.length === 1 ? ` Silent ${span}, longer than usual.` : ` Silent ${silences.length} times for longer than usual, the last ${span}.`;
}

/** A silence as one more finding of its detector. */
function silentFinding(detector, { from }, rows) {
  const at = from + (SILENT_AFTER - 1) * SILENT.period_s;
  const { expected = 0, sigma = 1 } = rows.find((row) => row.at === at) ?? {};
  return {
    ...commonOf(detector, SILENT.period_s, at),
    began: iso(from),
    kind: 'silence',
    direction: null,
    value: null,
    expected,
    lower: expected - 3 * sigma,
    upper: expected + 3 * sigma,
    score: 1,
    severity: 'high',
    value_now: null,
    reason: `silence: no data since ${whenText(from, SILENT.period_s)}`,
  };
}

/** What all findings of a detector begin with. */
const commonOf = (detector, period, at) => ({
  id: `${detector.id}.${period}.${at}`,
  tier: 'detector',
  detector_id: detector.id,
  detector_form: null,
  watched: true,
  metric_id: detector.metric_id,
  metric_title: detector.metric_title,
  stat: detector.stat,
  period_s: period,
  at: iso(at),
  width: detector.finding_width,
  choices: { width: detector.finding_width, confidence: 0.9973 },
  confidence: 0.95,
  replay: false,
  late: false,
  retracted: false,
  verdict: null,
});

function foundOf(detector, metric, state, from, to) {
  const rows = seriesOf(metric, state, detector.periods_s[0], from, to);
  const silent = metric.id === SILENT.id && detector.stat === 'Average' ? SILENCES.map((silence) => silentFinding(detector, silence, rows)).filter((f) => secondsOf(f.at) >= from && secondsOf(f.at) < to) : [];
  return [...outsideOf(detector, metric, rows), ...silent];
}

function outsideOf(detector, metric, rows) {
  const period = detector.periods_s[0];
  const k = detector.finding_width;
  const limits = (row) => ({ lower: row.expected - k * row.sigma, upper: row.expected + k * row.sigma });
  return rows
    .filter((row) => row.sigma && row.value !== null && Math.abs(row.value - row.expected) > k * row.sigma)
    .map((row) => {
      const isMain = metric.id === RECORDS_READ.id;
      const direction = row.value > row.expected ? 'above' : 'below';
      const distance = Math.abs(row.value - row.expected) / row.sigma;
      const score = Math.min(0.99, 0.5 + distance / 16);
      const { lower, upper } = limits(row);
      const isRetracted = isMain && row.at === RETRACTED_AT;
      const isLate = isMain && row.at === LATE_AT;
      const kind = direction === 'above' ? 'spike' : 'dip';
      return {
        ...commonOf(detector, period, row.at),
        began: iso(isLate ? row.at - period : row.at),
        kind,
        direction,
        value: row.value,
        expected: row.expected,
        lower,
        upper,
        score: isLate ? 0.5 : score,
        severity: isLate || score < 0.7 ? 'low' : score < 0.9 ? 'medium' : 'high',
        replay: row.at < Date.UTC(2013, 10, 1) / 1000,
        late: isLate,
        value_now: isRetracted ? Math.round(row.expected) : row.value,
        retracted: isRetracted,
        reason: `${kind}: ${rounded(row.value)} on ${whenText(row.at, period)}; ${rounded(lower)} to ${rounded(upper)} are usual`,
      };
    });
}

/** In the server's words (src/judge/aftermath.cc). */
function aftermathOf(at, period, value) {
  const since = at + period;
  return {
    course: 'back',
    since: iso(since),
    periods: value === null ? 1 : 3,
    outside: 0,
    sentence: `From ${whenText(since, period)} on the values are inside of their bands again.`,
  };
}

/** In the server's words (src/judge/why.cc). */
function whyOf(found, finding, detector, metrics, state, titleOf) {
  const { seconds: at } = found;
  const { period_s: period, value, lower, upper, direction } = finding;
  const metric = metrics.find((m) => m.id === finding.metric_id);
  const step = period === DAY ? 7 * DAY : DAY;
  const history = seriesOf(metric, state, period, at - 365 * DAY, at);
  const values = new Map(history.map((row) => [row.at, row.value]));
  const beyond = history.filter((row) => (direction === 'above' ? row.value >= value : row.value <= value));
  const extreme = direction === 'above' ? 'high' : 'low';
  const usual = `${rounded(lower)} to ${rounded(upper)} are usual ${period === DAY ? `for a ${weekdayText(at)}` : 'at this time'}`;
  const late = finding.late ? ' It was ordinary at first; data that came late made it a finding.' : '';
  const retracted = finding.retracted ? ` Late data have changed it to ${rounded(finding.value_now)}, which is inside: no finding any more.` : '';
  const sigma = (finding.upper - finding.expected) / finding.width;
  const receipt = {
    model: 'tide',
    revision: 1,
    choices: detector.choices,
    inherited: detector.inherited.map(({ match: _match, ...use }) => use),
    marks: [],
    trained_from: iso(Date.UTC(2013, 0, 1) / 1000),
    learned: history.length - 3,
    band: { expected: finding.expected, below: [sigma, 2 * sigma, 3 * sigma], above: [sigma, 2 * sigma, 3 * sigma] },
    value,
    score: finding.score,
  };
  const isChanged = finding.retracted;
  const other = metrics.find((m) => m.id !== metric.id);
  return {
    finding,
    sentence: value === null ? `${finding.stat} of ${metric.name}: no data since ${whenText(secondsOf(finding.began), period)}, longer than ever usual.` : `${finding.stat} of ${metric.name}: ${rounded(value)} on ${whenText(at, period)}; ${usual}.${late}${retracted}`,
    rarity:
      value === null ? `Never silent for as long in ${Math.round((history.length * period) / DAY)} days of history.` :
      beyond.length === 0
        ? `Never as ${extreme} in ${Math.round((history.length * period) / DAY)} days of history (${history.length} periods).`
        : `As ${extreme} in ${beyond.length} of ${history.length} periods before, last on ${whenText(beyond.at(-1).at, period)}.`,
    sureness: `The model had learned ${receipt.learned} periods since 1 Jan 2013${detector.choices.excluded.length > 0 ? '; 1 range is excluded' : ''}.`,
    aftermath: aftermathOf(at, period, value),
    timezone: detector.choices.timezone || 'UTC',
    slot_step: step === DAY ? 'day' : 'week',
    same_slot: Array.from({ length: 8 }, (_, index) => at - (index + 1) * step)
      .filter((past) => past >= (history[0]?.at ?? at))
      .map((past) => ({ at: iso(past), value: values.get(past) ?? null })),
    also_moved: other ? [{ finding_id: `det-${other.id}-Average.3600.${at}`, metric_id: other.id, metric_title: titleOf(other), at: iso(at), score: 0.83 }] : [],
    changes:
      state === 'demo'
        ? [
            { at: iso(at - 4 * 3600), who: 'user', what: 'PutMetricAlarm', object: 'flights/heap too full', detail: 'threshold 350 → 400' },
          ]
        : [],
    receipt,
    recomputed: isChanged ? { ...receipt, value: finding.value_now, score: 0.12 } : receipt,
    reproduced: !isChanged,
    difference: isChanged ? 'late data have changed the value since' : '',
  };
}

/** [status, reply] of a path of this file; undefined: the path is another's. */
export function routeWatch(method, path, query, body, watch) {
  const [, resource, rawId, part] = path.split('/');
  const id = rawId === undefined ? undefined : decodeURIComponent(rawId);
  if (resource === 'missed' && method === 'POST') return [200, watch.missed(body)];
  if (resource === 'calendars') {
    if (method === 'PUT') return [200, watch.calendars.put(id, body)];
    if (method === 'DELETE') return [204, watch.calendars.remove(id)];
    return [200, watch.calendars.list()];
  }
  if (resource === 'detectors') {
    if (method === 'POST') return [200, watch.putDetector(body)];
    if (method === 'PUT') return [200, watch.changeDetector(id, body)];
    if (method === 'DELETE') return [204, watch.deleteDetector(id)];
    return [200, id === undefined ? watch.detectors(query) : watch.detector(id)];
  }
  if (resource === 'findings') {
    if (id === undefined) return [200, watch.findings(query)];
    if (part === 'verdict') return [200, method === 'DELETE' ? watch.takeBack(id) : watch.judge(id, body)];
    return [200, part === 'why' ? watch.why(id) : watch.finding(id)];
  }
  return undefined;
}
