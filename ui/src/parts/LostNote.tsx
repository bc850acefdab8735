import { IconPlugConnectedX } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { SHOW_AFTER_MS, useConnection } from '../api/live';
import classes from './LostNote.module.css';

/** What lies over the page hides the banner that the server is gone; there this says so. */
export function LostNote() {
  const { lostSince } = useConnection();
  const [isShown, setIsShown] = useState(false);
  useEffect(() => {
    setIsShown(false);
    if (lostSince === null) return;
    const timer = setTimeout(() => setIsShown(true), Math.max(0, lostSince + SHOW_AFTER_MS - Date.now()));
    return () => clearTimeout(timer);
  }, [lostSince]);
  if (!isShown) return null;
  return (
    <div className={classes.note} role="status">
      <IconPlugConnectedX size={18} aria-hidden />
      <span>The server does not answer. What you see may be old, and nothing can be saved. Trying again by itself.</span>
    </div>
  );
}
