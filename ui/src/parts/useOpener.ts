import { useEffect, useRef } from 'react';

/**
 * Remembers what had the keyboard when a drawer opened; the answer gives it back. The library does the same, but not
 * for a drawer that a link opens, nor when the row that opened it has been drawn anew.
 */
export function useOpener(isOpen: boolean): () => void {
  const opener = useRef<Element | null>(null);
  const wasOpen = useRef(false);
  // While drawing, since the drawer's own effects move the keyboard first.
  if (isOpen && !wasOpen.current) opener.current = document.activeElement;
  useEffect(() => {
    wasOpen.current = isOpen;
  }, [isOpen]);
  return () => {
    const element = opener.current;
    const target = element instanceof HTMLElement && element.isConnected && element !== document.body ? element : document.getElementById('content');
    target?.focus({ preventScroll: element !== target });
  };
}
