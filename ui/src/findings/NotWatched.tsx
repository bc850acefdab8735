import { Button } from '@mantine/core';
import { IconEye } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { postJson } from '../api/client';
import { refreshJudged } from '../api/queries';
import type { Chart, Detector } from '../api/types';
import { Empty } from '../parts/Empty';
import { ErrorNote } from '../parts/ErrorNote';
import { periodWords } from '../time/format';

/** A chart that nothing learns from, and the button that changes it. */
export function NotWatched({ chart }: { chart: Chart }) {
  const client = useQueryClient();
  const watch = useMutation({
    mutationFn: () => postJson<Detector>('/detectors', { metric_id: chart.metric.id, stat: chart.stat, periods_s: [chart.period_s] }),
    onSuccess: () => refreshJudged(client),
  });
  return (
    <>
      <Empty
        title="This metric is not watched"
        why={`Nothing learns what is usual for its ${chart.stat} per ${periodWords(chart.period_s)}, so nothing is found. Watching begins with the stored values; it tells no one, an alarm does that.`}
      >
        <Button size="xs" leftSection={<IconEye size={14} aria-hidden />} loading={watch.isPending} onClick={() => watch.mutate()}>
          Watch this metric
        </Button>
        {watch.isPending && <p role="status">It learns from the stored history.</p>}
      </Empty>
      {watch.isError && <ErrorNote title="It is not watched yet" error={watch.error} onRetry={() => watch.mutate()} />}
    </>
  );
}
