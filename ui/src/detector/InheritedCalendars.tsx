import { Link } from '@tanstack/react-router';
import type { InheritedCalendar } from '../api/types';
import { DaysText } from '../calendars/DaysText';
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
            <NameOf calendar={calendar} />: <DaysText days={calendar.days} />
            <p className={classes.hint}>
              {matchWords(calendar.match)} {setApartWords(calendar, 'calendar')}
            </p>
          </li>
        ))}
      </ul>
      <p className={classes.hint}>
        They are given once for all detectors that match, under <Link to="/calendars">Calendars</Link> or in the configuration file. A calendar of the same name below takes the place of one here.
      </p>
    </fieldset>
  );
}

/** It leads to where the calendar is changed, as long as there is one. */
function NameOf({ calendar }: { calendar: InheritedCalendar }) {
  if (calendar.match === null) return <strong>{calendar.name}</strong>;
  return (
    <Link to="/calendars" search={{ edit: calendar.name }}>
      <strong>{calendar.name}</strong>
    </Link>
  );
}
