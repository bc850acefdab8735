import { IconAlertTriangleFilled, IconCircleCheck, IconHelpCircle } from '@tabler/icons-react';
import type { Counts, Now } from '../api/types';
import { Words } from '../time/Words';
import classes from './Verdict.module.css';

/** Green is only what was looked at: no alarms, or alarms that cannot judge or be evaluated, are grey. */
export function moodOf(counts: Counts): 'alarm' | 'calm' | 'unknown' {
  if (counts.in_alarm > 0) return 'alarm';
  const judging = counts.alarms - counts.insufficient_data - (counts.not_evaluated ?? 0);
  return judging > 0 ? 'calm' : 'unknown';
}

const ICONS = { alarm: IconAlertTriangleFilled, calm: IconCircleCheck, unknown: IconHelpCircle };

/** The whole state in one sentence. Changes are announced, but never in the middle of what a person is hearing. */
export function Verdict({ now }: { now: Now }) {
  const mood = moodOf(now.counts);
  const Icon = ICONS[mood];
  return (
    <div className={classes.verdict} data-mood={mood} aria-live="polite">
      <Icon size={32} aria-hidden className={classes.icon} />
      <h1 className={classes.sentence}>
        <Words text={now.sentence} />
      </h1>
    </div>
  );
}
