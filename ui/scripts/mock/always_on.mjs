// What the always-on tier finds in the mock's data: metrics that no detector watches, and one that did not come as a CloudWatch metric.
import { DAY, iso, NOW, noise, seriesOf } from './data.mjs';

const WIDTH = 3;
/** Far outside: about what a score of 0.7 asks for. */
const FAR = 4.5;
const PREFIX = 'always_on-';
const STAT = 'Sum';
const rounded = (value) => Math.round(value).toLocaleString('en');

/** A counter of another protocol, which has no page of its own and cannot have a detector. */
const REQUESTS = { key: 'requests', title: 'http_requests_total · instance=10.0.0.4:9100, job=checkout', stat: 'rate', period_s: 60, at: NOW - 5 * 3600 };

function findingOf({ series, metric_id, title, stat, period_s, at, value, expected, sigma, form }) {
  const [lower, upper] = [expected - WIDTH * sigma, expected + WIDTH * sigma];
  const direction = value > expected ? 'above' : 'below';
  const kind = direction === 'above' ? 'spike' : 'dip';
  const score = Math.min(0.99, 0.7 + 0.05 * (Math.abs(value - expected) / sigma - FAR));
  return {
    id: `${PREFIX}${series}.${period_s}.${at}`,
    tier: 'always_on',
    detector_id: null,
    detector_form: form,
    metric_id,
    metric_title: title,
    stat,
    period_s,
    at: iso(at),
    began: iso(at),
    kind,
    direction,
    value,
    expected,
    lower,
    upper,
    width: WIDTH,
    choices: { width: WIDTH, confidence: 0.9973 },
    confidence: 0.92,
    score,
    severity: score < 0.9 ? 'medium' : 'high',
    replay: false,
    late: false,
    value_now: stat === 'rate' ? null : value,
    retracted: false,
    reason: `${kind}: ${rounded(value)} on ${iso(at)}; ${rounded(lower)} to ${rounded(upper)} are usual`,
    verdict: null,
  };
}

function ofMetric(metric, state, titleOf, from, to) {
  const period_s = metric.period_s;
  let quietUntil = -Infinity;
  const form = { metric_id: metric.id, stat: STAT, periods_s: [period_s] };
  return seriesOf(metric, state, period_s, from, to).flatMap(({ at, value, expected, sigma }) => {
    if (!sigma || value === null || Math.abs(value - expected) < FAR * sigma || at < quietUntil) return [];
    quietUntil = at + DAY;
    return [findingOf({ series: metric.id, metric_id: metric.id, title: titleOf(metric), stat: STAT, period_s, at, value, expected, sigma, form })];
  });
}

/** Newest first. `isWatched`: by a metric's id. A metric that a detector watches from the start is left to it. */
export function alwaysOnFindings({ metrics, state, titleOf, isWatched, from, to }) {
  if (['empty', 'one-point', 'calm'].includes(state)) return [];
  const requests = { series: REQUESTS.key, metric_id: null, title: REQUESTS.title, stat: REQUESTS.stat, period_s: REQUESTS.period_s, at: REQUESTS.at, value: 412.5, expected: 38, sigma: 4, form: null };
  const other = REQUESTS.at >= from && REQUESTS.at < to ? [findingOf(requests)] : [];
  return [...metrics.filter((m) => m.period_s < DAY && !m.watchedFromStart).flatMap((m) => ofMetric(m, state, titleOf, from, to)), ...other]
    .map((finding) => ({ ...finding, watched: finding.metric_id !== null && isWatched(finding.metric_id) }))
    .sort((a, b) => b.at.localeCompare(a.at));
}

export const isAlwaysOnId = (id) => id.startsWith(PREFIX);

/** In the server's words (src/judge/why.cc). */
export function alwaysOnWhy(finding, choices) {
  const { value, lower, upper, width, expected, score, stat, metric_title: title } = finding;
  const sigma = (upper - expected) / width;
  const receipt = {
    model: 'always_on',
    revision: 0,
    choices,
    marks: [],
    trained_from: iso(NOW - 60 * DAY),
    learned: Math.round((60 * DAY) / finding.period_s),
    band: { expected, below: [sigma, 2 * sigma, 3 * sigma], above: [sigma, 2 * sigma, 3 * sigma] },
    value,
    score,
  };
  return {
    finding,
    sentence: `${stat} of ${title.split(' · ')[0]}: ${rounded(value)} on ${finding.at.slice(0, 16).replace('T', ' ')}; ${rounded(lower)} to ${rounded(upper)} are usual at this time.`,
    rarity: 'Never as far out in 60 days of history.',
    sureness: `The model had learned ${receipt.learned} periods. It is 92 % sure that this is unusual.`,
    timezone: 'UTC',
    slot_step: 'day',
    same_slot: Array.from({ length: 8 }, (_, index) => ({ at: iso(Date.parse(finding.at) / 1000 - (index + 1) * DAY), value: expected * (0.9 + 0.2 * noise(index)) })),
    also_moved: [],
    changes: [],
    receipt,
    recomputed: receipt,
    reproduced: true,
    difference: '',
  };
}
