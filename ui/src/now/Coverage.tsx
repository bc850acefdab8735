import { Link } from '@tanstack/react-router';
import type { AlarmState, Counts } from '../api/types';
import { numberText } from '../time/format';
import classes from './Coverage.module.css';

interface Part {
  label: string;
  value: number;
  note?: string;
  /** Of the count and of the note, each on its own: what was given up does not make none that waits one. */
  isWarning?: boolean;
  isNoteWarning?: boolean;
  /** The alarms that it counts. */
  state?: AlarmState;
}

function partsOf(counts: Counts): Part[] {
  const failing = counts.not_evaluated ?? 0;
  const ok = Math.max(0, counts.alarms - counts.in_alarm - counts.insufficient_data - failing);
  return [
    { label: 'In alarm', value: counts.in_alarm, isWarning: counts.in_alarm > 0, state: 'ALARM' },
    { label: 'OK', value: ok, note: failing > 0 ? `${numberText(failing)} cannot be evaluated` : undefined, isNoteWarning: true, state: 'OK' },
    { label: 'Insufficient data', value: counts.insufficient_data, note: counts.insufficient_data > 0 ? 'cannot judge' : undefined, state: 'INSUFFICIENT_DATA' },
    { label: 'Metrics', value: counts.series, note: counts.series === counts.metrics ? undefined : `${numberText(counts.metrics)} ${counts.metrics === 1 ? 'name' : 'names'}` },
    { label: 'Detectors', value: counts.detectors, note: counts.learning > 0 ? `${numberText(counts.learning)} still learning` : undefined },
    {
      label: 'Deliveries waiting',
      value: counts.deliveries_pending,
      note: counts.deliveries_dead > 0 ? `${numberText(counts.deliveries_dead)} given up` : undefined,
      isNoteWarning: true,
    },
  ];
}

/** How much of what there is was looked at. What is not watched is counted, never passed over. */
export function Coverage({ counts }: { counts: Counts }) {
  return (
    <dl className={classes.strip} aria-label="What is watched">
      {partsOf(counts).map(({ label, value, note, isWarning, isNoteWarning, state }) => (
        <div key={label} className={classes.part}>
          <dt>{label}</dt>
          <dd className={classes.value} data-warning={isWarning || undefined}>
            {state && value > 0 ? (
              <Link to="/alarms" search={{ state }} aria-label={`${numberText(value)}: ${label}, show these alarms`}>
                {numberText(value)}
              </Link>
            ) : (
              numberText(value)
            )}
          </dd>
          {note && (
            <dd className={classes.note} data-warning={isNoteWarning || undefined}>
              {note}
            </dd>
          )}
        </div>
      ))}
    </dl>
  );
}
