import { IconRadar } from '@tabler/icons-react';
import classes from './SeverityBadge.module.css';

/** Found by the watch that every series has, without anybody having asked for it. */
export function AlwaysOnBadge() {
  return (
    <span className={classes.badge} title="Found by the watch that every series has, without a detector">
      <IconRadar size={15} aria-hidden />
      Always-on watch
    </span>
  );
}
