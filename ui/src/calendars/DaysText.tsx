import classes from './DaysText.module.css';

/** More than these are folded away. */
const DAYS_SHOWN = 8;

/** The days of a calendar; a long list shows its beginning, and all of it on a press. */
export function DaysText({ days }: { days: string[] }) {
  if (days.length <= DAYS_SHOWN) return <>{days.join(', ')}</>;
  return (
    <details className={classes.fold}>
      <summary>
        {days.slice(0, DAYS_SHOWN).join(', ')} and {days.length - DAYS_SHOWN} more
      </summary>
      {days.slice(DAYS_SHOWN).join(', ')}
    </details>
  );
}
