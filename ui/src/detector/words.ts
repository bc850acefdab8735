import type { CalendarMatch, ExcludedRange } from '../api/types';

/** The share of normally spread values within `k` sigma of their middle (Abramowitz and Stegun 7.1.26, to 1e-7). */
export function shareInside(k: number): number {
  const x = k / Math.SQRT2;
  const t = 1 / (1 + 0.3275911 * x);
  const sum = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
  return 1 - sum * Math.exp(-x * x);
}

/** The width that has this share; to two digits, as it is shown. */
export function widthOf(share: number): number {
  let [low, high] = [0.1, 10];
  for (let step = 0; step < 40; step++) {
    const middle = (low + high) / 2;
    if (shareInside(middle) < share) low = middle;
    else high = middle;
  }
  return Number(low.toFixed(2));
}

/** A share in parts of a hundred, with as many digits as still tell it from all. */
export function percentOf(share: number): number {
  const left = 100 * (1 - share);
  const digits = left > 0 ? Math.min(10, Math.max(2, 1 - Math.floor(Math.log10(left)))) : 0;
  return Number((100 * share).toFixed(digits));
}

/** "About 997 of 1,000 ordinary periods lie inside." */
export function widthWords(k: number | ''): string {
  if (k === '' || !(k > 0)) return '';
  const share = shareInside(k);
  for (const size of [100, 1000, 10_000, 100_000]) {
    const inside = Math.round(share * size);
    // As few digits as still tell it from all of them.
    if (size - inside >= 2 || (size === 100_000 && inside < size)) return `About ${inside.toLocaleString('en-GB')} of ${size.toLocaleString('en-GB')} ordinary periods lie inside.`;
  }
  return 'Practically all ordinary periods lie inside.';
}

/** What the two choices of an excluded range or a calendar come to (docs/findings.md). */
export function setApartWords({ mute, learn }: Pick<ExcludedRange, 'mute' | 'learn'>, of: 'range' | 'calendar' = 'range'): string {
  if (of === 'calendar' && learn) {
    return `${mute ? 'No findings' : 'Findings as ever'}; rare days like holidays get a band of their own, from the third on.`;
  }
  if (mute && learn) return 'No findings; the model follows what happens.';
  if (mute) return 'No findings; for the model it is as if there were no data.';
  if (learn) return 'Nothing special: findings as ever, and the model follows.';
  return 'Findings as ever, but the model does not follow: for a known incident that people must still hear of.';
}

/** "For all detectors of JobName etl-* with the tag owner finance." */
export function matchWords(match: CalendarMatch | null): string {
  if (!match) return 'Deleted; this detector has yet to take that over.';
  const pairs = (of: Record<string, string> = {}) => Object.entries(of).map(([name, value]) => `${name} ${value}`);
  const metric = [match.namespace && `namespace ${match.namespace}`, match.name && `metric ${match.name}`, ...pairs(match.dimensions)].filter(Boolean);
  const tags = pairs(match.tags);
  return `For all detectors${metric.length > 0 ? ` of ${metric.join(', ')}` : ''}${tags.length > 0 ? ` with the ${tags.length === 1 ? 'tag' : 'tags'} ${tags.join(', ')}` : ''}.`;
}

export const ADAPTATION_WORDS = {
  slow: 'A new level has to last before the band takes it over.',
  normal: 'Between the two: suits most metrics.',
  fast: 'Follows a new level soon; long incidents become usual sooner too.',
};

export const FILTERING_WORDS = {
  minimal: 'A new level is believed after three values, and large ones count for more.',
  moderate: 'A new level is believed after five values; outliers count for less.',
  strict: 'A new level is believed after ten values; outliers hardly move the band.',
};
