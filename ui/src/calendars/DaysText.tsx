import { Fragment } from 'react';
import classes from './DaysText.module.css';
import { dayWords } from './day_words';

/** More than these are folded away. */
export const DAYS_SHOWN = 8;

/** The days of a calendar; a long list shows its beginning, and all of it on a press. */
export function DaysText({ days }: { days: string[] }) {
  if (days.length <= DAYS_SHOWN) return <Days days={days} />;
  return (
    <details className={classes.fold}>
      <summary>
        <Days days={days.slice(0, DAYS_SHOWN)} /> and {days.length - DAYS_SHOWN} more
      </summary>
      <Days days={days.slice(DAYS_SHOWN)} />
    </details>
  );
}

/** As it is typed, with its meaning where that is not plain to see. */
function DayText({ day }: { day: string }) {
  const words = dayWords(day);
  return (
    <>
      <span className={classes.day}>{day}</span>
      {words && <span className={classes.words}> ({words})</span>}
    </>
  );
}

/** With commas between them; none is broken within. */
function Days({ days }: { days: string[] }) {
  return days.map((day, index) => (
    <Fragment key={index}>
      {index > 0 && ', '}
      <DayText day={day} />
    </Fragment>
  ));
}
