import { Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { TeamBudget } from '../api/types';
import { Panel } from '../parts/Panel';
import { numberText } from '../time/format';
import alarmClasses from './AlarmList.module.css';
import { ApplyWidth } from './ApplyWidth';
import { alarmsText, placeOfAdvice, planOf, rateText, type PlannedAlarm } from './budget';
import classes from './TeamResult.module.css';
import { useApplyWidth, type Outcome } from './useApplyWidth';
import { WidthCurve } from './WidthCurve';

/** What one width of all bands would give, and the way to give it to them. */
export function TeamResult({ team, days }: { team: TeamBudget; days: number }) {
  const [chosen, setChosen] = useState<number | null>(null);
  const apply = useApplyWidth();
  const place = Math.min(chosen ?? placeOfAdvice(team), team.table.length - 1);
  const width = team.table[place];
  const plan = planOf(team, place);
  return (
    <div className={classes.panels}>
      <Panel title="One width for all of them">
        <p className={classes.sentence} role="status">
          {team.words}
        </p>
        {width ? (
          <>
            <Figures team={team} place={place} days={days} />
            <WidthCurve team={team} place={place} onPlace={setChosen} />
            {team.k === null && chosen === null ? (
              <Text size="sm" mt="md" c="var(--tm-dim-text)">
                No width keeps within the budget, so none is proposed. One that is chosen with the slider can be applied all the same.
              </Text>
            ) : (
              <ApplyWidth k={width.k} plan={plan} apply={apply} isProposed={width.per_week <= team.alarms_per_week + 1e-9} />
            )}
          </>
        ) : (
          <Text size="sm" c="var(--tm-dim-text)">
            None of these alarms has a band that could be judged in this time, so no width changes anything.
          </Text>
        )}
      </Panel>
      <Panel title={`Alarm by alarm: ${alarmsText(team.alarms.length)}`}>
        <PlanTable plan={plan} k={width?.k} outcomes={apply.outcomes} />
      </Panel>
    </div>
  );
}

function Figures({ team, place, days }: { team: TeamBudget; place: number; days: number }) {
  const { k, per_week } = team.table[place]!;
  const isOver = per_week > team.alarms_per_week + 1e-9;
  return (
    <dl className={classes.figures}>
      <div>
        <dt>As they are</dt>
        <dd>{rateText(team.per_week)} a week</dd>
        <dd className={classes.note}>would have fired, last {days} days</dd>
      </div>
      <div data-over={isOver || undefined}>
        <dt>With k = {numberText(k)}</dt>
        <dd>{rateText(per_week)} a week</dd>
        <dd className={classes.note}>{k === team.k ? 'proposed: the narrowest within the budget' : isOver ? 'more than the budget' : 'within the budget'}</dd>
      </div>
      <div>
        <dt>Budget</dt>
        <dd>{numberText(team.alarms_per_week)} a week</dd>
        <dd className={classes.note}>{team.k === null ? 'no width keeps within it' : 'for all of them together'}</dd>
      </div>
    </dl>
  );
}

const weekText = (rate: number | null) => (rate === null ? 'too little history' : rateText(rate));

function PlanTable({ plan, k, outcomes }: { plan: PlannedAlarm[]; k: number | undefined; outcomes: Map<string, Outcome> }) {
  return (
    <table className={`${alarmClasses.table} ${classes.plan}`}>
      <thead>
        <tr>
          <th scope="col">Alarm</th>
          <th scope="col">Width k</th>
          <th scope="col">Fires a week</th>
        </tr>
      </thead>
      <tbody>
        {plan.map(({ alarm, then, change }, index) => (
          <tr key={`${alarm.name} ${index}`}>
            <th scope="row">
              <Link to="/alarms/$name" params={{ name: alarm.name }}>
                {alarm.name}
              </Link>
              <OutcomeLine outcome={outcomes.get(alarm.name)} />
            </th>
            <td>
              <span className={classes.word}>Width k </span>
              {change === 'fixed' ? (alarm.k === null ? 'a fixed limit' : numberText(alarm.k)) : change === 'same' ? `${numberText(alarm.k)}, stays` : <Arrow from={numberText(alarm.k)} to={numberText(k)} />}
            </td>
            <td>
              <span className={classes.word}>Fires a week </span>
              {change === 'width' && alarm.per_week !== null ? <Arrow from={weekText(alarm.per_week)} to={weekText(then)} /> : weekText(alarm.per_week)}
              {alarm.muted_total > 0 && <span className={alarmClasses.dim}>{alarm.muted_total} more while muted</span>}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** "2 → 2.9", and said as "2, then 2.9". */
function Arrow({ from, to }: { from: string; to: string }) {
  return (
    <>
      {from} <span aria-hidden>→</span>
      <span className="visually-hidden">, then</span> <b>{to}</b>
    </>
  );
}

function OutcomeLine({ outcome }: { outcome: Outcome | undefined }) {
  if (!outcome) return null;
  return (
    <span className={classes.outcome} data-outcome={outcome.state}>
      {outcome.state === 'waiting' ? 'being changed…' : outcome.state === 'done' ? `has k = ${numberText(outcome.k)} now` : `not changed: ${outcome.message}`}
    </span>
  );
}
