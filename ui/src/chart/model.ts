import type { CalendarRange, Chart, ChartFinding, ChartSilence, Tier } from '../api/types';

/** One period as the chart, its readout, its table and its export all see it. */
export interface Row {
  at: number;
  value: number | null;
  lower: number | null;
  expected: number | null;
  upper: number | null;
  finding: ChartFinding | null;
  /** It is, or holds, a time that was silent for longer than usual. */
  silence: ChartSilence | null;
  /** It is on a day of these calendars. */
  day: CalendarRange | null;
}

/** Why a period is marked: someone's finding, or it only left the band that is drawn; null: it is not marked. */
export function markOf({ finding }: Row): Tier | 'outside' | null {
  return finding && (finding.tier ?? 'outside');
}

/** The finding whose Why belongs to this period. */
export const whyOf = (row: Row): string | null => row.finding?.id ?? row.silence?.id ?? null;

const seconds = (instant: string) => Date.parse(instant) / 1000;

/** Points and band joined on their period, rising in time. */
export function rowsOf(chart: Chart): Row[] {
  const rows = new Map<number, Row>();
  const rowAt = (at: number): Row => {
    let row = rows.get(at);
    if (!row) {
      row = { at, value: null, lower: null, expected: null, upper: null, finding: null, silence: null, day: null };
      rows.set(at, row);
    }
    return row;
  };
  for (const [at, value] of chart.points) rowAt(at).value = value;
  for (const [at, lower, expected, upper] of chart.band) Object.assign(rowAt(at), { lower, expected, upper });
  for (const finding of chart.findings) rowAt(seconds(finding.at)).finding = finding;
  for (const silence of chart.silences) {
    // A time without data has a row all the same, where it could be seen that it is one.
    const found = Math.max(Math.floor(seconds(silence.found) / chart.period_s) * chart.period_s, seconds(chart.from));
    if (found < seconds(chart.to)) rowAt(found);
    const [from, to] = [seconds(silence.from), silence.to === null ? Infinity : seconds(silence.to)];
    const silent = [...rows.values()].filter((row) => row.value === null && row.at >= from && row.at < to);
    for (const row of silent) row.silence = silence;
    // Shorter than the chart's periods: each of them has data all the same.
    if (silent.length === 0 && found < seconds(chart.to)) rowAt(found).silence = silence;
  }
  const sorted = [...rows.values()].sort((a, b) => a.at - b.at);
  markDays(sorted, chart.calendar_days);
  return sorted;
}

/** Both rise in time. */
function markDays(rows: Row[], days: CalendarRange[]) {
  let next = 0;
  for (const row of rows) {
    while (next < days.length && seconds(days[next]!.to) <= row.at) next++;
    const day = days[next];
    if (day && seconds(day.from) <= row.at) row.day = day;
  }
}

export const hasBand = (row: Row): row is Row & { lower: number; upper: number } => row.lower !== null && row.upper !== null;

/** How a value lies to its band, in a word. */
export function judgementOf(row: Row): 'above' | 'below' | 'usual' | 'no band' | 'no data' | 'silent' {
  if (row.value === null) return row.silence ? 'silent' : 'no data';
  if (row.finding?.tier === 'always_on') return row.finding.direction === 'inside' ? 'usual' : row.finding.direction;
  if (!hasBand(row)) return 'no band';
  if (row.value > row.upper) return 'above';
  return row.value < row.lower ? 'below' : 'usual';
}

function csvField(text: string): string {
  // A spreadsheet runs a cell that begins like a formula; a name that came from outside must not.
  const safe = /^[=+@\t\r]/.test(text) || /^-(?![\d.])/.test(text) ? `'${text}` : text;
  return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** The chart as CSV (RFC 4180), one period a line; empty = null. */
export function csvOf(chart: Chart): string {
  const cell = (value: number | null) => (value === null ? '' : String(value));
  const lines = rowsOf(chart).map((row) =>
    [
      new Date(row.at * 1000).toISOString(),
      cell(row.value),
      cell(row.lower),
      cell(row.expected),
      cell(row.upper),
      judgementOf(row),
      row.finding?.id ? row.finding.direction : row.silence ? 'silence' : '',
      csvField(row.finding?.reason ?? ''),
    ].join(','),
  );
  return ['timestamp,value,lower,expected,upper,judged,finding,reason', ...lines].join('\r\n') + '\r\n';
}

/** `text` as one word of a POSIX shell. */
const shellWord = (text: string) => (/^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`);

/** The AWS CLI call that asks this server for the same numbers. */
export function awsCliOf(chart: Chart, endpoint: string): string {
  const queries = [
    {
      Id: 'm1',
      MetricStat: {
        Metric: {
          Namespace: chart.metric.namespace,
          MetricName: chart.metric.name,
          Dimensions: chart.metric.dimensions.map((d) => ({ Name: d.name, Value: d.value })),
        },
        Period: chart.period_s,
        Stat: chart.stat,
      },
    },
    { Id: 'band', Expression: `ANOMALY_DETECTION_BAND(m1, ${chart.k})` },
  ];
  return [
    'aws cloudwatch get-metric-data',
    `--endpoint-url ${shellWord(endpoint)}`,
    `--region ${shellWord(chart.metric.region)}`,
    `--start-time ${chart.from}`,
    `--end-time ${chart.to}`,
    '--scan-by TimestampAscending',
    `--metric-data-queries ${shellWord(JSON.stringify(queries))}`,
  ].join(' \\\n  ');
}
