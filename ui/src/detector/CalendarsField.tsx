import { Button, Textarea, TextInput } from '@mantine/core';
import type { FieldsProps } from './BandForm';
import classes from './BandForm.module.css';
import { LIST_MAX, type DraftCalendar } from './draft';
import { SetApart } from './SetApart';

const EXAMPLES = '12-25, 2026-12-24/2026-12-31, sat, day -1, 4th thu of nov, last mon of may, easter-2, holidays US';

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
                label="Name"
                aria-label={`Name of calendar ${index + 1}`}
                value={use.name}
                error={errors[`calendars[${index}].name`]}
                onChange={(event) => replace(use, { name: event.currentTarget.value })}
              />
              <Textarea
                mt="xs"
                label="Days"
                aria-label={`Days of calendar ${index + 1}`}
                description={`One a line, such as ${EXAMPLES}`}
                autosize
                minRows={2}
                maxRows={10}
                value={use.days}
                error={errors[`calendars[${index}].days`]}
                onChange={(event) => replace(use, { days: event.currentTarget.value })}
              />
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
      {isFull && <p className={classes.hint}>There may be {LIST_MAX} at most.</p>}
    </fieldset>
  );
}
