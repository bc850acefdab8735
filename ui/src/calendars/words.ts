import type { SharedCalendar } from '../api/types';

const detectorsWords = (count: number) => (count === 1 ? '1 detector' : `${count.toLocaleString('en-GB')} detectors`);

/** How many detectors have it: "3 detectors have it; 1 more change is under way." */
export function reachWords({ detectors, pending }: Pick<SharedCalendar, 'detectors' | 'pending'>): string {
  const has =
    detectors === 0 ? 'No detector has it now: none matches, or each that does has one of its own by this name. Those made later that match will have it.' : `${detectorsWords(detectors)} ${detectors === 1 ? 'has' : 'have'} it.`;
  return pending === 0 ? has : `${has} ${detectorsWords(pending)} ${pending === 1 ? 'has' : 'have'} yet to take the change over.`;
}

/** Whom what is typed would be for. */
export const matchingWords = (count: number) => (count === 0 ? 'No detector matches now; those made later that match will have it.' : `${detectorsWords(count)} ${count === 1 ? 'matches' : 'match'} now.`);

/** What became of a press on Save. */
export const savedWords = ({ name, detectors }: Pick<SharedCalendar, 'name' | 'detectors'>) =>
  `“${name}” was saved. ${detectors === 0 ? 'No detector has it now.' : `${detectorsWords(detectors)} ${detectors === 1 ? 'has' : 'have'} it and learn${detectors === 1 ? 's' : ''} anew, one after the other.`}`;

/** What deleting it comes to. */
export const lossWords = (detectors: number) =>
  detectors === 0 ? 'No detector has it now: no band changes.' : `${detectors === 1 ? '1 detector loses' : `${detectorsWords(detectors)} lose`} its days and learn${detectors === 1 ? 's' : ''} anew without them, one after the other.`;
