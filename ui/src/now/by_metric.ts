import type { Finding } from '../api/types';

/** A metric that nobody watches, by what was found of it. */
export interface UnwatchedMetric {
  key: string;
  newest: Finding;
  /** Findings before the newest one. */
  others: number;
}

const keyOf = ({ metric_title, metric_id, stat }: Finding) => `${metric_id ?? ''} ${metric_title} ${stat}`;

/** By metric, newest first. What a person has judged, or late data have taken back, asks for nobody any more. `kept`: keys that stay though a detector watches them by now. */
export function unwatchedOf(findings: Finding[], kept: string[]): UnwatchedMetric[] {
  const metrics = new Map<string, UnwatchedMetric>();
  for (const finding of findings) {
    const key = keyOf(finding);
    if ((finding.watched && !kept.includes(key)) || finding.retracted || finding.verdict) continue;
    const known = metrics.get(key);
    if (known) known.others++;
    else metrics.set(key, { key, newest: finding, others: 0 });
  }
  return [...metrics.values()];
}
