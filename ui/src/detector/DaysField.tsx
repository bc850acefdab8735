import { Textarea } from '@mantine/core';
import type { ReactNode } from 'react';
import { dayWords } from '../calendars/day_words';
import { namesText } from '../parts/namesText';
import classes from './BandForm.module.css';
import { daysOf } from './draft';

const EXAMPLES = '12-25, 2026-12-24/2026-12-31, sat, day -1, 4th thu of nov, last mon of may, easter-2, holidays US';

interface Props {
  /** Where the word "Days" is not enough. */
  name?: string;
  days: string;
  error: ReactNode;
  onChange: (days: string) => void;
}

/** The days of a calendar, as they are typed, and what they mean. */
export function DaysField({ name, days, error, onChange }: Props) {
  const meanings = daysOf(days).map(dayWords).filter((words) => words !== null);
  return (
    <>
      <Textarea
        label="Days"
        aria-label={name}
        description={`One a line, such as ${EXAMPLES}`}
        autosize
        minRows={2}
        maxRows={10}
        value={days}
        error={error}
        onChange={(event) => onChange(event.currentTarget.value)}
      />
      {meanings.length > 0 && <p className={classes.hint}>That is {namesText(meanings)}.</p>}
    </>
  );
}
