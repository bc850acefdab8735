import { useLocalStorage } from '@mantine/hooks';
import { useNavigate } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';

export const SHORTCUTS: { keys: string; words: string }[] = [
  { keys: 'g n', words: 'Go to Now' },
  { keys: 'g e', words: 'Go to Explore' },
  { keys: 'g a', words: 'Go to Alarms' },
  { keys: 'g c', words: 'Go to Calendars' },
  { keys: '/', words: 'Search or filter on this page' },
  { keys: '?', words: 'Show this help' },
  { keys: 'Esc', words: 'Close, or free the cross-hair of a chart' },
  { keys: '← →', words: 'In a chart: previous, next point (Home, End: first, last)' },
  { keys: 'PgUp PgDn', words: 'In a chart: previous, next finding' },
  { keys: 'Enter', words: 'In a chart: why is this point a finding' },
  { keys: '+ −', words: 'In a chart: zoom in around the cross-hair, zoom out' },
  { keys: 'e r k v', words: 'In the Why of a finding: expected, real, known, reviewed' },
];

const PAGE_OF_KEY: Record<string, '/' | '/explore' | '/alarms' | '/calendars'> = { n: '/', e: '/explore', a: '/alarms', c: '/calendars' };
const SEQUENCE_MS = 1200;

/** The one field on a page that `/` goes to carries this attribute. */
export const SEARCH_FIELD = { 'data-search-field': true };

const isTyping = (target: EventTarget | null) =>
  target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));

export interface Shortcuts {
  isHelpOpen: boolean;
  openHelp: () => void;
  closeHelp: () => void;
  areOn: boolean;
  setOn: (on: boolean) => void;
}

/** Single keys get in the way of speech input, so a person can turn them off (WCAG 2.1.4). */
const useSwitch = () => useLocalStorage({ key: 'tidemark-shortcuts', defaultValue: true });

const isPlainKey = (event: KeyboardEvent) =>
  !event.defaultPrevented && !event.ctrlKey && !event.metaKey && !event.altKey && !event.repeat && !isTyping(event.target);

/** Single keys of a part of the page that has the keyboard to itself, such as a drawer. Answers whether they are on. */
export function useSingleKeys(onKey: (key: string) => void): boolean {
  const [areOn] = useSwitch();
  const latest = useRef(onKey);
  latest.current = onKey;
  useEffect(() => {
    if (!areOn) return;
    const onKeyDown = (event: KeyboardEvent) => {
      if (isPlainKey(event)) latest.current(event.key);
    };
    document.addEventListener('keydown', onKeyDown);
    return () => document.removeEventListener('keydown', onKeyDown);
  }, [areOn]);
  return areOn;
}

export function useShortcuts(): Shortcuts {
  const navigate = useNavigate();
  const [isHelpOpen, setHelpOpen] = useState(false);
  const [areOn, setOn] = useSwitch();

  useEffect(() => {
    if (!areOn) return;
    let goPressedAt = -Infinity;
    const onKeyDown = (event: KeyboardEvent) => {
      if (!isPlainKey(event)) return;
      // A dialog has the keyboard to itself.
      if (document.querySelector('[aria-modal="true"]')) return;
      const page = PAGE_OF_KEY[event.key];
      if (page && event.timeStamp - goPressedAt < SEQUENCE_MS) {
        goPressedAt = -Infinity;
        void navigate({ to: page });
      } else if (event.key === 'g') {
        goPressedAt = event.timeStamp;
      } else if (event.key === '?') {
        setHelpOpen(true);
      } else if (event.key === '/') {
        const field = document.querySelector<HTMLInputElement>('[data-search-field]');
        if (!field) return;
        event.preventDefault();
        field.focus();
        field.select();
      }
    };
    document.addEventListener('keydown', onKeyDown);
    return () => document.removeEventListener('keydown', onKeyDown);
  }, [areOn, navigate]);

  return { isHelpOpen, openHelp: () => setHelpOpen(true), closeHelp: () => setHelpOpen(false), areOn, setOn };
}
