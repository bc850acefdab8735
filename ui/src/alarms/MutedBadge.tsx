import { IconBellOff, IconBellZ } from '@tabler/icons-react';
import type { Alarm } from '../api/types';
import { untilText, zoneLabel } from '../time/format';
import { useDataNow, useZone } from '../time/Time';
import classes from './AlarmList.module.css';

/** "Muted until 14:05 UTC", where it is. */
export function MutedBadge({ alarm }: { alarm: Pick<Alarm, 'muted_by' | 'muted_until'> }) {
  const zone = useZone();
  const now = useDataNow();
  if (!alarm.muted_until) return null;
  return (
    <span className={classes.muted} title={alarm.muted_by ? `By the mute rule ${alarm.muted_by}` : undefined}>
      <IconBellZ size={14} aria-hidden /> Muted until {untilText(Date.parse(alarm.muted_until) / 1000, now, zone)} {zoneLabel(zone)}
    </span>
  );
}

/** Why nobody is told of an alarm, where it stands among others. An older server does not say of `actions_enabled` everywhere. */
export function QuietBadges({ alarm }: { alarm: Pick<Alarm, 'muted_by' | 'muted_until'> & { actions_enabled?: boolean } }) {
  return (
    <>
      <MutedBadge alarm={alarm} />
      {alarm.actions_enabled === false && (
        <span className={classes.muted}>
          <IconBellOff size={14} aria-hidden /> tells no one
        </span>
      )}
    </>
  );
}
