import type { Problem } from '../api/types';

/** What a person can do, by the server's kinds of problems. */
const WHAT_TO_DO: Record<string, string> = {
  disk_full: 'Make room on the disk of the data folder, or make the disk larger. Samples are then taken again by themselves; what senders gave up on meanwhile is lost.',
  log_failed: 'Look at the disk of the data folder, then start the server anew. Until then the values of senders that do not try again are lost.',
  damaged_block: 'The server’s log has the whole path. Look at the disk, and put the file back from a backup while the server is stopped; charts, alarms and findings of that time cannot be read without it.',
  lost_records: 'Look at the disk of the data folder. Send the values of the time before the start once more where their source still has them. This note ends with the next start.',
  lost_changes: 'Look at the disk of the data folder, and whether alarms, detectors and topics are as you want them: the newest changes must be made once more. This note ends with the next start.',
};
const ANY = 'The server’s log has more about it.';

/** What was found of one kind, and what to do about it. */
export interface ProblemGroup {
  kind: string;
  messages: string[];
  whatToDo: string;
}

/** By kind, in the server's order: a disk that fails damages many files, and one advice is enough. */
export function groupsOf(problems: Problem[]): ProblemGroup[] {
  const kinds = [...new Set(problems.map(({ kind }) => kind))];
  return kinds.map((kind) => ({
    kind,
    messages: problems.filter((problem) => problem.kind === kind).map(({ message }) => message),
    whatToDo: Object.hasOwn(WHAT_TO_DO, kind) ? WHAT_TO_DO[kind]! : ANY,
  }));
}
