import type { Alarm, AlarmQuery, AlarmState, Backtest, Topic } from '../api/types';
import { alarmStateWords } from '../parts/StateBadge';
import { metricTitle } from '../parts/metricTitle';
import { numberText, periodWords } from '../time/format';

const MISSING_WORDS: Record<Alarm['treat_missing_data'], string> = {
  missing: 'Periods without data are left out; when all are missing, the state is Insufficient data',
  ignore: 'Periods without data change nothing',
  breaching: 'A period without data counts as bad',
  notBreaching: 'A period without data counts as good',
};

/** Too little past for a count of 0 to be good news. */
export const isSilent = (past: Backtest['past']) => past === 'none' || past === 'learning' || past === 'open';

export const missingWords = (policy: Alarm['treat_missing_data']) => MISSING_WORDS[policy];

/** The condition on one period, whichever of AWS's seven operators it is. */
export function conditionWords(alarm: Pick<Alarm, 'comparison' | 'threshold' | 'band_k'>): string {
  const threshold = numberText(alarm.threshold);
  const k = numberText(alarm.band_k);
  const words: Record<string, string> = {
    LessThanLowerOrGreaterThanUpperThreshold: `leaves its usual range (k = ${k})`,
    LessThanLowerThreshold: `falls below its usual range (k = ${k})`,
    GreaterThanUpperThreshold: `rises above its usual range (k = ${k})`,
    GreaterThanThreshold: `is above ${threshold}`,
    GreaterThanOrEqualToThreshold: `is ${threshold} or more`,
    LessThanThreshold: `is below ${threshold}`,
    LessThanOrEqualToThreshold: `is ${threshold} or less`,
  };
  return words[alarm.comparison] ?? alarm.comparison;
}

/** "Sum per day leaves its usual range (k = 2) in 1 of 1 periods." */
export function ruleSentence(alarm: Alarm): string {
  const { evaluation_periods: n, datapoints_to_alarm: m } = alarm;
  const subject = alarm.stat ? `${alarm.stat} per ${periodWords(alarm.period_s)}` : `The expression, per ${periodWords(alarm.period_s)},`;
  const howOften = n === 1 ? 'in one period' : m === n ? `in ${n} periods running` : `in ${m} of ${n} periods`;
  return `${subject} ${conditionWords(alarm)} ${howOften}.`;
}

/** "Shop · orders · region=eu", of an alarm on one metric. */
export const watchedWords = ({ namespace, metric_title }: Pick<Alarm, 'namespace' | 'metric_title'>) => (namespace ? `${namespace} · ${metric_title}` : metric_title);

/** "errors / requests", or "Sum of Shop · errors per hour". */
export function queryWords({ expression, metric_stat }: AlarmQuery): string {
  if (!metric_stat) return expression ?? '';
  const { metric, stat, period_s } = metric_stat;
  return `${stat} of ${metric.namespace} · ${metricTitle(metric)} per ${periodWords(period_s)}`;
}

/** Why the alarm is in its state; why it cannot be evaluated, where it cannot. */
export function whyWords({ evaluation_error: error, state, state_reason_words }: Alarm): string {
  return error ? `It cannot be evaluated, and what was known last is “${alarmStateWords(state)}”: ${error}` : state_reason_words;
}

/** "arn:aws:sns:us-east-1:000000000000:operators" is long, and only its kind and its end tell one from another. */
export const shortArns = (text: string) => text.replace(/arn:[^:\s]*:([^:\s]*):[^:\s]*:\d*:/, '$1 ');

/** Those of `arns` that are topics to which nobody has subscribed. */
export const deafTopics = (arns: string[], topics: Topic[]) => topics.filter(({ arn, subscriptions }) => subscriptions === 0 && arns.includes(arn));

/** "oncall has no subscriber", "oncall and ops have no subscriber". */
export function deafWords(deaf: Topic[]): string {
  const names = deaf.map(({ name }) => name).join(', ').replace(/, ([^,]*)$/, ' and $1');
  return deaf.length === 1 ? `The topic ${names} has no subscriber` : `The topics ${names} have no subscriber`;
}

/** Why nobody can be told of an alarm, as a sentence; "": somebody can. */
export function nobodyWords({ actions, actions_enabled }: Pick<Alarm, 'actions' | 'actions_enabled'>, topics: Topic[]): string {
  if (actions.length === 0) return 'This alarm has no actions: no one is told when it changes its state.';
  if (!actions_enabled) return '“Tell people” is off: no one is told when the alarm changes its state.';
  const arns = [...new Set(actions.map(({ arn }) => arn))];
  const deaf = deafTopics(arns, topics);
  return deaf.length === arns.length ? `${deafWords(deaf)}: no one is told until somebody subscribes.` : '';
}

/** What an edit keeps of whom the alarm tells, since the form does not show it; "": nothing. */
export function keptActionsWords({ actions }: Alarm, topics: string[]): string {
  const tells = (on: AlarmState, arn: string) => actions.some((action) => action.on === on && action.arn === arn);
  const kept = actions.filter(({ on, arn }) => on === 'INSUFFICIENT_DATA' || (on === 'OK' && !topics.includes(arn) && !tells('ALARM', arn)));
  const oneSided = topics.filter((arn) => tells('ALARM', arn) && !tells('OK', arn));
  return [
    ...(kept.length > 0 ? [`Also told, and kept: ${kept.map(({ on, arn }) => `${shortArns(arn)} on “${alarmStateWords(on)}”`).join(', ')}.`] : []),
    ...(oneSided.length > 0 ? [`Not told when it is over: ${oneSided.map(shortArns).join(', ')}.`] : []),
  ].join(' ');
}

/** Of an alarm that the form cannot hold: why, and what does it instead. */
export function howToChangeWords(alarm: Pick<Alarm, 'stat' | 'band_k'>): string {
  const put = 'Put it again under its name, with aws cloudwatch put-metric-alarm.';
  if (alarm.stat === null) return `The form cannot hold metric math. ${put}`;
  return `The form cannot hold a band of k = ${numberText(alarm.band_k)}. ${put}`;
}

/** Its name, with the region where another alarm has the same name. */
export const nameWords = ({ name, ref }: { name: string; ref: string }): string => (ref === name ? name : `${name} · ${ref.split(':')[3]}`);
