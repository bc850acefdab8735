import { Select } from '@mantine/core';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { metricQuery, metricsQuery } from '../api/queries';
import type { MetricName } from '../api/types';
import { ErrorNote } from '../parts/ErrorNote';
import { metricTitle } from '../parts/metricTitle';
import { useDebounced } from '../parts/useDebounced';
import classes from './AlarmForm.module.css';

const TYPING_MS = 200;

/** The choice of `unsent`; no id of a metric has such letters. */
const UNSENT = ':unsent';

interface Props {
  /** '': none is chosen, or `unsent` is. */
  value: string;
  /** One that the server knows by its name alone, beside those that have sent something. */
  unsent: MetricName | null;
  error: string | undefined;
  onChange: (metric: string) => void;
}

/** A choice among more metrics than a list can hold: the server searches while one types. */
export function MetricSelect({ value, unsent, error, onChange }: Props) {
  const [typed, setTyped] = useState('');
  const chosen = useQuery(metricQuery(value));
  const shown = value === '' ? unsent : chosen.data;
  // The field shows the chosen metric's title; that is no search.
  const search = useDebounced(shown && typed === metricTitle(shown) ? '' : typed, TYPING_MS);
  const found = useInfiniteQuery(metricsQuery(search));

  const metrics = found.data?.pages[0]?.metrics ?? [];
  const isListed = metrics.some((metric) => metric.id === value);
  const listed = chosen.data && !isListed ? [chosen.data, ...metrics] : metrics;
  const choices = listed.map((metric) => ({ value: metric.id, label: metricTitle(metric) }));
  if (unsent) choices.unshift({ value: UNSENT, label: metricTitle(unsent) });
  return (
    <div className={classes.wide}>
      <Select
        label="Metric"
        placeholder="Type to search"
        searchable
        inputWrapperOrder={['label', 'input', 'description', 'error']}
        // In the field a title is cut, and its end is often all that tells two metrics apart.
        description={shown ? `${shown.namespace} · ${metricTitle(shown)}` : undefined}
        styles={{ description: { overflowWrap: 'anywhere' } }}
        data={choices}
        // The server has searched; labels that match in another way must not be hidden again.
        filter={({ options }) => options}
        nothingFoundMessage={found.isPending ? 'Searching…' : found.isError ? 'The metrics could not be read' : 'No metric matches'}
        value={value || (unsent ? UNSENT : null)}
        onSearchChange={setTyped}
        error={error ?? (chosen.data === null ? 'This server has no such metric: choose another' : undefined)}
        onChange={(metric) => onChange(metric === UNSENT ? '' : (metric ?? ''))}
      />
      <MetricErrors chosen={chosen} found={found} />
    </div>
  );
}

interface Read {
  data?: unknown;
  error: unknown;
  isFetching: boolean;
  refetch: () => unknown;
}

/** One note, whichever of the two could not be read: mostly both could not, for the same reason. */
function MetricErrors({ chosen, found }: { chosen: Read; found: Read }) {
  const failed = (read: Read) => Boolean(read.error) && read.data === undefined && !read.isFetching;
  if (!failed(chosen) && !failed(found)) return null;
  const retry = () => {
    if (failed(chosen)) chosen.refetch();
    if (failed(found)) found.refetch();
  };
  return failed(chosen) ? (
    <ErrorNote title="Cannot read the chosen metric" error={chosen.error} onRetry={retry} />
  ) : (
    <ErrorNote title="Cannot list the metrics" error={found.error} onRetry={retry} />
  );
}
