import { createMemoryHistory } from '@tanstack/react-router';
import { render } from '@testing-library/react';
import axe from 'axe-core';
import { makeQueryClient } from '../api/queries';
import { App } from '../App';
import { makeRouter } from '../router';

/** The whole application at a path, as a browser would open it. */
export function openApp(path: string) {
  const history = createMemoryHistory({ initialEntries: [path] });
  const router = makeRouter(history);
  const client = makeQueryClient();
  client.setDefaultOptions({ queries: { ...client.getDefaultOptions().queries, retry: false } });
  const view = render(<App client={client} router={router} />);
  return { ...view, history, router };
}

/** Faults that axe finds. Contrast needs real pixels: e2e/demo.test.mjs judges it. */
export async function axeFaults(element: Element): Promise<string[]> {
  const { violations } = await axe.run(element, { rules: { 'color-contrast': { enabled: false }, region: { enabled: false } } });
  return violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.html).join(' ')}`);
}
