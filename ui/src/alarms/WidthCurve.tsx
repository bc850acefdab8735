import { useId } from 'react';
import type { TeamBudget } from '../api/types';
import { numberText } from '../time/format';
import { rateText } from './budget';
import classes from './TeamResult.module.css';

/** Units of the picture, which is as wide as there is room. */
const WIDTH = 640;
const HEIGHT = 144;
const PAD = 6;

interface Props {
  team: TeamBudget;
  /** Of the chosen width in the team's table. */
  place: number;
  onPlace: (place: number) => void;
}

/** What each width would give: a curve to see, a slider to choose by, a table to read. */
export function WidthCurve({ team, place, onPlace }: Props) {
  const id = useId();
  const { table } = team;
  const { k, per_week } = table[place]!;
  return (
    <div className={classes.curve}>
      <h3 className={classes.title}>What each width would give</h3>
      <Curve team={team} place={place} />
      <input
        id={id}
        type="range"
        className={classes.slider}
        aria-label="Width k"
        aria-valuetext={`k = ${numberText(k)}: about ${rateText(per_week)} alarms a week`}
        min={0}
        max={table.length - 1}
        step={1}
        value={place}
        onChange={(event) => onPlace(Number(event.currentTarget.value))}
      />
      <p className={classes.here} aria-hidden>
        k = {numberText(k)}: {rateText(per_week)} a week
      </p>
      <div className={classes.ends} aria-hidden>
        <span>narrower: k = {numberText(table[0]!.k)}</span>
        <span>wider: k = {numberText(table.at(-1)!.k)}</span>
      </div>
      <details className={classes.fold}>
        <summary>All widths as a table</summary>
        <div className={classes.scroll} tabIndex={0} role="region" aria-label="Alarms a week at each width">
          <table>
            <thead>
              <tr>
                <th scope="col">Width k</th>
                <th scope="col">Alarms a week</th>
              </tr>
            </thead>
            <tbody>
              {table.map((width, index) => (
                <tr key={width.k} data-chosen={index === place || undefined}>
                  <th scope="row">{numberText(width.k)}</th>
                  <td>
                    {rateText(width.per_week)}
                    {width.k === team.k && ', proposed'}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </details>
    </div>
  );
}

/** Steps of one place each, as the slider under it has them. */
function Curve({ team: { table, alarms_per_week }, place }: Omit<Props, 'onPlace'>) {
  const most = Math.max(...table.map((width) => width.per_week), alarms_per_week, 1);
  const x = (index: number) => PAD + (index / Math.max(table.length - 1, 1)) * (WIDTH - 2 * PAD);
  const y = (rate: number) => PAD + (1 - rate / most) * (HEIGHT - 2 * PAD);
  const line = table.map((width, index) => `${index === 0 ? 'M' : 'L'}${x(index).toFixed(1)} ${y(width.per_week).toFixed(1)}`).join(' ');
  return (
    <div className={classes.picture} aria-hidden>
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none">
        <line className={classes.axis} x1={PAD} x2={WIDTH - PAD} y1={y(0)} y2={y(0)} />
        <line className={classes.budget} x1={PAD} x2={WIDTH - PAD} y1={y(alarms_per_week)} y2={y(alarms_per_week)} />
        <path className={classes.line} d={line} />
        <line className={classes.chosen} x1={x(place)} x2={x(place)} y1={PAD} y2={y(0)} />
        <path className={classes.dot} d={`M${x(place)} ${y(table[place]!.per_week)} h0.01`} />
      </svg>
      {alarms_per_week < 0.85 * most && <span className={classes.most}>{rateText(most)} a week at most</span>}
      <span className={classes.least} style={{ top: `${(100 * y(alarms_per_week)) / HEIGHT}%` }}>
        budget {numberText(alarms_per_week)}
      </span>
    </div>
  );
}
