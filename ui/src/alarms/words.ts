import type { Alarm, AlarmState } from '../api/types';
import { alarmStateWords } from '../parts/StateBadge';
import { numberText, periodWords } from '../time/format';

const MISSING_WORDS: Record<Alarm['treat_missing_data'], string> = {
  missing: 'Periods without data are left out; when all are missing, the state is Insufficient data',
  ignore: 'Periods without data change nothing',
  breaching: 'A period without data counts as bad',
  notBreaching: 'A period without data counts as good',
};

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

/** "arn:aws:sns:us-east-1:000000000000:operators" is long, and only its kind and its end tell one from another. */
export const shortArns = (text: string) => text.replace(/arn:[^:\s]*:([^:\s]*):[^:\s]*:\d*:/, '$1 ');

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
export function howToChangeWords(alarm: Pick<Alarm, 'stat' | 'metric_id' | 'band_k'>): string {
  const put = 'Put it again under its name, with aws cloudwatch put-metric-alarm.';
  if (alarm.stat === null) return `The form cannot hold metric math. ${put}`;
  if (alarm.metric_id === null) return `The form needs a metric that has sent something, and this one has not. ${put}`;
  return `The form cannot hold a band of k = ${numberText(alarm.band_k)}. ${put}`;
}

/** Its name, with the region where another alarm has the same name. */
export const nameWords = ({ name, ref }: { name: string; ref: string }): string => (ref === name ? name : `${name} · ${ref.split(':')[3]}`);
