import { IconAlertTriangleFilled, IconCircleCheck, IconCircleX, IconHelpCircle, IconSchool } from '@tabler/icons-react';
import type { AlarmState, DetectorState } from '../api/types';
import classes from './StateBadge.module.css';

const ALARM_WORDS: Record<AlarmState, string> = {
  ALARM: 'In alarm',
  OK: 'OK',
  INSUFFICIENT_DATA: 'Insufficient data',
};

const ALARM_ICONS = { ALARM: IconAlertTriangleFilled, OK: IconCircleCheck, INSUFFICIENT_DATA: IconHelpCircle };

/** A state is always an icon and a word; its colour only helps. */
export function StateBadge({ state }: { state: AlarmState }) {
  const Icon = ALARM_ICONS[state];
  return (
    <span className={classes.badge} data-state={state}>
      <Icon size={16} aria-hidden />
      {ALARM_WORDS[state]}
    </span>
  );
}

/** In place of a state that is only the last one known. */
export function NotEvaluatedBadge() {
  return (
    <span className={classes.badge} data-state="NOT_EVALUATED">
      <IconCircleX size={16} aria-hidden />
      Cannot be evaluated
    </span>
  );
}

export const alarmStateWords = (state: AlarmState) => ALARM_WORDS[state];

const DETECTOR_WORDS: Record<DetectorState, string> = {
  TRAINED: 'Learned',
  PENDING_TRAINING: 'Learning',
  TRAINED_INSUFFICIENT_DATA: 'Too little data',
};

/** `trainedPeriods`: how far the learning has come, when known. */
export function DetectorBadge({ state, trainedPeriods }: { state: DetectorState; trainedPeriods?: number }) {
  const Icon = state === 'TRAINED' ? IconCircleCheck : IconSchool;
  return (
    <span className={classes.badge} data-state={state === 'TRAINED' ? 'LEARNED' : 'LEARNING'}>
      <Icon size={16} aria-hidden />
      {DETECTOR_WORDS[state]}
      {trainedPeriods !== undefined && `: ${trainedPeriods} ${trainedPeriods === 1 ? 'period' : 'periods'}`}
    </span>
  );
}
