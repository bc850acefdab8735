import { Button } from '@mantine/core';
import { IconEye } from '@tabler/icons-react';
import type { DetectorForm, MathForm } from '../api/types';
import { Empty } from '../parts/Empty';
import { ErrorNote } from '../parts/ErrorNote';
import { useWatch } from './useWatch';

/** That no detector watches this `what`, and the button that changes it. */
export function WatchOffer({ what, why, form }: { what: 'metric' | 'expression'; why: string; form: DetectorForm | MathForm }) {
  const watch = useWatch();
  return (
    <>
      <Empty title={`No detector watches this ${what}`} why={`${why} Watching begins with the stored values; it tells no one, an alarm does that.`}>
        <Button size="xs" leftSection={<IconEye size={14} aria-hidden />} loading={watch.isPending} onClick={() => watch.mutate(form)}>
          Watch this {what}
        </Button>
        {watch.isPending && <p role="status">It learns from the stored history.</p>}
      </Empty>
      {watch.isError && <ErrorNote title="It is not watched yet" error={watch.error} onRetry={() => watch.mutate(form)} />}
    </>
  );
}
