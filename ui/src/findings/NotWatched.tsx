import { Button } from '@mantine/core';
import { IconEye } from '@tabler/icons-react';
import type { Chart } from '../api/types';
import { Empty } from '../parts/Empty';
import { ErrorNote } from '../parts/ErrorNote';
import { periodWords } from '../time/format';
import { useWatch } from './useWatch';

/** A chart that nothing learns from, and the button that changes it. `found`: what the always-on watch has found in it. */
export function NotWatched({ chart, found }: { chart: Chart; found: number }) {
  const watch = useWatch();
  const form = { metric_id: chart.metric.id, stat: chart.stat, periods_s: [chart.period_s] };
  const learns = `Nothing learns what is usual for its ${chart.stat} per ${periodWords(chart.period_s)}`;
  const rest = found > 0 ? 'what stands here was far outside to the watch that every series has, which misses much' : 'so nothing is found but what is far outside to the watch that every series has';
  return (
    <>
      <Empty title="No detector watches this metric" why={`${learns}${found > 0 ? '; ' : ', '}${rest}. Watching begins with the stored values; it tells no one, an alarm does that.`}>
        <Button size="xs" leftSection={<IconEye size={14} aria-hidden />} loading={watch.isPending} onClick={() => watch.mutate(form)}>
          Watch this metric
        </Button>
        {watch.isPending && <p role="status">It learns from the stored history.</p>}
      </Empty>
      {watch.isError && <ErrorNote title="It is not watched yet" error={watch.error} onRetry={() => watch.mutate(form)} />}
    </>
  );
}
