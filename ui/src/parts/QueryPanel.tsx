import { Button, Group, Loader, Skeleton, Stack, Text } from '@mantine/core';
import { useQueryClient, type QueryKey } from '@tanstack/react-query';
import { useEffect, useState, type ReactNode } from 'react';
import { useConnection } from '../api/live';
import { ErrorNote } from './ErrorNote';
import { PanelBoundary } from './PanelBoundary';
import classes from './QueryPanel.module.css';

const SPINNER_AFTER_MS = 400;
const SLOW_AFTER_MS = 5000;

/** What QueryPanel needs to know of a query; both plain and infinite ones have it. */
interface Query<T> {
  data: T | undefined;
  error: unknown;
  isFetching: boolean;
  isPlaceholderData: boolean;
  refetch: () => unknown;
}

interface Props<T> {
  /** "the chart": what stands in "Cannot show …". */
  what: string;
  query: Query<T>;
  queryKey: QueryKey;
  /** The shape of what is to come, on the very first load only. */
  skeleton?: ReactNode;
  children: (data: T) => ReactNode;
}

function useHasLasted(isOn: boolean, ms: number): boolean {
  const [lasted, setLasted] = useState(false);
  useEffect(() => {
    setLasted(false);
    if (!isOn) return;
    const timer = setTimeout(() => setLasted(true), ms);
    return () => clearTimeout(timer);
  }, [isOn, ms]);
  return lasted;
}

/**
 * The states that every panel has: first load (skeleton), slow, failed without anything to show, failed or loading
 * with old data (kept, dimmed). Data that is there is never replaced by a spinner.
 */
export function QueryPanel<T>({ what, query, queryKey, skeleton, children }: Props<T>) {
  const isLost = useConnection().lostSince !== null;
  const isSlow = useHasLasted(query.isFetching, SLOW_AFTER_MS);
  const showSpinner = useHasLasted(query.isFetching && query.isPlaceholderData, SPINNER_AFTER_MS);
  const slowNote = isSlow && query.isFetching && <SlowNote queryKey={queryKey} />;

  if (query.data === undefined) {
    if (query.error && !query.isFetching) return <ErrorNote title={`Cannot show ${what}`} error={query.error} onRetry={query.refetch} />;
    if (!query.isFetching) return <Cancelled what={what} onRetry={query.refetch} />;
    return (
      <div aria-busy="true">
        {skeleton ?? <LinesSkeleton />}
        {slowNote}
      </div>
    );
  }
  // While the whole server is lost the banner says so once, instead of every panel.
  const showError = Boolean(query.error) && !query.isFetching && !isLost;
  return (
    <div className={classes.panel} aria-busy={query.isFetching}>
      {showError && <ErrorNote title={`Cannot bring ${what} up to date`} error={query.error} onRetry={query.refetch} />}
      {slowNote}
      {showSpinner && <Loader className={classes.spinner} size="sm" aria-label={`Loading ${what}`} />}
      <div data-dimmed={query.isPlaceholderData || isLost || showError || undefined} className={classes.content}>
        <PanelBoundary what={what}>
          <Content data={query.data} draw={children} />
        </PanelBoundary>
      </div>
    </div>
  );
}

/** A component of its own, so that what `draw` throws is thrown inside the boundary. */
function Content<T>({ data, draw }: { data: T; draw: (data: T) => ReactNode }) {
  return draw(data);
}

function SlowNote({ queryKey }: { queryKey: QueryKey }) {
  const client = useQueryClient();
  return (
    <Group gap="xs" role="status" my="xs">
      <Text size="sm">Still working on it.</Text>
      <Button size="compact-sm" variant="default" onClick={() => void client.cancelQueries({ queryKey })}>
        Cancel
      </Button>
    </Group>
  );
}

function Cancelled({ what, onRetry }: { what: string; onRetry: () => unknown }) {
  return (
    <Group gap="xs">
      <Text size="sm">Cancelled: {what} was not loaded.</Text>
      <Button size="compact-sm" variant="default" onClick={() => onRetry()}>
        Load
      </Button>
    </Group>
  );
}

export function LinesSkeleton({ lines = 3 }: { lines?: number }) {
  return (
    <Stack gap="sm" aria-hidden>
      {Array.from({ length: lines }, (_, index) => (
        <Skeleton key={index} height={36} radius="sm" />
      ))}
    </Stack>
  );
}
