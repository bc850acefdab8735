import { Button } from '@mantine/core';
import { IconCalendarPlus } from '@tabler/icons-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import pageClasses from '../alarms/AlarmsPage.module.css';
import { calendarsQuery, refreshJudged } from '../api/queries';
import { Empty } from '../parts/Empty';
import { QueryPanel } from '../parts/QueryPanel';
import { usePageTitle } from '../parts/usePageTitle';
import { CalendarDrawer } from './CalendarDrawer';
import { CalendarList } from './CalendarList';
import classes from './CalendarList.module.css';
import { SHARED_MAX } from './draft';

const route = getRouteApi('/calendars');

/** Calendars that are given once for all detectors that match. */
export function CalendarsPage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const options = calendarsQuery();
  const query = useQuery(options);
  const [said, setSaid] = useState('');
  usePageTitle('Calendars');
  useTakenOver(query.data?.some((calendar) => calendar.pending > 0) ?? false);

  const isFull = (query.data ?? []).filter((calendar) => calendar.source === 'api').length >= SHARED_MAX;
  const create = (
    <Button size="sm" leftSection={<IconCalendarPlus size={16} aria-hidden />} disabled={isFull} onClick={() => void navigate({ search: { create: true }, resetScroll: false })}>
      New calendar
    </Button>
  );
  return (
    <>
      <div className={pageClasses.head}>
        <h1 className={pageClasses.title}>Calendars</h1>
        {query.data?.length !== 0 && create}
      </div>
      <p className={classes.intro}>
        Holidays, closings, ends of months: days that are given once here, for all detectors that match now and later, each in its own time zone. Days of one detector alone are in its band settings.
        {isFull && ` There may be ${SHARED_MAX} at most beside those of the configuration file.`}
      </p>
      <p className={classes.status} role="status">
        {said}
      </p>
      <QueryPanel what="the calendars" query={query} queryKey={options.queryKey}>
        {(calendars) =>
          calendars.length === 0 ? (
            <Empty title="There is no calendar yet" why="Days unlike others, such as public holidays, are then foreseen or kept quiet for many metrics at once.">
              {create}
            </Empty>
          ) : (
            <CalendarList calendars={calendars} />
          )
        }
      </QueryPanel>
      <CalendarDrawer
        asked={search.create ? { name: null } : search.edit === undefined ? null : { name: search.edit }}
        calendars={query.data}
        onClose={() => void navigate({ search: {}, replace: true, resetScroll: false })}
        onSaid={setSaid}
      />
    </>
  );
}

/** Detectors take a change over in the background: when the last one has, what was read of them is old. */
function useTakenOver(isPending: boolean) {
  const client = useQueryClient();
  const wasPending = useRef(false);
  useEffect(() => {
    if (wasPending.current && !isPending) void refreshJudged(client);
    wasPending.current = isPending;
  }, [isPending, client]);
}
