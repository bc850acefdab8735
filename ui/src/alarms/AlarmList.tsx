import { Button, Group, SegmentedControl, Text, TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { alarmsQuery } from '../api/queries';
import type { Alarm, AlarmState } from '../api/types';
import { SEARCH_FIELD } from '../frame/shortcuts';
import { Empty } from '../parts/Empty';
import { LinesSkeleton, QueryPanel } from '../parts/QueryPanel';
import { useDebounced } from '../parts/useDebounced';
import { numberText } from '../time/format';
import { Time } from '../time/Time';
import { Words } from '../time/Words';
import { WordsZone } from '../time/WordsZone';
import { AlarmBadge } from './AlarmBadge';
import { QuietBadges } from './MutedBadge';
import classes from './AlarmList.module.css';
import { nameWords, whyWords } from './words';

const TYPING_MS = 200;

interface Filter {
  state: AlarmState | undefined;
  search: string;
}

interface Props extends Filter {
  onFilter: (change: { q?: string; state?: AlarmState }) => void;
}

export function AlarmList({ state, search, onFilter }: Props) {
  const options = alarmsQuery(state, search);
  const query = useInfiniteQuery(options);
  return (
    <>
      <FilterBar state={state} search={search} onFilter={onFilter} />
      <QueryPanel what="the alarms" query={query} queryKey={options.queryKey} skeleton={<LinesSkeleton lines={6} />}>
        {(data) => {
          const alarms = data.pages.flatMap((page) => page.alarms);
          const total = data.pages[0]?.total ?? 0;
          if (alarms.length === 0) return <NoAlarms isFiltered={Boolean(state || search)} onClear={() => onFilter({ q: undefined, state: undefined })} />;
          return (
            <>
              <Text size="xs" c="var(--tm-dim-text)" role="status" mb={4}>
                {numberText(total)} {total === 1 ? 'alarm' : 'alarms'}
              </Text>
              <WordsZone of={alarms.map(whyWords)} />
              <AlarmTable alarms={alarms} />
              {query.hasNextPage && (
                <Button mt="sm" size="xs" variant="default" loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
                  Show more
                </Button>
              )}
            </>
          );
        }}
      </QueryPanel>
    </>
  );
}

function FilterBar({ state, search, onFilter }: Props) {
  const [typed, setTyped] = useState(search);
  const settled = useDebounced(typed, TYPING_MS);
  useEffect(() => {
    if (settled !== search) onFilter({ q: settled || undefined });
    // Only typing writes the URL; the URL writes the field in the next effect.
  }, [settled]);
  useEffect(() => setTyped(search), [search]);
  return (
    <Group gap="sm" mb="sm">
      <TextInput
        {...SEARCH_FIELD}
        type="search"
        className={classes.search}
        aria-label="Filter alarms by name, description or metric"
        placeholder="Filter alarms  ( / )"
        leftSection={<IconSearch size={16} aria-hidden />}
        value={typed}
        onChange={(event) => setTyped(event.currentTarget.value)}
      />
      <SegmentedControl
        size="xs"
        aria-label="State"
        value={state ?? 'any'}
        onChange={(value) => onFilter({ state: value === 'any' ? undefined : (value as AlarmState) })}
        data={[
          { value: 'any', label: 'All' },
          { value: 'ALARM', label: 'In alarm' },
          { value: 'INSUFFICIENT_DATA', label: 'Insufficient data' },
          { value: 'OK', label: 'OK' },
        ]}
      />
    </Group>
  );
}

function NoAlarms({ isFiltered, onClear }: { isFiltered: boolean; onClear: () => void }) {
  if (isFiltered) {
    return (
      <Empty title="No alarm matches" why="There may be others that the filter hides.">
        <Button size="xs" variant="default" onClick={onClear}>
          Clear the filter
        </Button>
      </Empty>
    );
  }
  return (
    <Empty title="No alarms yet" why="An alarm watches one metric and tells people when it leaves its usual range or passes a fixed limit.">
      <Button size="xs" variant="default" renderRoot={(props: object) => <Link {...props} to="/alarms" search={{ create: true }} />}>
        Create the first one
      </Button>
    </Empty>
  );
}

/** A real table; on a phone each row is laid out as a card, with the same cells in the same order. */
function AlarmTable({ alarms }: { alarms: Alarm[] }) {
  return (
    <table className={classes.table}>
      <thead>
        <tr>
          <th scope="col">State</th>
          <th scope="col">Alarm</th>
          <th scope="col">Why it changed</th>
          <th scope="col">Since</th>
        </tr>
      </thead>
      <tbody>
        {alarms.map((alarm) => (
          <tr key={alarm.ref}>
            <td>
              <AlarmBadge alarm={alarm} />
            </td>
            <th scope="row">
              <Link to="/alarms/$name" params={{ name: alarm.ref }}>
                {nameWords(alarm)}
              </Link>
              <span className={classes.dim}>{alarm.metric_title}</span>
              <QuietBadges alarm={alarm} />
            </th>
            <td>
              <Words text={whyWords(alarm)} />
            </td>
            <td className={classes.since}>
              <span className={classes.sinceWord}>since </span>
              <Time at={alarm.state_since} />
              <span className={classes.dim}>
                <Time at={alarm.state_since} show="age" />
              </span>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
