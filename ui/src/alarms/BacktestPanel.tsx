import { useQuery } from '@tanstack/react-query';
import { backtestQuery } from '../api/queries';
import type { BacktestRequest } from '../api/types';
import { Empty } from '../parts/Empty';
import { Panel } from '../parts/Panel';
import { LinesSkeleton, QueryPanel } from '../parts/QueryPanel';
import { BacktestResult } from './BacktestResult';

/** What the alarm would have done in the last 28 days. `wanted` null: its rule is not complete yet, or has the `fault`. */
export function BacktestPanel({ wanted, fault = '' }: { wanted: BacktestRequest | null; fault?: string }) {
  const options = backtestQuery(wanted);
  const query = useQuery(options);
  return (
    <Panel title="Tried on the last 28 days">
      {wanted === null ? (
        <Empty title={fault ? 'The rule cannot be tried' : 'The rule is not complete'} why={`${fault} How often it would have fired shows here as soon as it ${fault ? 'can' : 'is'}.`.trim()} />
      ) : (
        <QueryPanel what="the backtest" query={query} queryKey={options.queryKey} skeleton={<LinesSkeleton lines={2} />}>
          {(result) => <BacktestResult result={result} />}
        </QueryPanel>
      )}
    </Panel>
  );
}
