import { IconBellZ } from '@tabler/icons-react';
import type { Alarm } from '../api/types';
import { untilText } from '../time/format';
import { useDataNow, useZone } from '../time/Time';
import classes from './AlarmList.module.css';

/** "Muted until 14:05", where it is. */
export function MutedBadge({ alarm }: { alarm: Alarm }) {
  const zone = useZone();
  const now = useDataNow();
  if (!alarm.muted_until) return null;
  return (
    <span className={classes.muted} title={alarm.muted_by ? `By the mute rule ${alarm.muted_by}` : undefined}>
      <IconBellZ size={14} aria-hidden /> Muted until {untilText(Date.parse(alarm.muted_until) / 1000, now, zone)}
    </span>
  );
}
