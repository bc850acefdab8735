// The mock's data: the demo's daily metric and its alarm, and made-up metrics around them. Same every time.
import { RECORDS_READ_2013 } from './records_read_2013.mjs';

export const DAY = 86_400;
export const NOW = Date.UTC(2013, 11, 31) / 1000;
const YEAR_START = Date.UTC(2013, 0, 1) / 1000;

export const iso = (seconds) => new Date(seconds * 1000).toISOString().replace('.000Z', 'Z');
const round = (value) => Math.round(value * 100) / 100;

/** 0 to 1, the same for the same key. */
export function noise(key) {
  let hash = 2166136261;
  for (const char of String(key)) hash = Math.imul(hash ^ char.charCodeAt(0), 16777619);
  hash = Math.imul(hash ^ (hash >>> 15), 2246822507);
  hash ^= hash >>> 13;
  return (hash >>> 0) / 2 ** 32;
}

const median = (values) => {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
};

/** A plain stand-in for the learned band: median of the same weekday, width from the usual miss. Not the server's model. */
function dailyBands(values) {
  const learned = [];
  const bands = [];
  values.forEach((value, day) => {
    const peers = learned.filter((p) => p.day % 7 === day % 7).slice(-4);
    if (peers.length < 3) {
      bands.push(null);
      learned.push({ day, value, miss: 0 });
      return;
    }
    const expected = median(peers.map((p) => p.value));
    const misses = learned.slice(-42).map((p) => Math.abs(p.miss)).filter((miss) => miss > 0);
    const sigma = Math.max(42, 1.4826 * median(misses));
    bands.push({ expected, sigma });
    const isUsual = Math.abs(value - expected) <= 3.5 * sigma;
    if (isUsual || misses.length < 20) learned.push({ day, value, miss: value - expected });
  });
  return bands;
}

const records = RECORDS_READ_2013.map((value, day) => ({ at: YEAR_START + day * DAY, value }));
const recordBands = dailyBands(RECORDS_READ_2013);

/** A series by its period: [{at, value|null, expected, sigma}]. */
function recordsSeries() {
  return records.map((point, day) => ({ ...point, ...(recordBands[day] ?? {}) }));
}

function waveSeries(key, periodSeconds, from, to) {
  const level = 20 + 500 * noise(`${key} level`);
  const rows = [];
  for (let at = Math.ceil(from / periodSeconds) * periodSeconds; at < to && at <= NOW; at += periodSeconds) {
    const expected = level * (1 + 0.4 * Math.sin((2 * Math.PI * at) / DAY) + 0.1 * Math.sin((2 * Math.PI * at) / (7 * DAY)));
    const sigma = level * 0.05;
    const draw = noise(`${key} ${at}`) + noise(`${key} ${at} again`) + noise(`${key} ${at} more`) - 1.5;
    const isOdd = noise(`${key} odd ${Math.floor(at / (6 * periodSeconds))}`) < 0.008;
    rows.push({ at, value: round(expected + draw * 1.2 * sigma + (isOdd ? 5 * sigma : 0)), expected, sigma });
  }
  return rows;
}

const detector = (stat, period_s, state = 'TRAINED') => ({ stat, period_s, state });

export const RECORDS_READ = {
  id: '1a2b3c4d',
  namespace: 'Glue',
  name: 'glue.driver.aggregate.recordsRead',
  dimensions: [
    { name: 'JobName', value: 'flights-daily' },
    { name: 'JobRunId', value: 'ALL' },
    { name: 'Type', value: 'count' },
  ],
  region: 'us-east-1',
  unit: 'Count',
  newest_at: iso(NOW),
  period_s: DAY,
  detectors: [detector('Sum', DAY)],
};

const ELAPSED = {
  ...RECORDS_READ,
  id: '5e6f7a8b',
  name: 'glue.driver.aggregate.elapsedTime',
  unit: 'Milliseconds',
  period_s: 3600,
  detectors: [detector('Average', 3600, 'PENDING_TRAINING')],
};

const HEAP = {
  ...RECORDS_READ,
  id: '9c0d1e2f',
  name: 'glue.driver.jvm.heap.usage',
  unit: 'Percent',
  period_s: 3600,
  detectors: [],
};

/** Once it was far outside, and nobody watches it. */
const HEAP_ODD_AT = NOW - 9 * 3600;

/** It was silent for a day and a half, and is so again. */
export const SILENT = {
  ...RECORDS_READ,
  id: '7a8b9c0d',
  namespace: 'Shop',
  name: 'queue_depth',
  dimensions: [{ name: 'queue', value: 'orders' }],
  unit: 'Count',
  period_s: 3600,
  newest_at: iso(NOW - 6 * 3600),
  detectors: [detector('Average', 3600)],
};
/** [from, to): the periods without data; null: there were none since. */
export const SILENCES = [
  { from: NOW - 60 * 3600, to: NOW - 24 * 3600 },
  { from: NOW - 5 * 3600, to: null },
];
/** Periods that must be missing before it is a silence. */
export const SILENT_AFTER = 3;
const isSilentAt = (at) => SILENCES.some(({ from, to }) => at >= from && (to === null || at < to));

const HOSTILE = {
  ...RECORDS_READ,
  id: '0badf00d',
  namespace: 'Custom/<b>Shop</b>',
  name: '"><img src=x onerror=alert(1)>',
  dimensions: [{ name: 'a-very-long-dimension-name-without-any-break-in-it', value: 'x'.repeat(90) }],
  unit: 'None',
  period_s: 300,
  newest_at: iso(NOW - 3 * DAY),
  detectors: [],
};

const manyMetrics = () =>
  Array.from({ length: 500 }, (_, index) => ({
    ...RECORDS_READ,
    id: `m${String(index).padStart(3, '0')}`,
    namespace: ['Glue', 'Spark', 'Airflow', 'Shop'][index % 4],
    name: ['rows_written', 'duration_seconds', 'queue_depth', 'errors', 'bytes_read'][index % 5],
    dimensions: [{ name: 'pipeline', value: `pipeline-${String(Math.floor(index / 5)).padStart(2, '0')}` }],
    unit: ['Count', 'Seconds', 'Count', 'Count', 'Bytes'][index % 5],
    period_s: 3600,
    detectors: index % 3 === 0 ? [detector('Average', 3600, index % 9 === 0 ? 'PENDING_TRAINING' : 'TRAINED')] : [],
  }));

export function metricsOf(state) {
  if (state === 'empty') return [];
  if (state === 'one-point') return [{ ...RECORDS_READ, detectors: [detector('Sum', DAY, 'PENDING_TRAINING')], period_s: DAY }];
  if (state === 'many') return [RECORDS_READ, ...manyMetrics().slice(1)];
  return [RECORDS_READ, ELAPSED, HEAP, SILENT, HOSTILE];
}

export function seriesOf(metric, state, periodSeconds, from, to) {
  if (state === 'one-point') return [{ at: NOW, value: 760 }];
  if (metric.id === RECORDS_READ.id) return recordsSeries().filter((row) => row.at >= from && row.at < to);
  const rows = waveSeries(metric.id, periodSeconds, from, to);
  if (metric.id === SILENT.id) return rows.map((row) => (isSilentAt(row.at) ? { ...row, value: null } : row));
  if (metric.id === HEAP.id) return rows.map((row) => (row.at === HEAP_ODD_AT ? { ...row, value: round(row.expected + 7 * row.sigma) } : row));
  return rows;
}

/** The storm of February, which the demo keeps out of training. */
export const EXCLUDED = { from: iso(Date.UTC(2013, 1, 8) / 1000), to: iso(Date.UTC(2013, 1, 11) / 1000) };

const dayWords = (at) => new Date(at * 1000).toLocaleDateString('en-GB', { day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' });

/** The band alarm's transitions of November and December, oldest first. */
export function recordsTransitions() {
  const transitions = [];
  let state = 'INSUFFICIENT_DATA';
  for (const row of recordsSeries().filter((r) => r.at >= Date.UTC(2013, 10, 1) / 1000)) {
    const lower = Math.round(row.expected - 2 * row.sigma);
    const upper = Math.round(row.expected + 2 * row.sigma);
    const next = row.value < lower || row.value > upper ? 'ALARM' : 'OK';
    if (next === state) continue;
    const words = next === 'ALARM' ? `${row.value} records on ${dayWords(row.at)}; ${lower} to ${upper} are usual` : `${row.value} records on ${dayWords(row.at)}, as usual`;
    transitions.push({ alarm: 'flights-recordsRead-band', ref: 'flights-recordsRead-band', at: iso(row.at), period_at: iso(row.at), old_state: state, new_state: next, reason_words: words, value: row.value, lower, upper });
    state = next;
  }
  return transitions;
}
