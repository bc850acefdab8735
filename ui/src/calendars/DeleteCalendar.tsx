import { Button, Group, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { ApiError, calendarPath, deleteAt } from '../api/client';
import { refreshJudged } from '../api/queries';
import type { SharedCalendar } from '../api/types';
import footClasses from '../parts/DrawerFoot.module.css';
import { ErrorNote } from '../parts/ErrorNote';
import { useOpener } from '../parts/useOpener';
import { lossWords } from './words';

interface Props {
  calendar: SharedCalendar;
  onKeep: () => void;
  onDeleted: (words: string) => void;
}

/** Asks before a calendar is deleted: whose it is, and what stays. */
export function DeleteCalendar({ calendar, onKeep, onDeleted }: Props) {
  const client = useQueryClient();
  const returnFocus = useOpener(true);
  const remove = useMutation({
    mutationFn: async () => {
      try {
        await deleteAt(calendarPath(calendar.name));
      } catch (error) {
        // Somebody else was faster: it is gone all the same.
        if (!(error instanceof ApiError && error.status === 404)) throw error;
      }
    },
    onSuccess: async () => {
      onDeleted(`“${calendar.name}” was deleted. ${lossWords(calendar.detectors)}`);
      await refreshJudged(client);
    },
  });
  // However it goes away: the drawer goes with it when the calendar is gone.
  useEffect(() => returnFocus, []);
  return (
    <div role="alertdialog" aria-labelledby="delete-calendar" aria-describedby="delete-calendar-what" className={footClasses.question}>
      <Text id="delete-calendar" fw={600} style={{ overflowWrap: 'anywhere' }}>
        Delete the calendar “{calendar.name}”?
      </Text>
      <div id="delete-calendar-what">
        <ul className={footClasses.effects}>
          <li>{lossWords(calendar.detectors)}</li>
          <li>
            <b>Stays:</b> bands and findings that were there, and calendars of the detectors’ own.
          </li>
        </ul>
      </div>
      {remove.isError && <ErrorNote title="It is still there" error={remove.error} />}
      <Group gap="xs">
        <Button onClick={onKeep} autoFocus>
          Keep it
        </Button>
        <Button color="red.8" loading={remove.isPending} onClick={() => remove.mutate()}>
          Delete it
        </Button>
      </Group>
    </div>
  );
}
