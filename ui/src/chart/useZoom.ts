import { useNavigate } from '@tanstack/react-router';
import type { Chart } from '../api/types';
import { toInstantText, zoomedOut } from '../time/range';
import { useDataNow } from '../time/Time';

/** Zooming is going to another URL, so that the browser's Back undoes it. */
export function useZoom() {
  const navigate = useNavigate();
  const dataNow = useDataNow();
  const goTo = (range: { from: string; to: string }) =>
    void navigate({ to: '.', search: (old) => ({ ...old, ...range }), resetScroll: false });

  return {
    zoomIn(chart: Chart, fromSeconds: number, toSeconds: number) {
      // Whole periods, and never less than two: a brush between two points would show nothing.
      const period = chart.period_s;
      const from = Math.floor(fromSeconds / period) * period;
      const to = Math.max(Math.ceil(toSeconds / period) * period, from + 2 * period);
      goTo({ from: toInstantText(from), to: toInstantText(to) });
    },
    zoomOut(chart: Chart) {
      const to = Date.parse(chart.to) / 1000;
      goTo(zoomedOut(Date.parse(chart.from) / 1000, to, dataNow ?? to));
    },
  };
}
