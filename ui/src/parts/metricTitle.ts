import type { Metric } from '../api/types';

const TURNING = /[\u202a-\u202e\u2066-\u2069]/;
/** With marks around it that end what its letters begin: there is no element to do it within a text. */
const isolated = (name: string) => (TURNING.test(name) ? `\u2068${name}\u2069` : name);

/** Its name and dimensions, as a title: "queue_depth · queue=orders". */
export const metricTitle = (metric: Pick<Metric, 'name' | 'dimensions'>) => [metric.name, ...metric.dimensions.map((d) => `${d.name}=${d.value}`)].map(isolated).join(' · ');
