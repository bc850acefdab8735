import { Button, TextInput } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { FieldsProps } from './BandForm';
import classes from './BandForm.module.css';
import { LIST_MAX, type DraftCalendar } from './draft';
import { DaysField } from './DaysField';
import { SetApart } from './SetApart';

/** Days that come again, such as holidays and ends of months. */
export function CalendarsField({ draft, errors, change }: FieldsProps) {
  const uses = draft.calendars;
  const replace = (at: DraftCalendar, part: Partial<DraftCalendar>) => change({ calendars: uses.map((use) => (use === at ? { ...use, ...part } : use)) });
  const isFull = uses.length >= LIST_MAX;
  return (
    <fieldset className={classes.group}>
      <legend className={classes.legend}>Calendars</legend>
      <ul className={classes.list}>
        {uses.map((use, index) => {
          const name = `calendar ${use.name || index + 1}`;
          return (
            <li key={index} className={classes.item}>
              <TextInput
                mb="xs"
                label="Name"
                aria-label={`Name of calendar ${index + 1}`}
                value={use.name}
                error={errors[`calendars[${index}].name`]}
                onChange={(event) => replace(use, { name: event.currentTarget.value })}
              />
              <DaysField name={`Days of calendar ${index + 1}`} days={use.days} error={errors[`calendars[${index}].days`]} onChange={(days) => replace(use, { days })} />
              <SetApart
                name={name}
                of="calendar"
                mute={use.mute}
                learn={use.learn}
                onChange={(part) => replace(use, part)}
                onRemove={() => change({ calendars: uses.filter((u) => u !== use) })}
              />
            </li>
          );
        })}
      </ul>
      <Button
        size="xs"
        variant="default"
        disabled={isFull}
        onClick={() => change({ calendars: [...uses, { name: '', days: '', mute: true, learn: false }] })}
      >
        Add a calendar
      </Button>
      <p className={classes.hint}>
        {isFull && <>There may be {LIST_MAX} at most. </>}
        Days that many detectors share are given once, under <Link to="/calendars">Calendars</Link>.
      </p>
    </fieldset>
  );
}
