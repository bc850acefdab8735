// The shapes of docs/api.md. Change both together.

/** RFC 3339, UTC. */
export type Instant = string;
export type AlarmState = 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';
export type DetectorState = 'PENDING_TRAINING' | 'TRAINED_INSUFFICIENT_DATA' | 'TRAINED';
export type TreatMissingData = 'missing' | 'ignore' | 'breaching' | 'notBreaching';

export interface Counts {
  series: number;
  metrics: number;
  alarms: number;
  in_alarm: number;
  insufficient_data: number;
  /** Not in alarm, and their last evaluation failed; none of insufficient_data. Absent: none. */
  not_evaluated?: number;
  detectors: number;
  learning: number;
  deliveries_pending: number;
  deliveries_dead: number;
}

export interface Status {
  version: string;
  /** Data time. */
  now: Instant;
  clock: 'live' | 'frozen';
  /** Every series is watched without anybody naming it. */
  always_on: boolean;
  counts: Counts;
  newest_sample_at: Instant | null;
  /** What a person must see to; absent: an older server. */
  problems?: Problem[];
}

/** Of the server itself. */
export interface Problem {
  /** A newer server may know more. */
  kind: 'disk_full' | 'log_failed' | 'damaged_block' | 'lost_records' | 'lost_changes' | (string & {});
  /** A sentence. */
  message: string;
}

export interface Transition {
  alarm: string;
  /** As of an `Alarm`. */
  ref: string;
  at: Instant;
  old_state: AlarmState;
  new_state: AlarmState;
  reason_words: string;
}

export interface InAlarm {
  name: string;
  /** As of an `Alarm`. */
  ref: string;
  since: Instant;
  reason_words: string;
  metric_title: string;
  metric_id: string | null;
  /** Of the values; an older server says neither. */
  stat?: string | null;
  unit?: string;
  value: number | null;
  lower: number | null;
  upper: number | null;
  actions_delivered: number;
  actions_pending: number;
  /** An older server does not say. */
  actions_given_up?: number;
  actions_enabled?: boolean;
  muted_by?: string | null;
  muted_until?: Instant | null;
}

export interface Now {
  sentence: string;
  now: Instant;
  counts: Counts;
  in_alarm: InAlarm[];
  recent: Transition[];
}

export interface Dimension {
  name: string;
  value: string;
}

export interface Metric {
  id: string;
  namespace: string;
  name: string;
  dimensions: Dimension[];
  region: string;
  unit: string;
  newest_at: Instant | null;
  /** An alarm on it is on; an older server does not say. */
  in_alarm?: boolean;
  period_s: number;
  detectors: { stat: string; period_s: number; state: DetectorState }[];
}

export interface MetricsPage {
  metrics: Metric[];
  total: number;
  next: string | null;
}

/** Who found it: a detector, or the watch that every series has. */
export type Tier = 'detector' | 'always_on';

/** A point that a chart marks: outside of the band it draws, at the chart's own width, or a finding that is kept. */
export interface ChartFinding {
  at: Instant;
  /** Of the finding that is kept of it, if there is one. */
  id: string | null;
  /** null: no finding is kept of it. */
  tier: Tier | null;
  value: number;
  lower: number;
  upper: number;
  score: number;
  /** How the value lies to these limits; 'inside' is a finding all the same. */
  direction: 'above' | 'below' | 'inside';
  reason: string;
}

/** A time without data that was longer than ever usual. */
export interface ChartSilence {
  /** Of its finding. */
  id: string;
  from: Instant;
  /** The period by which it had lasted too long. */
  found: Instant;
  /** When data came again; null: not before the chart's end. */
  to: Instant | null;
}

/** Periods on days of the detector's calendars, its own and inherited, and what those come to. */
export type CalendarRange = { from: Instant; to: Instant; calendars: string[] } & Pick<CalendarUse, 'mute' | 'learn'>;

export interface Chart {
  metric: { id: string; title: string; namespace: string; name: string; dimensions: Dimension[]; region: string };
  stat: string;
  period_s: number;
  k: number;
  unit: string;
  from: Instant;
  to: Instant;
  /** [start of the period in epoch seconds, value] */
  points: [number, number | null][];
  /** [start of the period in epoch seconds, lower, expected, upper] */
  band: [number, number, number, number][];
  findings: ChartFinding[];
  silences: ChartSilence[];
  excluded: { from: Instant; to: Instant }[];
  calendar_days: CalendarRange[];
  detector: { state: DetectorState; trained_periods: number } | null;
  threshold: number | null;
  sentence: string;
}

/** One line of metric math: an expression over the ids of others, or a metric. */
export interface AlarmQuery {
  id: string;
  return_data: boolean;
  expression?: string;
  metric_stat?: { stat: string; period_s: number; metric: { namespace: string; name: string; dimensions: Dimension[] } };
}

/** A metric as CloudWatch names it. */
export interface MetricName {
  namespace: string;
  name: string;
  dimensions: { name: string; value: string }[];
  region: string;
}

export interface Alarm {
  name: string;
  /** Its name; its ARN where another alarm has the same name. */
  ref: string;
  description: string;
  region: string;
  state: AlarmState;
  state_reason: string;
  state_reason_words: string;
  state_since: Instant;
  /** Why the last evaluation failed: `state` is the last that was known. Absent or null: it did not. */
  evaluation_error?: string | null;
  /** That its query matches more than is read, as a sentence; absent or null: it sees all. */
  partial?: string | null;
  actions_enabled: boolean;
  metric_title: string;
  /** null: metric math, or the metric has sent nothing yet. */
  metric_id: string | null;
  /** Also while nothing of it was received; null: metric math; an older server does not say. */
  metric?: MetricName | null;
  /** null: metric math; an older server does not say. */
  namespace?: string | null;
  /** Of metric math; null: one metric; an older server does not say. */
  queries?: AlarmQuery[] | null;
  stat: string | null;
  period_s: number;
  /** Who watches what the alarm watches; absent or null: no detector does. */
  detector_id?: string | null;
  /** What POST /detectors takes to have one; null: none can. */
  detector_form?: DetectorForm | MathForm | null;
  comparison: string;
  threshold: number | null;
  band_k: number | null;
  evaluation_periods: number;
  datapoints_to_alarm: number;
  treat_missing_data: TreatMissingData;
  actions: { on: AlarmState; arn: string }[];
  /** What PUT /alarms/NAME names as the one that it replaces; null: it takes no alarm on such a rule. */
  version: string | null;
  /** The mute rule that keeps people from being told now; absent or null: none does. */
  muted_by?: string | null;
  muted_until?: Instant | null;
}

/** A mute rule, docs/mutes.md. */
export interface Mute {
  name: string;
  description: string;
  alarms: string[];
  status: 'SCHEDULED' | 'ACTIVE' | 'EXPIRED';
  recurs: boolean;
  muted_until: Instant | null;
  next_begin: Instant | null;
}

export interface AlarmsPage {
  alarms: Alarm[];
  total: number;
  next: string | null;
}

export interface HistoryItem {
  id: string;
  at: Instant;
  type: 'StateUpdate' | 'ConfigurationUpdate' | 'Action';
  summary: string;
  old_state: AlarmState | null;
  new_state: AlarmState | null;
  reason: string | null;
  /** The period that a change of state is judged on; absent or null: none, or an older server. */
  period_at?: Instant | null;
  period_s?: number | null;
}

export interface Delivery {
  id: string;
  /** "none": nobody could be told, `last_error` says why. A newer server may know more. */
  protocol: 'email' | 'http' | 'https' | 'runbook' | 'none' | (string & {});
  /** Empty where nobody could be told. */
  endpoint: string;
  state: 'pending' | 'delivered' | 'dead';
  attempts: number;
  /** That it tells; absent or null: an older server made it. */
  transition?: Pick<Transition, 'at' | 'old_state' | 'new_state'> | null;
  /** Data time. */
  created_at: Instant;
  /** By the machine's clock, which data time need not follow. */
  finished_at: Instant | null;
  last_error: string | null;
  output: string | null;
}

export interface Topic {
  arn: string;
  name: string;
  subscriptions: number;
}

export interface NewAlarm {
  name: string;
  description: string;
  /** Or `metric`, which may not have sent anything yet. */
  metric_id?: string;
  metric?: MetricName;
  stat: string;
  period_s: number;
  kind: 'band' | 'static';
  k?: number;
  direction: 'both' | 'above' | 'below' | 'at_or_above' | 'at_or_below';
  threshold?: number;
  evaluation_periods: number;
  datapoints_to_alarm: number;
  treat_missing_data: TreatMissingData;
  topic_arns: string[];
}

/** What PUT /alarms/NAME takes. `version`: of the alarm that it is to replace. */
export type EditedAlarm = Omit<NewAlarm, 'name'> & { version: string };

/** A rule as typed, or a saved alarm by its name. */
export type BacktestSubject = { alarm: string } | Omit<NewAlarm, 'name' | 'description' | 'topic_arns'>;
export type BacktestRequest = BacktestSubject & { from?: string; to?: string; alarms_per_week?: number };

export interface Firing {
  began: Instant;
  ended: Instant | null;
  /** The period it is judged on, as of the history; absent or null: an older server. */
  period_at?: Instant | null;
  /** `began`, or when the mute ended. */
  told?: Instant;
  seconds: number;
  reason: string;
  reason_words: string;
  value: number | null;
  lower: number | null;
  upper: number | null;
}

export interface WidthAdvice {
  alarms_per_week: number;
  firings_max: number;
  k: number | null;
  firings_total: number | null;
  words: string;
  table: { k: number; firings_total: number; alarm_seconds: number }[];
}

export interface Backtest {
  from: Instant;
  to: Instant;
  period_s: number;
  sentence: string;
  past: 'enough' | 'some' | 'learning' | 'open' | 'none';
  past_words: string;
  firings_total: number;
  muted_total?: number;
  per_week: number | null;
  alarm_seconds: number;
  state_at_end: AlarmState;
  periods: number;
  periods_with_data: number;
  periods_judged: number;
  judged_from: Instant | null;
  firings: Firing[];
  width: WidthAdvice | null;
}

export interface TeamAlarm {
  name: string;
  kind: 'band' | 'static';
  /** null: a fixed limit. */
  k: number | null;
  /** Seconds of its past that could be judged. */
  judged_s: number;
  firings_total: number;
  muted_total: number;
  per_week: number | null;
  /** Bands: in the order of the team's table. */
  firings_by_width?: number[];
  sentence: string;
}

/** One width of all bands of a team. */
export interface TeamBudget {
  from: Instant;
  to: Instant;
  alarms_per_week: number;
  per_week: number;
  k: number | null;
  per_week_at_k: number | null;
  words: string;
  table: { k: number; per_week: number }[];
  alarms: TeamAlarm[];
}

/** Which alarms, by how their names begin ('': all) or by a tag; and how many a week. */
export type TeamRequest = ({ prefix: string } | { tag: string }) & { alarms_per_week: number; from: string };

export interface ExcludedRange {
  from: Instant;
  to: Instant;
  mute: boolean;
  learn: boolean;
}

export interface CalendarUse {
  name: string;
  days: string[];
  mute: boolean;
  learn: boolean;
}

/** Which detectors a calendar is for: those for which everything holds that is said; `*` is any run of characters. */
export interface CalendarMatch {
  namespace?: string;
  name?: string;
  dimensions?: Record<string, string>;
  tags?: Record<string, string>;
}

/** null: the calendar is gone, which its detector has yet to hear. */
export type InheritedCalendar = CalendarUse & { match: CalendarMatch | null };

/** A calendar that is given once for all detectors that match. */
export type SharedCalendar = CalendarUse & {
  match: CalendarMatch;
  /** That of the file is changed there alone. */
  source: 'file' | 'api';
  /** That have it. */
  detectors: number;
  /** That have yet to take it over as it is. */
  pending: number;
};

export interface Choices {
  excluded: ExcludedRange[];
  calendars: CalendarUse[];
  /** IANA name; '' = UTC. */
  timezone: string;
  adaptation: 'slow' | 'normal' | 'fast';
  filtering: 'minimal' | 'moderate' | 'strict';
  periodic_spikes: boolean;
  width: number;
  /** The share of ordinary periods that lie inside at that width; may be given in its place. */
  confidence: number;
  watch: 'both' | 'above' | 'below';
  min_deviation: number;
  min_relative_deviation: number;
  lower_limit: number | null;
  upper_limit: number | null;
  /** What the detector is sorted by, such as owner; no band depends on them. */
  tags: Record<string, string>;
}

export interface Detector {
  id: string;
  metric_id: string | null;
  metric_title: string;
  stat: string;
  /** Metric math: its queries; null: one metric. */
  math?: unknown[] | null;
  periods_s: number[];
  state: DetectorState;
  trained_periods: number;
  created_at: Instant;
  revision: number;
  marks: number;
  finding_width: number;
  choices: Choices;
  /** Calendars that it has because it matches them, apart from those of its choices. */
  inherited: InheritedCalendar[];
}

export interface DetectorsPage {
  detectors: Detector[];
  total: number;
  next: string | null;
}

export type Severity = 'low' | 'medium' | 'high';
export type VerdictWord = 'expected' | 'real' | 'known' | 'reviewed';

export interface KeptVerdict {
  verdict: VerdictWord;
  at: Instant;
  comment: string;
}

/** What POST /detectors takes to put a detector on a metric. */
export interface DetectorForm {
  metric_id: string;
  stat: string;
  periods_s: number[];
}

/** The same for metric math. */
export interface MathForm {
  math: unknown[];
}

export interface Finding {
  id: string;
  tier: Tier;
  /** null: always on, nobody named it. */
  detector_id: string | null;
  /** Always on: null where no detector can watch the metric. */
  detector_form: DetectorForm | null;
  /** A detector watches the metric by now. */
  watched: boolean;
  metric_id: string | null;
  metric_title: string;
  stat: string;
  period_s: number;
  at: Instant;
  began: Instant;
  kind: string;
  /** null: a silence, which has no value. */
  direction: 'above' | 'below' | null;
  value: number | null;
  expected: number;
  lower: number;
  upper: number;
  width: number;
  /** `width` again, and the share of ordinary periods that lie inside. */
  choices: Pick<Choices, 'width' | 'confidence'>;
  /** How sure it was that this is abnormal, 0 to 1. */
  confidence: number;
  score: number;
  severity: Severity;
  replay: boolean;
  late: boolean;
  value_now: number | null;
  retracted: boolean;
  reason: string;
  verdict: KeptVerdict | null;
}

export interface FindingsPage {
  findings: Finding[];
  from: Instant;
  to: Instant;
}

export interface Receipt {
  model: string;
  model_version: number;
  revision: number;
  choices: Omit<Choices, 'tags'>;
  inherited?: CalendarUse[];
  marks: { from: Instant; to: Instant; learn: boolean }[];
  trained_from: Instant;
  learned: number;
  /** Half-widths at k = 1, 2, 3. */
  band: { expected: number; below: [number, number, number]; above: [number, number, number] };
  value: number | null;
  score: number;
}

export interface Moved {
  finding_id: string;
  metric_id: string | null;
  metric_title: string;
  at: Instant;
  score: number;
}

export interface Change {
  at: Instant;
  who: string;
  what: string;
  object: string;
  detail: string;
}

export interface Aftermath {
  course: 'unknown' | 'going on' | 'back' | 'followed';
  /** back, followed: the first period that was inside again. */
  since: Instant | null;
  periods: number;
  outside: number;
  sentence: string;
}

export interface Why {
  finding: Finding;
  sentence: string;
  rarity: string;
  sureness: string;
  /** What became of it, as far as is known by now; an older server does not say. */
  aftermath?: Aftermath;
  /** That the words tell times in: the detector's, else UTC. */
  timezone: string;
  /** What lies between the entries of `same_slot`. */
  slot_step: 'week' | 'day';
  same_slot: { at: Instant; value: number | null }[];
  also_moved: Moved[];
  changes: Change[];
  receipt: Receipt;
  recomputed: Receipt | null;
  reproduced: boolean;
  difference: string;
}

export interface ErrorBody {
  error: { code: string; message: string; field?: string; request_id?: string };
}
