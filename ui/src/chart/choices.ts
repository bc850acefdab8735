import { periodWords } from '../time/format';

export const STATS = ['Sum', 'Average', 'Minimum', 'Maximum', 'SampleCount', 'p50', 'p90', 'p99'];

/** The usual statistics and, if it is none of them, the one in use. */
export const statOptions = (current: string) => (current === '' || STATS.includes(current) ? STATS : [...STATS, current]);

export const PERIODS_S = [60, 300, 900, 3600, 21_600, 86_400];

/** The usual periods and, if it is none of them, the one in use. */
export function periodOptions(current: number): { value: string; label: string }[] {
  const periods = PERIODS_S.includes(current) ? PERIODS_S : [...PERIODS_S, current].sort((a, b) => a - b);
  return periods.map((seconds) => ({ value: String(seconds), label: `per ${periodWords(seconds)}` }));
}
