import { Link } from '@tanstack/react-router';
import { QuietBadges } from '../alarms/MutedBadge';
import { nameWords } from '../alarms/words';
import type { InAlarm } from '../api/types';
import { Panel } from '../parts/Panel';
import { numberText } from '../time/format';
import { Time } from '../time/Time';
import { Words } from '../time/Words';
import classes from './InAlarmList.module.css';

/** `total`: may be more than are listed. */
export function InAlarmList({ alarms, total }: { alarms: InAlarm[]; total: number }) {
  return (
    <Panel title={total > alarms.length ? `In alarm: the latest ${alarms.length} of ${numberText(total)}` : 'In alarm'}>
      <ul className={classes.list}>
        {alarms.map((alarm) => (
          <li key={alarm.ref} className={classes.item}>
            <AlarmInWords alarm={alarm} />
          </li>
        ))}
      </ul>
    </Panel>
  );
}

function AlarmInWords({ alarm }: { alarm: InAlarm }) {
  return (
    <>
      <div className={classes.head}>
        <Link to="/alarms/$name" params={{ name: alarm.ref }} className={classes.name}>
          {nameWords(alarm)}
        </Link>
        <span className={classes.since}>
          since <Time at={alarm.since} show="both" />
        </span>
        <QuietBadges alarm={alarm} />
      </div>
      <p className={classes.reason}>
        <Words text={alarm.reason_words} />
      </p>
      <p className={classes.dim}>
        {alarm.metric_title && <span>{alarm.metric_title}</span>}
        <span className={classes.told} data-failed={(alarm.actions_given_up ?? 0) > 0 || undefined}>
          {deliveryWords(alarm)}
        </span>
        {alarm.metric_id && (
          <Link to="/explore" search={{ m: alarm.metric_id }}>
            Look at the metric
          </Link>
        )}
      </p>
    </>
  );
}

function deliveryWords({ actions_delivered, actions_pending, actions_given_up = 0 }: InAlarm): string {
  const told = [actions_delivered === 1 ? '1 message delivered' : `${actions_delivered} messages delivered`];
  if (actions_pending > 0) told.push(`${actions_pending} on the way`);
  if (actions_given_up > 0) told.push(`${actions_given_up} given up`);
  return told.join(', ');
}
