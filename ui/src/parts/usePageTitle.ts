import { useEffect } from 'react';

/** "Alarms · Tidemark" in the tab, so that several open pages can be told apart. */
export function usePageTitle(title: string) {
  useEffect(() => {
    document.title = `${title} · Tidemark`;
  }, [title]);
}
