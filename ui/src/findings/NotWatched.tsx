import type { Chart } from '../api/types';
import { periodWords } from '../time/format';
import { WatchOffer } from './WatchOffer';

/** A chart that nothing learns from, and the button that changes it. `found`: what the always-on watch has found in it. */
export function NotWatched({ chart, found }: { chart: Chart; found: number }) {
  const form = { metric_id: chart.metric.id, stat: chart.stat, periods_s: [chart.period_s] };
  const learns = `Nothing learns what is usual for its ${chart.stat} per ${periodWords(chart.period_s)}`;
  const rest = found > 0 ? 'what stands here was far outside to the watch that every series has, which misses much' : 'so nothing is found but what is far outside to the watch that every series has';
  return <WatchOffer what="metric" why={`${learns}${found > 0 ? '; ' : ', '}${rest}.`} form={form} />;
}
