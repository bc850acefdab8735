import { Button } from '@mantine/core';
import { IconPlugConnectedX } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { ApiError } from '../api/client';
import { useConnection, useIsLost } from '../api/live';
import { ageText } from '../time/format';
import classes from './ConnectionBanner.module.css';

/** A server that answers, if only with errors, is there: people look for the fault in another place. */
function whatIsWrong(error: Error | null): string {
  if (!(error instanceof ApiError) || error.isUnreachable) return 'The server cannot be reached.';
  return error.isSignedOut ? error.message : 'The server answers with errors.';
}

/** Says that what the page shows is old, and how old. `statusReadAt`: machine time (ms) of the last answer, 0 = none yet. */
export function ConnectionBanner({ statusReadAt, statusError }: { statusReadAt: number; statusError: Error | null }) {
  const client = useQueryClient();
  const { lostSince, retryNow } = useConnection();
  const isLost = useIsLost();
  const [now, setNow] = useState(() => Date.now());
  const isSignedOut = statusError instanceof ApiError && statusError.isSignedOut;
  const isOld = lostSince !== null || isSignedOut;
  useEffect(() => {
    if (!isOld) return;
    setNow(Date.now());
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, [isOld]);

  const isShown = isLost || isSignedOut || (lostSince !== null && statusError !== null);
  const tryAgain = () => {
    retryNow();
    void client.invalidateQueries();
  };
  // The live region stands empty from the start: one that appears with its text is not announced.
  return (
    <div role="status">
      {isShown && (
        <div className={classes.banner}>
          <IconPlugConnectedX size={18} aria-hidden />
          <span>
            {whatIsWrong(statusError)}{' '}
            {/* The clock here ticks once a second: an answer may be newer. */}
            {statusReadAt > 0
              ? `What you see is from ${ageText(Math.max(0, now - statusReadAt) / 1000)}; it may have changed.`
              : 'Nothing could be read yet.'}
            {!isSignedOut && ' Trying again by itself.'}
          </span>
          <Button size="compact-sm" variant="default" onClick={isSignedOut ? () => location.reload() : tryAgain}>
            {isSignedOut ? 'Reload' : 'Try now'}
          </Button>
        </div>
      )}
    </div>
  );
}
