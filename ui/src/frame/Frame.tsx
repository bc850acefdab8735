import { useQuery } from '@tanstack/react-query';
import { Outlet, useSearch } from '@tanstack/react-router';
import { lazy, Suspense, useMemo } from 'react';
import { statusQuery } from '../api/queries';
import type { Zone } from '../time/format';
import { PanelBoundary } from '../parts/PanelBoundary';
import { useEver } from '../parts/useEver';
import { TimeViewContext, useTickingNow } from '../time/Time';
import { ConnectionBanner } from './ConnectionBanner';
import classes from './Frame.module.css';
import { HelpDialog } from './HelpDialog';
import { Rail } from './Rail';
import { useShortcuts } from './shortcuts';
import { TopBar } from './TopBar';

const WhyDrawer = lazy(() => import('../why/WhyDrawer'));

/** What stays while pages change: rail, top bar, banner, and the time and zone that all of them show. */
export function Frame() {
  const { tz, why } = useSearch({ from: '__root__' });
  const zone: Zone = tz === 'local' ? 'local' : 'utc';
  const isWhyNeeded = useEver(why !== undefined);
  const status = useQuery(statusQuery());
  const now = useTickingNow(status.data?.now, status.data?.clock === 'frozen');
  const timeView = useMemo(() => ({ zone, now }), [zone, now]);
  const shortcuts = useShortcuts();

  return (
    <TimeViewContext value={timeView}>
      <a className={classes.skip} href="#content">
        Skip to content
      </a>
      <div className={classes.frame}>
        <Rail />
        <div className={classes.main}>
          <TopBar status={status.data} onHelp={shortcuts.openHelp} />
          <ConnectionBanner statusReadAt={status.dataUpdatedAt} statusError={status.error} />
          <main id="content" tabIndex={-1} className={classes.content}>
            <Outlet />
          </main>
        </div>
      </div>
      <HelpDialog shortcuts={shortcuts} />
      {isWhyNeeded && (
        <PanelBoundary what="why">
          <Suspense>
            <WhyDrawer id={why} />
          </Suspense>
        </PanelBoundary>
      )}
    </TimeViewContext>
  );
}
