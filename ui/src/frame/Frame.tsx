import { useQuery } from '@tanstack/react-query';
import { Outlet, useSearch } from '@tanstack/react-router';
import { lazy, Suspense, useMemo, type ComponentType } from 'react';
import { statusQuery } from '../api/queries';
import type { Zone } from '../time/format';
import { PanelBoundary } from '../parts/PanelBoundary';
import { part } from '../parts/part';
import { useEver } from '../parts/useEver';
import { TimeViewContext, useTickingNow } from '../time/Time';
import { ConnectionBanner } from './ConnectionBanner';
import classes from './Frame.module.css';
import { HelpDialog } from './HelpDialog';
import { Rail } from './Rail';
import { useShortcuts } from './shortcuts';
import { TopBar } from './TopBar';

const SettingsDrawer = lazy(part(() => import('../detector/SettingsDrawer')));
const WhyDrawer = lazy(part(() => import('../why/WhyDrawer')));

/** What stays while pages change: rail, top bar, banner, and the time and zone that all of them show. */
export function Frame() {
  const { tz, why, settings } = useSearch({ from: '__root__' });
  const zone: Zone = tz === 'local' ? 'local' : 'utc';
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
      <UrlDrawer what="why" id={why} drawer={WhyDrawer} />
      <UrlDrawer what="the band settings" id={settings} drawer={SettingsDrawer} />
    </TimeViewContext>
  );
}

interface UrlDrawerProps {
  what: string;
  /** What the URL asks for; undefined: closed. */
  id: string | undefined;
  drawer: ComponentType<{ id: string | undefined }>;
}

/** A drawer over whatever page is there, loaded when it opens for the first time. */
function UrlDrawer({ what, id, drawer: Drawer }: UrlDrawerProps) {
  if (!useEver(id !== undefined)) return null;
  return (
    <PanelBoundary what={what}>
      <Suspense>
        <Drawer id={id} />
      </Suspense>
    </PanelBoundary>
  );
}
