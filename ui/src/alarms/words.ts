import type { Alarm } from '../api/types';
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
