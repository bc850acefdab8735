import { Link } from '@tanstack/react-router';
import { nameWords } from '../alarms/words';
import type { Transition } from '../api/types';
import { StateBadge } from '../parts/StateBadge';
import { Time } from '../time/Time';
import { Words } from '../time/Words';
import classes from './RecentTransitions.module.css';

export function RecentTransitions({ transitions }: { transitions: Transition[] }) {
  return (
    <ol className={classes.list} aria-label="Recent changes, newest first">
      {transitions.map((t) => (
        <li key={`${t.alarm} ${t.at} ${t.new_state}`} className={classes.item}>
          <span className={classes.when}>
            <Time at={t.at} />
          </span>
          <StateBadge state={t.new_state} />
          <span className={classes.what}>
            <Link to="/alarms/$name" params={{ name: t.ref }}>
              {nameWords({ name: t.alarm, ref: t.ref })}
            </Link>
            : <Words text={t.reason_words} />
          </span>
        </li>
      ))}
    </ol>
  );
}
