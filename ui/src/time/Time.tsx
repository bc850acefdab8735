import { createContext, useContext, useEffect, useState } from 'react';
import type { Instant } from '../api/types';
import { ageText, dateTimeText, periodText, zoneLabel, type Zone } from './format';

/** `now`: data time, epoch seconds; null until the server said it. */
export interface TimeView {
  zone: Zone;
  now: number | null;
}

export const TimeViewContext = createContext<TimeView>({ zone: 'utc', now: null });
export const useZone = () => useContext(TimeViewContext).zone;

/** Data time, moving on with the machine's clock between two answers unless it is frozen. */
export function useDataNow(): number | null {
  return useContext(TimeViewContext).now;
}

/** Turns the server's last word on data time into one that ticks (every 30 s: ages are in minutes). */
export function useTickingNow(serverNow: Instant | undefined, isFrozen: boolean): number | null {
  const [elapsed, setElapsed] = useState(0);
  useEffect(() => {
    setElapsed(0);
    if (isFrozen || !serverNow) return;
    const start = performance.now();
    const timer = setInterval(() => setElapsed((performance.now() - start) / 1000), 30_000);
    return () => clearInterval(timer);
  }, [serverNow, isFrozen]);
  return serverNow ? Date.parse(serverNow) / 1000 + elapsed : null;
}

/** A period by its name, as charts and findings call it: "Sat, 28 Dec 2013 UTC". */
export function PeriodTime({ at, periodSeconds }: { at: Instant; periodSeconds: number }) {
  const zone = useZone();
  return (
    <time dateTime={at} title={at}>
      {periodText(Date.parse(at) / 1000, periodSeconds, zone)} {zoneLabel(zone)}
    </time>
  );
}

/** Every time on every page: exact in the chosen zone, with the age beside it or in its place. */
export function Time({ at, show = 'exact' }: { at: Instant | number; show?: 'exact' | 'age' | 'both' }) {
  const { zone, now } = useContext(TimeViewContext);
  const seconds = typeof at === 'number' ? at : Date.parse(at) / 1000;
  const exact = `${dateTimeText(seconds, zone)} ${zoneLabel(zone)}`;
  const age = now === null ? null : ageText(now - seconds);
  const iso = new Date(seconds * 1000).toISOString();
  const text = show === 'exact' || age === null ? exact : show === 'age' ? age : `${exact} (${age})`;
  return (
    <time dateTime={iso} title={show === 'age' ? exact : iso}>
      {text}
    </time>
  );
}
