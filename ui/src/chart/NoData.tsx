import { Button, Group } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { metricQuery } from '../api/queries';
import type { Chart } from '../api/types';
import { Empty } from '../parts/Empty';
import { Time } from '../time/Time';

/** Before the newest value stands what led to it. */
const BEFORE = 0.8;
const PERIODS_MIN = 20;

/** A range as long as the chart's, of 20 periods at least, that holds the newest value. */
export function rangeOfNewest({ from, to, period_s }: Pick<Chart, 'from' | 'to' | 'period_s'>, newest: number): { from: number; to: number } {
  const span = Math.max((Date.parse(to) - Date.parse(from)) / 1000, PERIODS_MIN * period_s);
  const begin = newest - BEFORE * span;
  return { from: begin, to: begin + span };
}

interface Props {
  chart: Chart;
  onRange: (fromSeconds: number, toSeconds: number) => void;
  onZoomOut: () => void;
}

/** In place of a chart without anything in it: when there was something, and the way to it. */
export function NoData({ chart, onRange, onZoomOut }: Props) {
  const { data: metric } = useQuery(metricQuery(chart.metric.id));
  const newest = metric?.newest_at ?? null;
  const goToNewest = () => {
    const range = rangeOfNewest(chart, Date.parse(newest!) / 1000);
    onRange(range.from, range.to);
  };
  return (
    <Empty
      title="No data in this range"
      why={
        <>
          Nothing was received for this metric between these times.{' '}
          {newest === null ? (
            'Choose a wider range.'
          ) : (
            <>
              Its newest value is from <Time at={newest} show="both" />.
            </>
          )}
        </>
      }
    >
      <Group gap="xs">
        {newest !== null && (
          <Button size="xs" onClick={goToNewest}>
            Go to the newest value
          </Button>
        )}
        <Button size="xs" variant="default" onClick={onZoomOut}>
          Zoom out
        </Button>
      </Group>
    </Empty>
  );
}
