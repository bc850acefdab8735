import type { Chart } from '../api/types';
import { comparedTexts, limitText, numberText, periodText, zoneLabel, type Zone } from '../time/format';
import { namesText } from '../parts/namesText';
import { hasBand, judgementOf, markOf, whyOf, type Row } from './model';

/** One period in a sentence: "Thu 28 Nov 2013 UTC: 634, below the usual 873 to 1,012." Read aloud and shown above the chart. `unit`: behind each number, with its blank. */
export function rowWords(row: Row, periodSeconds: number, zone: Zone, unit = ''): string {
  const words = `${valueWords(row, periodSeconds, zone, unit)}${row.day ? ` A day of ${namesText(row.day.calendars)}.` : ''}`;
  if (!whyOf(row)) return markOf(row) === 'outside' ? `${words} It is no finding.` : words;
  if (row.silence && !row.finding?.id) return `${words}${row.value === null ? '' : ' Silent in part.'} Press the bar, or Enter, for why.`;
  const found = row.finding?.tier === 'always_on' ? 'Always-on watch' : row.finding?.direction === 'inside' ? 'A finding all the same' : 'A finding';
  return `${words} ${found}: press it, or Enter, for why.`;
}

/** The same without what was found of it. */
export function valueWords(row: Row, periodSeconds: number, zone: Zone, unit: string): string {
  const when = `${periodText(row.at, periodSeconds, zone)} ${zoneLabel(zone)}`;
  // What the always-on watch found was compared with limits of its own.
  const limits = row.finding?.tier === 'always_on' ? row.finding : hasBand(row) ? row : null;
  const texts = limits && row.value !== null ? comparedTexts(row.value, limits.lower, limits.upper) : null;
  const value = `${texts?.value ?? numberText(row.value)}${unit}`;
  const usual = limits ? `${texts?.lower ?? limitText(limits.lower)} to ${texts?.upper ?? limitText(limits.upper)}${unit}` : '';
  switch (judgementOf(row)) {
    case 'no data':
      return usual ? `${when}: no data, usually ${usual}.` : `${when}: no data.`;
    case 'silent':
      return usual ? `${when}: silent, usually ${usual}.` : `${when}: silent.`;
    case 'no band':
      return `${when}: ${value}, nothing learned for it yet.`;
    case 'usual':
      return `${when}: ${value}, within the usual ${usual}.`;
    case 'above':
      return `${when}: ${value}, above the usual ${usual}.`;
    case 'below':
      return `${when}: ${value}, below the usual ${usual}.`;
  }
}

/** Why a chart has no band, and what brings one. */
export function noBandWords(detector: Chart['detector']): string {
  if (detector === null) return 'Nothing learns this metric yet. Watching it, or an alarm on its usual range, starts the learning.';
  if (detector.state === 'TRAINED') return 'No usual range is known for this range of time.';
  const periods = detector.trained_periods === 1 ? '1 period' : `${detector.trained_periods} periods`;
  return `The usual range appears once enough has been learned; ${periods} so far.`;
}
