import { Select } from '@mantine/core';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { metricQuery, metricsQuery } from '../api/queries';
import type { Metric } from '../api/types';
import { useDebounced } from '../parts/useDebounced';

const TYPING_MS = 200;

const titleOf = (metric: Metric) => [metric.name, ...metric.dimensions.map((d) => `${d.name}=${d.value}`)].join(' · ');

interface Props {
  className?: string;
  value: string;
  error: string | undefined;
  onChange: (metric: string) => void;
}

/** A choice among more metrics than a list can hold: the server searches while one types. */
export function MetricSelect({ className, value, error, onChange }: Props) {
  const [typed, setTyped] = useState('');
  const chosen = useQuery(metricQuery(value));
  // The field shows the chosen metric's title; that is no search.
  const search = useDebounced(chosen.data && typed === titleOf(chosen.data) ? '' : typed, TYPING_MS);
  const found = useInfiniteQuery(metricsQuery(search));

  const metrics = found.data?.pages[0]?.metrics ?? [];
  const isListed = metrics.some((metric) => metric.id === value);
  const listed = chosen.data && !isListed ? [chosen.data, ...metrics] : metrics;
  return (
    <Select
      className={className}
      label="Metric"
      placeholder="Type to search"
      searchable
      data={listed.map((metric) => ({ value: metric.id, label: titleOf(metric) }))}
      // The server has searched; labels that match in another way must not be hidden again.
      filter={({ options }) => options}
      nothingFoundMessage={found.isPending ? 'Searching…' : found.isError ? 'The metrics could not be read' : 'No metric matches'}
      value={value || null}
      onSearchChange={setTyped}
      error={error}
      onChange={(metric) => onChange(metric ?? '')}
    />
  );
}
