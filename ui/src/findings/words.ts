import type { Detector, Finding, VerdictWord } from '../api/types';
import { limitText, numberText, periodText, periodWords, zoneLabel, type Zone } from '../time/format';

export interface VerdictChoice {
  verdict: VerdictWord;
  key: string;
  label: string;
  /** What the model will do. */
  effect: string;
}

export const VERDICTS: VerdictChoice[] = [
  { verdict: 'expected', key: 'e', label: 'Expected', effect: 'A false alarm: learned as normal, however far outside it was.' },
  { verdict: 'real', key: 'r', label: 'Real', effect: 'Something was wrong: the model learns nothing from it.' },
  { verdict: 'known', key: 'k', label: 'Known', effect: 'Wrong, but its cause is known: the model learns nothing from it.' },
  { verdict: 'reviewed', key: 'v', label: 'Reviewed', effect: 'Someone has looked: nothing changes for the model.' },
];

export const verdictLabel = (verdict: VerdictWord) => VERDICTS.find((v) => v.verdict === verdict)?.label ?? verdict;

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

/** "Dip", "Level shift". */
export const kindWords = ({ kind }: Pick<Finding, 'kind'>) => capital(kind);

/** "Thu, 28 Nov 2013 UTC" */
export const findingTime = ({ at, period_s }: Pick<Finding, 'at' | 'period_s'>, zone: Zone) => `${periodText(Date.parse(at) / 1000, period_s, zone)} ${zoneLabel(zone)}`;

/** It is a finding by its score alone. */
export const isInside = ({ value, lower, upper }: Pick<Finding, 'value' | 'lower' | 'upper'>) => value >= lower && value <= upper;

/** "634; 873 to 1,012 are usual". Some are findings by their score alone, within the limits. */
export function usualWords(finding: Pick<Finding, 'value' | 'lower' | 'upper'>): string {
  const { value, lower, upper } = finding;
  const range = `${limitText(lower)} to ${limitText(upper)}`;
  if (isInside(finding)) return `${numberText(value)}; within the usual ${range}, but rare in its own history`;
  return `${numberText(value)}; ${range} are usual`;
}

/** What became of it, in sentences; none for most. */
export function notesOf(finding: Finding): string[] {
  const notes: string[] = [];
  if (finding.retracted) notes.push(`Taken back by late data: it is ${numberText(finding.value_now)} now, which is usual`);
  if (finding.late) notes.push('Raised by late data: it was ordinary at first');
  if (finding.replay) notes.push('Found in the history from before it was watched');
  return notes;
}

/** Why a range has no findings. */
export function noFindingsWords(detector: Detector, chartK: number): { title: string; why: string } {
  if (detector.state !== 'TRAINED') {
    const periods = detector.trained_periods === 1 ? '1 period' : `${detector.trained_periods} periods`;
    return { title: 'Still learning', why: `Findings come once the usual range is known; ${periods} so far.` };
  }
  const width = detector.finding_width;
  const drawn = chartK < width ? ` The chart draws a narrower one (k = ${numberText(chartK)}): what leaves only that is marked there, and is no finding.` : '';
  return { title: 'No finding in this range', why: `Nothing left the usual range at its width k = ${numberText(width)}${sideWords(detector)}, and nothing was unusual otherwise.${drawn}` };
}

function sideWords({ choices }: Detector): string {
  return choices.watch === 'both' ? '' : ` on the watched side (${choices.watch})`;
}

/** " per hour" for a finding of other periods than the chart shows. */
export const otherPeriodWords = (finding: Finding, chartPeriod: number) => (finding.period_s === chartPeriod ? '' : `per ${periodWords(finding.period_s)}`);

/** The width of findings after one more window was missed (docs/findings.md). */
export const widthAfterMissed = ({ finding_width, choices }: Detector) => Math.max(choices.width / 2, finding_width * 0.9);
