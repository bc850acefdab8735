import { ApiError } from '../api/client';
import type { Alarm, BacktestRequest, EditedAlarm, MetricName, NewAlarm } from '../api/types';
import type { TypedNumber } from '../parts/number';
import type { AlarmsSearch } from '../search';
import { periodWords } from '../time/format';

/**
 * The form as typed: a number field that was emptied holds '', one with another text NaN. `metric`: what the alarm watches though it
 * has sent nothing, which holds while `metric_id` is ''; null: there is none.
 */
export type Draft = {
  [Field in keyof Omit<NewAlarm, 'metric'>]-?: number extends NewAlarm[Field] ? TypedNumber : NonNullable<NewAlarm[Field]>;
} & { metric: MetricName | null };

export type FieldErrors = Partial<Record<keyof NewAlarm, string>>;

export function firstDraft(start: AlarmsSearch): Draft {
  return {
    name: '',
    description: '',
    metric_id: start.metric ?? '',
    metric: null,
    stat: start.stat ?? '',
    period_s: start.period ?? '',
    kind: 'band',
    k: start.k ?? 2,
    direction: 'both',
    threshold: '',
    evaluation_periods: 1,
    datapoints_to_alarm: 1,
    treat_missing_data: 'missing',
    topic_arns: [],
  };
}

/** The words of the form for AWS's seven operators. */
const LIMITS: Record<string, Pick<Draft, 'kind' | 'direction'>> = {
  LessThanLowerOrGreaterThanUpperThreshold: { kind: 'band', direction: 'both' },
  GreaterThanUpperThreshold: { kind: 'band', direction: 'above' },
  LessThanLowerThreshold: { kind: 'band', direction: 'below' },
  GreaterThanThreshold: { kind: 'static', direction: 'above' },
  GreaterThanOrEqualToThreshold: { kind: 'static', direction: 'at_or_above' },
  LessThanThreshold: { kind: 'static', direction: 'below' },
  LessThanOrEqualToThreshold: { kind: 'static', direction: 'at_or_below' },
};

export const alarmActions = (alarm: Alarm) => alarm.actions.filter(({ on }) => on === 'ALARM').map(({ arn }) => arn);

/** An alarm as the form shows it; only for one that the form can hold. */
export function draftOf(alarm: Alarm): Draft {
  return {
    name: alarm.name,
    description: alarm.description,
    metric_id: alarm.metric_id ?? '',
    metric: alarm.metric_id === null ? (alarm.metric ?? null) : null,
    stat: alarm.stat ?? '',
    period_s: alarm.period_s,
    ...LIMITS[alarm.comparison]!,
    k: alarm.band_k ?? 2,
    threshold: alarm.threshold ?? '',
    evaluation_periods: alarm.evaluation_periods,
    datapoints_to_alarm: alarm.datapoints_to_alarm,
    treat_missing_data: alarm.treat_missing_data,
    topic_arns: alarmActions(alarm),
  };
}

export const isSameDraft = (a: Draft, b: Draft) => JSON.stringify(a) === JSON.stringify(b);

const isNumber = (value: TypedNumber): value is number => value !== '' && !Number.isNaN(value);
const isCount = (value: TypedNumber): value is number => Number.isInteger(value) && Number(value) >= 1;

const lowerFirst = (text: string) => text.charAt(0).toLowerCase() + text.slice(1);

const LIMIT_MAX = 1e300;
const HOUR_S = 3600;

/** How far an alarm looks back at most: a week, with periods below an hour a day. */
const spanWords = (period: TypedNumber) => (Number(period) < HOUR_S ? 'a day' : 'a week');
const mostPeriods = (period: TypedNumber) => (period === '' ? Infinity : Math.max(1, Math.floor((Number(period) < HOUR_S ? 86_400 : 604_800) / period)));

/** What the form calls its fields. */
export const FIELD_WORDS: Partial<Record<keyof Draft, string>> = {
  description: 'description',
  metric_id: 'metric',
  stat: 'statistic',
  period_s: 'period',
  kind: 'kind of limit',
  direction: 'direction',
  k: 'band width',
  threshold: 'limit',
  evaluation_periods: 'number of periods',
  datapoints_to_alarm: 'number of bad periods',
  treat_missing_data: 'missing data',
  topic_arns: 'topics',
};

/** What can be told without the server, by field; empty = worth sending. The server judges everything again. */
export function errorsOf(draft: Draft): FieldErrors {
  const errors: FieldErrors = {};
  if (!draft.name.trim()) errors.name = 'An alarm needs a name';
  else if (draft.name.length > 255) errors.name = 'At most 255 characters';
  if (!draft.metric_id && !draft.metric) errors.metric_id = 'Choose the metric to watch';
  if (!draft.stat) errors.stat = 'Choose a statistic';
  if (draft.period_s === '') errors.period_s = 'Choose a period';
  if (draft.kind === 'static' && !isNumber(draft.threshold)) errors.threshold = 'A fixed limit needs a number';
  if (draft.kind === 'band' && !(isNumber(draft.k) && draft.k >= 0.1 && draft.k <= 10)) errors.k = '0.1 to 10';
  if (draft.kind === 'static' && Math.abs(Number(draft.threshold)) > LIMIT_MAX) errors.threshold = 'At most 1e300, above or below zero';
  const [n, m] = [draft.evaluation_periods, draft.datapoints_to_alarm];
  const most = mostPeriods(draft.period_s);
  if (!isCount(n)) errors.evaluation_periods = 'A whole number, 1 or more';
  else if (n > most) errors.evaluation_periods = `At most ${most} with one per ${periodWords(Number(draft.period_s))}: ${spanWords(draft.period_s)} in all`;
  if (!isCount(m)) errors.datapoints_to_alarm = 'A whole number, 1 or more';
  else if (isCount(n) && m > n) errors.datapoints_to_alarm = `At most the ${n} looked at`;
  return errors;
}

/** Members as AWS calls them; some refusals know no others. */
const FIELD_OF_AWS_NAME: Record<string, keyof NewAlarm> = {
  AlarmName: 'name',
  AlarmDescription: 'description',
  AlarmActions: 'topic_arns',
  Statistic: 'stat',
  ExtendedStatistic: 'stat',
  Period: 'period_s',
  Threshold: 'threshold',
  EvaluationPeriods: 'evaluation_periods',
  DatapointsToAlarm: 'datapoints_to_alarm',
  TreatMissingData: 'treat_missing_data',
};

/** Which field of the form a refusal is about: as the server says, or by the first word of its message. null: none that is shown. */
export function fieldOfRefusal(error: unknown, draft: Draft): keyof NewAlarm | null {
  if (!(error instanceof ApiError) || error.isUnreachable) return null;
  const first = /^\w+/.exec(error.message)?.[0] ?? '';
  const named = error.field || (FIELD_OF_AWS_NAME[first] ?? first);
  const isShown = named in draft && named !== (draft.kind === 'band' ? 'threshold' : 'k') && named !== 'kind';
  return isShown ? (named as keyof NewAlarm) : null;
}

/** Only for a draft without errors. */
export function toNewAlarm(draft: Draft): NewAlarm {
  const { k, threshold, metric_id, metric, ...rest } = draft;
  return {
    ...rest,
    ...(metric_id || !metric ? { metric_id } : { metric }),
    name: draft.name.trim(),
    period_s: Number(draft.period_s),
    evaluation_periods: Number(draft.evaluation_periods),
    datapoints_to_alarm: Number(draft.datapoints_to_alarm),
    ...(draft.kind === 'band' ? { k: Number(k) } : { threshold: Number(threshold) }),
  };
}

/** Only for a draft without errors. `version`: of the alarm that it is to replace. */
export function toEdited(draft: Draft, version: string): EditedAlarm {
  const { name: _name, ...rest } = toNewAlarm(draft);
  return { ...rest, version };
}

/** What is wrong with a rule that cannot be tried yet, where a field holds what does not do; "": it only lacks something. */
export function ruleFault(draft: Draft): string {
  const errors = errorsOf(draft);
  const fields = (['k', 'threshold', 'evaluation_periods', 'datapoints_to_alarm'] as const).filter((field) => errors[field] && draft[field] !== '');
  return fields.map((field) => `The ${FIELD_WORDS[field]}: ${lowerFirst(errors[field]!)}.`).join(' ');
}

/** The draft's rule, to be tried on the past; null while it is not complete. Who is told does not matter to it. */
export function toBacktest(draft: Draft): BacktestRequest | null {
  const faults = Object.keys(errorsOf(draft)).filter((field) => field !== 'name');
  if (faults.length > 0) return null;
  const { name: _name, description: _description, topic_arns: _topics, ...rule } = toNewAlarm(draft);
  return rule;
}
