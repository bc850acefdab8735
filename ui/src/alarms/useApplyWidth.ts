import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { alarmPath, putJson } from '../api/client';
import type { Alarm, TeamAlarm, TeamBudget } from '../api/types';

/** What became of one alarm. */
export type Outcome = { state: 'waiting' } | { state: 'done'; k: number } | { state: 'failed'; message: string };

export interface Apply {
  /** By the alarms' names, in the order they were changed. */
  outcomes: Map<string, Outcome>;
  isBusy: boolean;
  run: (k: number, alarms: TeamAlarm[]) => Promise<void>;
}

const withWidth = (team: TeamBudget, name: string, k: number): TeamBudget => ({ ...team, alarms: team.alarms.map((each) => (each.name === name ? { ...each, k } : each)) });

/** Gives a width to alarms one after the other; one that refuses does not keep the others from it. */
export function useApplyWidth(): Apply {
  const client = useQueryClient();
  const [outcomes, setOutcomes] = useState<Map<string, Outcome>>(new Map());
  const [isBusy, setBusy] = useState(false);
  const run = async (k: number, alarms: TeamAlarm[]) => {
    setBusy(true);
    const note = (name: string, outcome: Outcome) => setOutcomes((old) => new Map(old).set(name, outcome));
    setOutcomes(new Map(alarms.map(({ name }) => [name, { state: 'waiting' }])));
    for (const alarm of alarms) {
      try {
        // Only from the width that was shown: what somebody else has set meanwhile is theirs.
        await putJson<Alarm>(`${alarmPath(alarm.name)}/width`, { k, was: alarm.k });
        note(alarm.name, { state: 'done', k });
        // The numbers take their time to be worked out anew; what was set is known at once.
        client.setQueriesData<TeamBudget>({ queryKey: ['backtest', 'team'] }, (team) => team && withWidth(team, alarm.name, k));
      } catch (error) {
        note(alarm.name, { state: 'failed', message: error instanceof Error ? error.message : String(error) });
      }
    }
    setBusy(false);
    await Promise.all(['alarms', 'now', 'backtest', 'chart'].map((name) => client.invalidateQueries({ queryKey: [name] })));
  };
  return { outcomes, isBusy, run };
}
