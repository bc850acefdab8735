import { act, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { beforeEach, expect, test, vi } from 'vitest';
import { mountPlot } from '../chart/plot';
import { recordRequests, serveState } from '../testing/fake_api';
import { openApp } from '../testing/render';

vi.mock(import('../chart/plot'), async (original) => ({ ...(await original()), mountPlot: vi.fn() }));

const EVERY_MS = 20_000;
const BAND = 'flights-recordsRead-band';

/** What would be done in the next 20 s. */
let ticks: (() => void)[];
beforeEach(() => {
  vi.mocked(mountPlot).mockReturnValue({ moveTo: vi.fn(), release: vi.fn(), resize: vi.fn(), destroy: vi.fn() });
  serveState('demo');
  ticks = [];
  const real = globalThis.setInterval;
  vi.spyOn(globalThis, 'setInterval').mockImplementation(((run: () => void, ms?: number) => {
    if (ms === EVERY_MS) ticks.push(run);
    return real(run, ms);
  }) as typeof setInterval);
});
const later = () => act(() => ticks.forEach((tick) => tick()));
/** What somebody else does, of which no event tells. */
const elsewhere = (method: string, path: string, body?: object) =>
  fetch(`${location.origin}/api/tidemark/v1${path}`, { method, headers: { 'content-type': 'application/json' }, body: body && JSON.stringify(body) });

test('an alarm that was deleted elsewhere leaves the list', async () => {
  openApp('/alarms');
  await screen.findByRole('link', { name: BAND });
  await elsewhere('DELETE', `/alarms/${BAND}`);
  later();
  await waitFor(() => expect(screen.queryByRole('link', { name: BAND })).toBeNull());
});

test("an alarm's page follows a mute, the switch and a deletion", async () => {
  openApp(`/alarms/${BAND}`);
  expect(await screen.findByText('No rule mutes this alarm.')).toBeVisible();
  expect(screen.getByRole('switch', { name: 'Tell people' })).toBeChecked();
  await elsewhere('PUT', '/mutes/night', { alarms: [BAND], for: '2h' });
  await elsewhere('POST', `/alarms/${BAND}/actions`, { enabled: false });
  later();
  await waitFor(() => expect(screen.queryByText('No rule mutes this alarm.')).toBeNull());
  await waitFor(() => expect(screen.getByRole('switch', { name: /Tell people/ })).not.toBeChecked());
  await elsewhere('DELETE', `/alarms/${BAND}`);
  later();
  expect(await screen.findByText('This alarm has been deleted')).toBeVisible();
  expect(screen.getByRole('link', { name: 'All alarms' })).toHaveAttribute('href', '/alarms');
});

test('the page Now shows a mute', async () => {
  openApp('/');
  await screen.findAllByRole('link', { name: BAND });
  await elsewhere('PUT', '/mutes/night', { alarms: [BAND], for: '2h' });
  later();
  expect(await screen.findByText(/^Muted until/)).toBeVisible();
});

test('a window that gets the focus is brought up to date at once; one that is hidden asks nothing', async () => {
  openApp('/alarms');
  await screen.findByRole('link', { name: BAND });
  const hidden = vi.spyOn(document, 'visibilityState', 'get').mockReturnValue('hidden');
  const seen = recordRequests();
  later();
  expect(seen).toEqual([]);
  hidden.mockRestore();
  await elsewhere('DELETE', `/alarms/${BAND}`);
  const now = Date.now() + 3000;
  vi.spyOn(Date, 'now').mockReturnValue(now);
  act(() => void window.dispatchEvent(new Event('focus')));
  await waitFor(() => expect(screen.queryByRole('link', { name: BAND })).toBeNull());
});

test('what is half typed stays', async () => {
  openApp('/alarms?create=true');
  const name = await screen.findByRole('textbox', { name: 'Name' });
  await userEvent.type(name, 'half');
  later();
  await waitFor(() => expect(screen.getByRole('textbox', { name: 'Name' })).toHaveValue('half'));
});
