import { IconPlugConnectedX } from '@tabler/icons-react';
import { useIsLost } from '../api/live';
import classes from './LostNote.module.css';

/** What lies over the page hides the banner that the server is gone; there this says so. */
export function LostNote() {
  if (!useIsLost()) return null;
  return (
    <div className={classes.note} role="status">
      <IconPlugConnectedX size={18} aria-hidden />
      <span>The server does not answer. What you see may be old, and nothing can be saved. Trying again by itself.</span>
    </div>
  );
}
