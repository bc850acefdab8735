import { Link } from '@tanstack/react-router';
import { nameWords } from '../alarms/words';
import type { InAlarm } from '../api/types';
import { Panel } from '../parts/Panel';
import { limitText, numberText } from '../time/format';
import { Time } from '../time/Time';
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
      </div>
      <p className={classes.reason}>{alarm.reason_words}</p>
      <p className={classes.dim}>
        {alarm.metric_title && <span>{alarm.metric_title}</span>}
        <span>{limitWords(alarm)}</span>
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

function limitWords({ value, lower, upper }: InAlarm): string {
  if (value === null) return '';
  if (lower !== null && upper !== null) return `${numberText(value)} (usual: ${limitText(lower)} to ${limitText(upper)})`;
  if (upper !== null) return `${numberText(value)} (limit: at most ${numberText(upper)})`;
  return lower !== null ? `${numberText(value)} (limit: at least ${numberText(lower)})` : numberText(value);
}

function deliveryWords({ actions_delivered, actions_pending, actions_given_up = 0 }: InAlarm): string {
  const told = [actions_delivered === 1 ? '1 message delivered' : `${actions_delivered} messages delivered`];
  if (actions_pending > 0) told.push(`${actions_pending} on the way`);
  if (actions_given_up > 0) told.push(`${actions_given_up} given up`);
  return told.join(', ');
}
