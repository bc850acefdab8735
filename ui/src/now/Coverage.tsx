import { Link } from '@tanstack/react-router';
import type { AlarmState, Counts } from '../api/types';
import { numberText } from '../time/format';
import classes from './Coverage.module.css';

interface Part {
  label: string;
  value: number;
  /** What makes a count worth a look, when it is not zero. */
  note?: string;
  isWarning?: boolean;
  /** The alarms that it counts. */
  state?: AlarmState;
}

function partsOf(counts: Counts): Part[] {
  const ok = Math.max(0, counts.alarms - counts.in_alarm - counts.insufficient_data);
  return [
    { label: 'In alarm', value: counts.in_alarm, isWarning: true, state: 'ALARM' },
    { label: 'OK', value: ok, state: 'OK' },
    { label: 'Insufficient data', value: counts.insufficient_data, note: counts.insufficient_data > 0 ? 'cannot judge' : undefined, state: 'INSUFFICIENT_DATA' },
    { label: 'Metrics', value: counts.series, note: counts.series === counts.metrics ? undefined : `${numberText(counts.metrics)} ${counts.metrics === 1 ? 'name' : 'names'}` },
    { label: 'Detectors', value: counts.detectors, note: counts.learning > 0 ? `${numberText(counts.learning)} still learning` : undefined },
    {
      label: 'Deliveries waiting',
      value: counts.deliveries_pending,
      note: counts.deliveries_dead > 0 ? `${numberText(counts.deliveries_dead)} given up` : undefined,
      isWarning: counts.deliveries_dead > 0,
    },
  ];
}

/** How much of what there is was looked at. What is not watched is counted, never passed over. */
export function Coverage({ counts }: { counts: Counts }) {
  return (
    <dl className={classes.strip} aria-label="What is watched">
      {partsOf(counts).map(({ label, value, note, isWarning, state }) => (
        <div key={label} className={classes.part} data-warning={(isWarning && (value > 0 || note !== undefined)) || undefined}>
          <dt>{label}</dt>
          <dd className={classes.value}>
            {state && value > 0 ? (
              <Link to="/alarms" search={{ state }} aria-label={`${numberText(value)}: ${label}, show these alarms`}>
                {numberText(value)}
              </Link>
            ) : (
              numberText(value)
            )}
          </dd>
          {note && <dd className={classes.note}>{note}</dd>}
        </div>
      ))}
    </dl>
  );
}
