import { infiniteQueryOptions, keepPreviousData, QueryClient, queryOptions } from '@tanstack/react-query';
import { alarmPath, ApiError, detectorPath, findingPath, getJson, postJson } from './client';
import type { Alarm, AlarmsPage, AlarmState, Backtest, BacktestRequest, CalendarMatch, Chart, Delivery, Detector, DetectorsPage, FindingsPage, HistoryItem, Instant, Metric, MetricsPage, Mute, Now, SharedCalendar, Status, TeamBudget, TeamRequest, Topic, Why } from './types';

const PENDING_POLL_MS = 3000;
const HEARTBEAT_MS = 15_000;

export function makeQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        // The event stream says when something changed; until then what is here is true.
        staleTime: 60_000,
        refetchOnWindowFocus: true,
        // A refusal stays one when asked again; only a lost or overloaded server is worth a second try.
        retry: (failures, error) =>
          failures < 2 && error instanceof ApiError && (error.isUnreachable || error.status === 503),
        retryDelay: (attempt) => 500 * 2 ** attempt,
        networkMode: 'always',
      },
      mutations: { networkMode: 'always' },
    },
  });
}

export const statusQuery = () =>
  queryOptions({
    queryKey: ['status'],
    queryFn: ({ signal }) => getJson<Status>('/status', {}, signal, 'counts'),
    // The heartbeat by which a lost server is noticed even when the event stream hangs silently.
    refetchInterval: HEARTBEAT_MS,
  });

export const nowQuery = () =>
  queryOptions({
    queryKey: ['now'],
    queryFn: ({ signal }) => getJson<Now>('/now', {}, signal, 'in_alarm'),
    // Deliveries end without an event: look again while some are on their way.
    refetchInterval: (query) => (query.state.data?.in_alarm.some((a) => a.actions_pending > 0) ? PENDING_POLL_MS : false),
  });

export const metricsQuery = (search: string) =>
  infiniteQueryOptions({
    queryKey: ['metrics', search],
    queryFn: ({ signal, pageParam }) =>
      getJson<MetricsPage>('/metrics', { search, limit: 50, cursor: pageParam ?? undefined }, signal, 'metrics'),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
    placeholderData: keepPreviousData,
  });

export const metricQuery = (id: string) =>
  queryOptions({
    queryKey: ['metrics', 'one', id],
    queryFn: async ({ signal }): Promise<Metric | null> => (await getJson<MetricsPage>('/metrics', { id }, signal, 'metrics')).metrics[0] ?? null,
    enabled: id !== '',
  });

/** What a chart shows. Empty strings and undefined leave the choice to the server. */
export interface ChartRequest {
  metric?: string;
  alarm?: string;
  stat?: string;
  period?: number;
  from?: string;
  to?: string;
  k?: number;
}

const getChart = (wanted: ChartRequest, signal: AbortSignal) => getJson<Chart>('/chart', { ...wanted }, signal, 'points');

/** A new range of the same metric replaces the old picture when it is there, not before. */
const oldPicture =
  (wanted: ChartRequest) =>
  <T>(previous: T | undefined, previousQuery: { queryKey: readonly unknown[] } | undefined): T | undefined => {
    const before = previousQuery?.queryKey[1] as ChartRequest | undefined;
    return before?.metric === wanted.metric && before?.alarm === wanted.alarm ? previous : undefined;
  };

export const chartQuery = (wanted: ChartRequest) =>
  queryOptions({
    queryKey: ['chart', wanted],
    queryFn: ({ signal }) => getChart(wanted, signal),
    placeholderData: oldPicture(wanted),
  });

const isTooMany = (error: unknown) => error instanceof ApiError && error.code === 'too_many_points';

/** The chart in the shortest of `periods` that the server takes for this range; null: it takes none of them. */
async function firstThatFits(wanted: ChartRequest, periods: number[], signal: AbortSignal): Promise<Chart | null> {
  for (const period of periods) {
    try {
      return await getChart({ ...wanted, period }, signal);
    } catch (error) {
      if (!isTooMany(error)) throw error;
    }
  }
  return null;
}

/** A chart whose period may be longer than was wanted, `isLonger`, where its range would have too many of those. `periods` rise. */
export const fittingChartQuery = (wanted: ChartRequest, periods: number[]) =>
  queryOptions({
    queryKey: ['chart', wanted, 'fitting'],
    queryFn: async ({ signal }): Promise<Chart & { isLonger: boolean }> => {
      try {
        return { ...(await getChart(wanted, signal)), isLonger: false };
      } catch (refusal) {
        const longer = periods.filter((period) => period > (wanted.period ?? 0));
        const chart = isTooMany(refusal) ? await firstThatFits(wanted, longer, signal) : null;
        if (chart === null) throw refusal;
        return { ...chart, isLonger: true };
      }
    },
    placeholderData: oldPicture(wanted),
  });

export const detectorQuery = (id: string) =>
  queryOptions({ queryKey: ['detectors', 'one', id], queryFn: ({ signal }) => getJson<Detector>(detectorPath(id), {}, signal, 'choices'), enabled: id !== '' });

export const detectorsQuery = (metric: string) =>
  // Shared calendars come to a detector in the background.
  queryOptions({ queryKey: ['detectors', metric], queryFn: ({ signal }) => getJson<DetectorsPage>('/detectors', { metric }, signal, 'detectors'), staleTime: 0 });

/** More than a person reads; the newest are the ones that count. */
export const FINDINGS_MAX = 200;

export interface FindingsRequest {
  metric: string;
  from: Instant;
  to: Instant;
}

export const findingsQuery = (wanted: FindingsRequest) =>
  queryOptions({
    queryKey: ['findings', wanted],
    // With those of replayed history and of the always-on watch: the chart marks them too.
    queryFn: ({ signal }) => getJson<FindingsPage>('/findings', { ...wanted, tier: 'all', replay: 1, limit: FINDINGS_MAX }, signal, 'findings'),
    placeholderData: (previous, previousQuery) => {
      const before = previousQuery?.queryKey[1] as FindingsRequest | undefined;
      return before?.metric === wanted.metric ? previous : undefined;
    },
  });

/** Calendars that are given once. Other windows, the API and reloads change them too, and nobody is told. */
export const calendarsQuery = () =>
  queryOptions({
    queryKey: ['calendars'],
    queryFn: async ({ signal }) => (await getJson<{ calendars: SharedCalendar[] }>('/calendars', {}, signal, 'calendars')).calendars,
    staleTime: 0,
    refetchInterval: (query) => (query.state.data?.some((calendar) => calendar.pending > 0) ? PENDING_POLL_MS : false),
  });

/** How many detectors a calendar of this match is for now; null: it is not said whole yet. */
export const matchCountQuery = (match: CalendarMatch | null) =>
  queryOptions({
    queryKey: ['detectors', 'match', match],
    queryFn: async ({ signal }) => (await getJson<DetectorsPage>('/detectors', { match: JSON.stringify(match), limit: 1 }, signal, 'total')).total,
    enabled: match !== null,
    placeholderData: keepPreviousData,
  });

/** How far back "unusual, and nobody watches it" looks. */
export const UNWATCHED_DAYS = 7;
const UNWATCHED_POLL_MS = 60_000;

/** What the always-on watch found lately, newest first. Of its own key: all series are looked through for it, which is not for every batch of samples. */
export const alwaysOnQuery = () =>
  queryOptions({
    queryKey: ['always-on'],
    queryFn: ({ signal }) => getJson<FindingsPage>('/findings', { tier: 'always_on', from: `now-${UNWATCHED_DAYS}d`, limit: FINDINGS_MAX }, signal, 'findings'),
    refetchInterval: UNWATCHED_POLL_MS,
  });

export const whyQuery = (id: string) =>
  queryOptions({
    queryKey: ['why', id],
    queryFn: ({ signal }) => getJson<Why>(`${findingPath(id)}/why`, {}, signal, 'finding'),
    // The server replays the metric's history for it: not again just because the window was looked at.
    refetchOnWindowFocus: false,
  });

/** After a verdict or a choice: the models have learned anew, so all that they said is asked for again. */
export const refreshJudged = (client: QueryClient) =>
  Promise.all(['chart', 'findings', 'always-on', 'why', 'detectors', 'calendars', 'alarms', 'metrics', 'status', 'now'].map((name) => client.invalidateQueries({ queryKey: [name] })));

export const alarmsQuery = (state: AlarmState | undefined, search: string) =>
  infiniteQueryOptions({
    queryKey: ['alarms', 'list', state, search],
    queryFn: ({ signal, pageParam }) =>
      getJson<AlarmsPage>('/alarms', { state, search, limit: 100, cursor: pageParam ?? undefined }, signal, 'alarms'),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
    placeholderData: keepPreviousData,
  });

/** The most that the server gives at once. */
const ALARMS_MAX = 1000;

/** The names of the alarms on the usual range that this detector learns. */
export const bandAlarmsQuery = ({ id, metric_id, metric_title }: Detector) =>
  queryOptions({
    queryKey: ['alarms', 'of band', id],
    queryFn: async ({ signal }) => {
      // An alarm may call the same expression by another label.
      const search = metric_id === null ? undefined : metric_title;
      const { alarms } = await getJson<AlarmsPage>('/alarms', { search, limit: ALARMS_MAX }, signal, 'alarms');
      return alarms.filter((alarm) => alarm.band_k !== null && alarm.detector_id === id).map((alarm) => alarm.name);
    },
    // Someone may have made one a moment ago, by another way in.
    staleTime: 0,
  });

export const alarmQuery = (ref: string) =>
  queryOptions({ queryKey: ['alarms', 'one', ref], queryFn: ({ signal }) => getJson<Alarm>(alarmPath(ref), {}, signal, 'state') });

export const historyQuery = (ref: string, limit: number) =>
  queryOptions({
    queryKey: ['alarms', 'history', ref, limit],
    queryFn: ({ signal }) => getJson<{ items: HistoryItem[] }>(`${alarmPath(ref)}/history`, { limit }, signal, 'items'),
    placeholderData: keepPreviousData,
  });

export const deliveriesQuery = (ref: string) =>
  queryOptions({
    queryKey: ['alarms', 'deliveries', ref],
    queryFn: ({ signal }) => getJson<{ deliveries: Delivery[] }>(`${alarmPath(ref)}/deliveries`, {}, signal, 'deliveries'),
    refetchInterval: (query) => (query.state.data?.deliveries.some((d) => d.state === 'pending') ? PENDING_POLL_MS : false),
  });

/** The mute rules of an alarm. */
export const mutesQuery = (alarm: string) =>
  queryOptions({ queryKey: ['mutes', alarm], queryFn: async ({ signal }) => (await getJson<{ mutes: Mute[] }>('/mutes', { alarm }, signal, 'mutes')).mutes });

/** After a rule came or went: it may bear on any alarm, and on what a backtest counts. */
export const refreshMuted = (client: QueryClient) => Promise.all(['mutes', 'alarms', 'now', 'backtest'].map((name) => client.invalidateQueries({ queryKey: [name] })));

export const topicsQuery = () =>
  queryOptions({ queryKey: ['topics'], queryFn: ({ signal }) => getJson<{ topics: Topic[] }>('/topics', {}, signal, 'topics') });

/** Names this page to the server, so that a newer backtest of it ends the one before there, too. */
const SESSION = Math.random().toString(36).slice(2);

/** When the alarm would have fired; null: there is nothing to ask for yet. A new question cancels the one before. */
export const backtestQuery = (wanted: BacktestRequest | null) =>
  queryOptions({
    queryKey: ['backtest', wanted],
    queryFn: ({ signal }) => postJson<Backtest>('/backtest', wanted, { signal, headers: { 'x-tidemark-session': SESSION } }),
    enabled: wanted !== null,
    placeholderData: keepPreviousData,
    // It works for seconds: not again just because the window was looked at.
    refetchOnWindowFocus: false,
  });

/** One width for a team's alarms. Up to a second for each of them, so nothing asks again by itself. */
export const teamBudgetQuery = (wanted: TeamRequest | null) =>
  queryOptions({
    queryKey: ['backtest', 'team', wanted],
    queryFn: ({ signal }) => postJson<TeamBudget>('/backtest/team', wanted, { signal, headers: { 'x-tidemark-session': SESSION } }),
    enabled: wanted !== null,
    refetchOnWindowFocus: false,
    staleTime: Infinity,
  });
