import { createRootRoute, createRoute, createRouter, lazyRouteComponent, retainSearchParams, type RouterHistory } from '@tanstack/react-router';
import { Frame } from './frame/Frame';
import { NotFound } from './frame/NotFound';
import { NowPage } from './now/NowPage';
import { ErrorNote } from './parts/ErrorNote';
import { PageError } from './parts/PageError';
import { part } from './parts/part';
import { alarmSearch, alarmsSearch, calendarsSearch, exploreSearch, rootSearch } from './search';

const root = createRootRoute({
  component: Frame,
  notFoundComponent: NotFound,
  errorComponent: ({ error }) => <ErrorNote title="This page cannot be shown" error={error} onRetry={() => location.reload()} />,
  validateSearch: rootSearch,
  // The zone chosen on one page holds on the next.
  search: { middlewares: [retainSearchParams(['tz'])] },
});

const home = createRoute({ getParentRoute: () => root, path: '/', component: NowPage });
const now = createRoute({ getParentRoute: () => root, path: '/now', component: NowPage });

const explore = createRoute({
  getParentRoute: () => root,
  path: '/explore',
  validateSearch: exploreSearch,
  component: lazyRouteComponent(part(() => import('./explore/ExplorePage')), 'ExplorePage'),
});

const alarms = createRoute({
  getParentRoute: () => root,
  path: '/alarms',
  validateSearch: alarmsSearch,
  component: lazyRouteComponent(part(() => import('./alarms/AlarmsPage')), 'AlarmsPage'),
});

const alarm = createRoute({
  getParentRoute: () => root,
  path: '/alarms/$name',
  validateSearch: alarmSearch,
  component: lazyRouteComponent(part(() => import('./alarms/AlarmPage')), 'AlarmPage'),
});

const calendars = createRoute({
  getParentRoute: () => root,
  path: '/calendars',
  validateSearch: calendarsSearch,
  component: lazyRouteComponent(part(() => import('./calendars/CalendarsPage')), 'CalendarsPage'),
});

const routeTree = root.addChildren([home, now, explore, alarms, alarm, calendars]);

export const makeRouter = (history?: RouterHistory) =>
  createRouter({ routeTree, history, defaultPreload: 'intent', defaultErrorComponent: PageError, scrollRestoration: true });

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof makeRouter>;
  }
  interface HistoryState {
    /** What was done on the page before, said on the one that it leads to. */
    said?: string;
  }
}
