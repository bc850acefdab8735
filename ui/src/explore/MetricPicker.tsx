import { ActionIcon, Button, Text, TextInput } from '@mantine/core';
import { IconMinus, IconPlus, IconSearch } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { metricsQuery } from '../api/queries';
import type { Metric } from '../api/types';
import { SEARCH_FIELD } from '../frame/shortcuts';
import { Breakable } from '../parts/Breakable';
import { Empty } from '../parts/Empty';
import { LinesSkeleton, QueryPanel } from '../parts/QueryPanel';
import { DetectorBadge, StateBadge } from '../parts/StateBadge';
import { useDebounced } from '../parts/useDebounced';
import { Time } from '../time/Time';
import { numberText } from '../time/format';
import classes from './MetricPicker.module.css';

const TYPING_MS = 200;

interface Props {
  search: string;
  onSearch: (search: string) => void;
  chosen: string[];
  onChoose: (metric: string) => void;
  onToggle: (metric: string) => void;
  canAdd: boolean;
}

export function MetricPicker({ search, onSearch, ...choice }: Props) {
  const [typed, setTyped] = useState(search);
  const settled = useDebounced(typed, TYPING_MS);
  useEffect(() => {
    if (settled !== search) onSearch(settled);
    // Only what was typed writes the URL; the URL (Back, a link) writes the field in the next effect.
  }, [settled]);
  useEffect(() => setTyped(search), [search]);

  const options = metricsQuery(search);
  const query = useInfiniteQuery(options);
  return (
    <section aria-label="Metrics" className={classes.picker}>
      <TextInput
        {...SEARCH_FIELD}
        type="search"
        aria-label="Search metrics by name, label or unit"
        placeholder="Search metrics  ( / )"
        leftSection={<IconSearch size={16} aria-hidden />}
        value={typed}
        onChange={(event) => setTyped(event.currentTarget.value)}
      />
      <QueryPanel what="the metrics" query={query} queryKey={options.queryKey} skeleton={<LinesSkeleton lines={6} />}>
        {(data) => (
          <>
            <Text size="xs" c="var(--tm-dim-text)" role="status">
              {(search || data.pages[0]?.total !== 0) && countWords(data.pages[0]?.total ?? 0, search)}
            </Text>
            <MetricList metrics={data.pages.flatMap((page) => page.metrics)} search={search} {...choice} />
            {query.hasNextPage && (
              <Button size="xs" variant="default" loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
                Show more
              </Button>
            )}
          </>
        )}
      </QueryPanel>
    </section>
  );
}

const countWords = (total: number, search: string) =>
  `${numberText(total)} ${total === 1 ? 'metric' : 'metrics'}${search ? ' match' : ''}${search && total === 1 ? 'es' : ''}`;

function MetricList({ metrics, search, ...choice }: { metrics: Metric[]; search: string } & Omit<Props, 'search' | 'onSearch'>) {
  if (metrics.length === 0) {
    return search ? (
      <Empty title="No metric matches" why={`Each word of “${search}” must occur in the name, a label or the unit.`} />
    ) : (
      <Empty title="No metrics yet" why="Nothing has been received.">
        <Link to="/">How to send a first value</Link>
      </Empty>
    );
  }
  return (
    <ul className={classes.list}>
      {metrics.map((metric) => (
        <MetricItem key={metric.id} metric={metric} {...choice} />
      ))}
    </ul>
  );
}

function MetricItem({ metric, chosen, onChoose, onToggle, canAdd }: { metric: Metric } & Omit<Props, 'search' | 'onSearch'>) {
  const isChosen = chosen.includes(metric.id);
  const detector = metric.detectors[0];
  const title = `${metric.name}${metric.dimensions.map((d) => ` ${d.name}=${d.value}`).join('')}`;
  return (
    <li className={classes.item} data-chosen={isChosen || undefined}>
      <button type="button" className={classes.choose} aria-current={isChosen || undefined} onClick={() => onChoose(metric.id)}>
        <span className={classes.name}>
          <Breakable text={metric.name} />
        </span>
        <span className={classes.labels}>
          {metric.namespace}
          {metric.dimensions.map((d) => (
            <span key={d.name}>
              {d.name}={d.value}
            </span>
          ))}
        </span>
        <span className={classes.labels}>
          {metric.newest_at ? <Time at={metric.newest_at} show="age" /> : 'no data'}
          {metric.in_alarm && <StateBadge state="ALARM" />}
          {detector && <DetectorBadge state={detector.state} />}
        </span>
      </button>
      {(isChosen || canAdd) && (
        <ActionIcon
          variant="subtle"
          color="gray"
          aria-label={isChosen ? `Take away ${title}` : `Add ${title} below`}
          onClick={() => onToggle(metric.id)}
        >
          {isChosen ? <IconMinus size={16} aria-hidden /> : <IconPlus size={16} aria-hidden />}
        </ActionIcon>
      )}
    </li>
  );
}
