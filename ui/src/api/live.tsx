import { useQueryClient, type QueryClient } from '@tanstack/react-query';
import { createContext, useContext, useEffect, useState, type ReactNode } from 'react';
import { apiUrl } from './client';

const RETRY_FIRST_MS = 1000;
const RETRY_MAX_MS = 15_000;
/** Samples come as often as once a second; pages that redraw that often cannot be read. */
const SAMPLES_EVERY_MS = 5000;

/** What the API, other windows and reloads change without an event: nobody tells of it, so it is read again. */
const UNTOLD = ['now', 'alarms', 'mutes', 'calendars', 'topics'];
const UNTOLD_EVERY_MS = 20_000;
/** A click from window to window is not worth a read each. */
const UNTOLD_AT_MOST_EVERY_MS = 2000;

/** A short break at a restart is not worth a word; and the first second of a page is always a break. */
const SHOW_AFTER_MS = 2000;

/** `lostSince`: machine time (ms) at which the stream broke; null while it stands. */
export interface Connection {
  lostSince: number | null;
  retryNow: () => void;
}

const ConnectionContext = createContext<Connection>({ lostSince: null, retryNow: () => {} });
export const useConnection = () => useContext(ConnectionContext);

/** The stream is gone for so long that people must hear of it. */
export function useIsLost(): boolean {
  const { lostSince } = useConnection();
  const [isLost, setIsLost] = useState(false);
  useEffect(() => {
    setIsLost(false);
    if (lostSince === null) return;
    const timer = setTimeout(() => setIsLost(true), Math.max(0, lostSince + SHOW_AFTER_MS - Date.now()));
    return () => clearTimeout(timer);
  }, [lostSince]);
  return isLost;
}

const refresh = (client: QueryClient, ...names: string[]) => {
  for (const name of names) void client.invalidateQueries({ queryKey: [name] });
};

/** Keeps what nobody tells of up to date while the page is looked at. A page that comes to light is read anew as a whole, below. */
function useUntold(client: QueryClient) {
  useEffect(() => {
    let readAt = Date.now();
    const read = () => {
      if (document.visibilityState !== 'visible') return;
      readAt = Date.now();
      // An answer that is still awaited is not begun anew: a slow server would never get to its end.
      for (const name of UNTOLD) void client.invalidateQueries({ queryKey: [name] }, { cancelRefetch: false });
    };
    const onFocus = () => {
      if (Date.now() - readAt >= UNTOLD_AT_MOST_EVERY_MS) read();
    };
    const timer = setInterval(read, UNTOLD_EVERY_MS);
    window.addEventListener('focus', onFocus);
    return () => {
      clearInterval(timer);
      window.removeEventListener('focus', onFocus);
    };
  }, [client]);
}

/** One event stream for all pages: what it says makes queries stale, what it fails to say shows as a banner. */
export function LiveConnection({ children }: { children: ReactNode }) {
  const client = useQueryClient();
  const [lostSince, setLostSince] = useState<number | null>(null);
  const [attempt, setAttempt] = useState(0);
  useUntold(client);

  useEffect(() => {
    let stopped = false;
    let source: EventSource | undefined;
    let retryTimer: ReturnType<typeof setTimeout> | undefined;
    let retryMs = RETRY_FIRST_MS;
    let samplesTimer: ReturnType<typeof setTimeout> | undefined;
    let wasLost = attempt > 0;

    const onSamples = () => {
      samplesTimer ??= setTimeout(() => {
        samplesTimer = undefined;
        refresh(client, 'status', 'now', 'chart', 'metrics', 'findings');
      }, SAMPLES_EVERY_MS);
    };
    const connect = () => {
      source = new EventSource(apiUrl('/events'));
      source.onopen = () => {
        retryMs = RETRY_FIRST_MS;
        setLostSince(null);
        // Nothing is replayed after a gap, so everything is read again.
        if (wasLost) void client.invalidateQueries();
        wasLost = false;
      };
      source.addEventListener('transition', () => refresh(client, 'now', 'alarms', 'status', 'chart'));
      source.addEventListener('samples', onSamples);
      source.onerror = () => {
        // The browser's own retry gives up for good on an HTTP error; ours never does.
        source?.close();
        if (stopped) return;
        wasLost = true;
        setLostSince((since) => since ?? Date.now());
        retryTimer = setTimeout(connect, retryMs);
        retryMs = Math.min(retryMs * 2, RETRY_MAX_MS);
      };
    };
    const disconnect = () => {
      source?.close();
      clearTimeout(retryTimer);
    };
    // A browser opens six connections to a server and no more: a stream for each of many tabs would leave none to read by.
    const onVisibility = () => {
      disconnect();
      wasLost = true;
      if (document.visibilityState === 'visible') connect();
    };
    document.addEventListener('visibilitychange', onVisibility);
    connect();
    return () => {
      stopped = true;
      document.removeEventListener('visibilitychange', onVisibility);
      disconnect();
      clearTimeout(samplesTimer);
    };
  }, [client, attempt]);

  const connection = { lostSince, retryNow: () => setAttempt((n) => n + 1) };
  return <ConnectionContext value={connection}>{children}</ConnectionContext>;
}
