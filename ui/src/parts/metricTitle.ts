import type { Metric } from '../api/types';

/** Its name and dimensions, as a title: "queue_depth · queue=orders". */
export const metricTitle = (metric: Pick<Metric, 'name' | 'dimensions'>) => [metric.name, ...metric.dimensions.map((d) => `${d.name}=${d.value}`)].join(' · ');
