import { Button } from '@mantine/core';
import { IconFileText, IconPencil } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import type { SharedCalendar } from '../api/types';
import { matchWords, setApartWords } from '../detector/words';
import { Breakable } from '../parts/Breakable';
import { Panel } from '../parts/Panel';
import classes from './CalendarList.module.css';
import { DaysText } from './DaysText';
import { reachWords } from './words';

/** Each shared calendar: whom it is for, who has it, which days, and how they are set apart. */
export function CalendarList({ calendars }: { calendars: SharedCalendar[] }) {
  return (
    <ul className={classes.list} aria-label="Calendars">
      {calendars.map((calendar) => (
        <li key={calendar.name}>
          <Panel title={<Breakable text={calendar.name} />} aside={calendar.source === 'file' ? <OfFile /> : <EditLink name={calendar.name} />}>
            <dl className={classes.facts}>
              <dt>Days</dt>
              <dd>
                <DaysText days={calendar.days} />
              </dd>
              <dt>Scope</dt>
              <dd>
                {matchWords(calendar.match)} <span data-nobody={calendar.detectors === 0 || undefined}>{reachWords(calendar)}</span>
              </dd>
              <dt>Effect</dt>
              <dd>{setApartWords(calendar, 'calendar')}</dd>
            </dl>
          </Panel>
        </li>
      ))}
    </ul>
  );
}

function OfFile() {
  return (
    <span className={classes.file} title="It is changed in the configuration file, under “calendars”, and taken over by a reload.">
      <IconFileText size={14} aria-hidden />
      From the configuration file, changed there
    </span>
  );
}

function EditLink({ name }: { name: string }) {
  return (
    <Button
      size="compact-sm"
      variant="default"
      aria-label={`Edit ${name}`}
      leftSection={<IconPencil size={14} aria-hidden />}
      renderRoot={(props: object) => <Link {...props} to="/calendars" search={{ edit: name }} resetScroll={false} />}
    >
      Edit
    </Button>
  );
}
