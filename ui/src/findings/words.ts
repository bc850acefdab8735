import type { Chart, Detector, Finding, VerdictWord } from '../api/types';
import { comparedTexts, numberText, periodText, periodWords, zoneLabel, type Zone } from '../time/format';

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

/** What a verdict does for the watch that nobody has set up: nothing. */
const ALWAYS_ON_EFFECTS: Record<VerdictWord, string> = {
  expected: 'A false alarm.',
  real: 'Something was wrong.',
  known: 'Wrong, but its cause is known.',
  reviewed: 'Someone has looked.',
};

export const effectOf = ({ tier }: Pick<Finding, 'tier'>, { verdict, effect }: VerdictChoice) => (tier === 'always_on' ? ALWAYS_ON_EFFECTS[verdict] : effect);

export const verdictLabel = (verdict: VerdictWord) => VERDICTS.find((v) => v.verdict === verdict)?.label ?? verdict;

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

/** What a kind says in plain words; spike, dip and unusual level are said by the value itself. */
const KIND_MEANING: Record<string, string> = {
  'level shift': 'it went to another level and stays there',
  'flat line': 'it does not change any more',
  'lost season': 'it does not follow its usual shape of day and week',
  'changed variance': 'it scatters far more or far less than usual',
  'slow drift': 'it has crept away from where it used to be',
};

/** "Dip", "Level shift". */
export const kindWords = ({ kind }: Pick<Finding, 'kind'>) => capital(kind);

/** "Thu, 28 Nov 2013 UTC" */
export const findingTime = ({ at, period_s }: Pick<Finding, 'at' | 'period_s'>, zone: Zone) => `${periodText(Date.parse(at) / 1000, period_s, zone)} ${zoneLabel(zone)}`;

/** It is a finding by its score alone. */
export const isInside = ({ value, lower, upper }: Pick<Finding, 'value' | 'lower' | 'upper'>) => value !== null && value >= lower && value <= upper;

/** "634; 873 to 1,012 are usual". Some are findings within the limits: by their score, or by what is going on. `unit`: behind each number, with its blank. */
export function usualWords(finding: Pick<Finding, 'kind' | 'value' | 'lower' | 'upper'>, unit = ''): string {
  const { kind, value, lower, upper } = finding;
  if (value === null) return 'No data, for longer than usual at this time of the week';
  const texts = comparedTexts(value, lower, upper);
  const range = `${texts.lower} to ${texts.upper}${unit}`;
  const meaning = KIND_MEANING[kind];
  if (isInside(finding)) return `${texts.value}${unit}; within the usual ${range}, but ${meaning ?? 'rare in its own history'}`;
  return `${texts.value}${unit}; ${range} are usual${meaning ? `; ${meaning}` : ''}`;
}

/** Why a value within its limits is a finding. */
export function insideWords({ kind }: Pick<Finding, 'kind'>): string {
  const meaning = KIND_MEANING[kind];
  const cause = meaning ? `of the values around it: ${meaning}` : 'values like it are rare in the history of this metric';
  return `It lies within these limits. It is a finding because ${cause}.`;
}

/** What became of it, in sentences; none for most. */
export function notesOf(finding: Finding): string[] {
  const notes: string[] = [];
  if (finding.retracted && finding.value === null) notes.push(`Taken back by late data: it is ${numberText(finding.value_now)} now`);
  else if (finding.retracted) notes.push(`Taken back by late data: it is ${numberText(finding.value_now)} now, which is usual`);
  if (finding.late) notes.push('Raised by late data: it was ordinary at first');
  if (finding.replay) notes.push(finding.tier === 'always_on' ? 'Found in history that was imported' : 'Found in the history from before it was watched');
  return notes;
}

/** Findings and the chart may go by ranges of two widths. */
export function widthNote({ finding_width }: Pick<Detector, 'finding_width'>, { k }: Pick<Chart, 'k'>): string {
  const own = `What is usual for findings is k = ${numberText(finding_width)}`;
  return k === finding_width ? `${own}, as the chart draws it.` : `${own}; the chart draws k = ${numberText(k)}.`;
}

/** There is something that could be judged. */
export const hasData = ({ points }: Pick<Chart, 'points'>) => points.some(([, value]) => value !== null);

/** Why a range has no findings. */
export function noFindingsWords(detector: Detector, chart: Pick<Chart, 'k' | 'silences' | 'points'>): { title: string; why: string } {
  const { k: chartK, silences } = chart;
  if (detector.state !== 'TRAINED') {
    const periods = detector.trained_periods === 1 ? '1 period' : `${detector.trained_periods} periods`;
    return { title: 'Still learning', why: `Findings come once the usual range is known; ${periods} so far.` };
  }
  if (silences.length > 0) return { title: 'A silence reaches into this range', why: 'It was found before the range begins: press the bar along the foot of the chart for why. Nothing else was found.' };
  if (!hasData(chart)) return { title: 'No data in this range', why: 'So nothing in it was judged.' };
  const width = detector.finding_width;
  const drawn = chartK < width ? ` The chart draws a narrower one (k = ${numberText(chartK)}): what leaves only that is marked there, and is no finding.` : '';
  return { title: 'No finding in this range', why: `Nothing left the usual range at its width k = ${numberText(width)}${sideWords(detector)}, and nothing was unusual otherwise.${drawn}` };
}

function sideWords({ choices }: Detector): string {
  return choices.watch === 'both' ? '' : ` on the watched side (${choices.watch})`;
}

/** What the always-on watch looks at, once a period: the last value of a gauge, the rate of a counter, the Sum of a CloudWatch metric. */
export function subjectWords({ stat, period_s }: Pick<Finding, 'stat' | 'period_s'>): string {
  const per = periodWords(period_s);
  if (stat === 'last') return `last value of each ${per}`;
  return stat === 'rate' ? `rate a second, over each ${per}` : `${stat} per ${per}`;
}

/** "Sum per hour" for a finding of another statistic or other periods than the chart shows. */
export function otherSubjectWords(finding: Finding, chart: Pick<Chart, 'stat' | 'period_s'>): string {
  if (finding.stat !== chart.stat) return subjectWords(finding);
  return finding.period_s === chart.period_s ? '' : `per ${periodWords(finding.period_s)}`;
}

/** Those of a chart's detector and of the always-on watch; what both have found is told once. */
export function belongingTo(detector: Detector | null, findings: Finding[]): Finding[] {
  const own = findings.filter((f) => detector !== null && f.detector_id === detector.id);
  const places = new Set(own.map((f) => `${f.stat} ${f.period_s} ${f.at}`));
  return findings.filter((f) => own.includes(f) || (f.tier === 'always_on' && !places.has(`${f.stat} ${f.period_s} ${f.at}`)));
}

/** The width of findings after one more window was missed (docs/findings.md). */
export const widthAfterMissed = ({ finding_width, choices }: Detector) => Math.max(choices.width / 2, finding_width * 0.9);
