import type { InheritedCalendar } from '../api/types';
import classes from './BandForm.module.css';
import { matchWords, setApartWords } from './words';

/** Calendars that are given once for all detectors that match; they are not changed here. */
export function InheritedCalendars({ calendars }: { calendars: InheritedCalendar[] }) {
  if (calendars.length === 0) return null;
  return (
    <fieldset className={classes.group}>
      <legend className={classes.legend}>Inherited calendars</legend>
      <ul className={classes.list}>
        {calendars.map((calendar) => (
          <li key={calendar.name} className={classes.item}>
            <strong>{calendar.name}</strong>: {calendar.days.join(', ')}
            <p className={classes.hint}>
              {matchWords(calendar.match)} {setApartWords(calendar)}
            </p>
          </li>
        ))}
      </ul>
      <p className={classes.hint}>They are given once, in the configuration file or by the API. A calendar of the same name below takes the place of one here.</p>
    </fieldset>
  );
}
