import { act, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { http } from 'msw';
import { beforeEach, expect, test, vi } from 'vitest';
import type { Alarm, Chart } from '../api/types';
import { mountPlot } from '../chart/plot';
import { serveState, server } from '../testing/fake_api';
import { axeFaults, openApp } from '../testing/render';
import { newestWords } from './NewestValue';

vi.mock(import('../chart/plot'), async (original) => ({ ...(await original()), mountPlot: vi.fn() }));

beforeEach(() => {
  vi.mocked(mountPlot).mockReturnValue({ moveTo: vi.fn(), release: vi.fn(), resize: vi.fn(), destroy: vi.fn() });
  serveState('demo');
});

const BAND = 'flights-recordsRead-band';
const given = async () => (await (await fetch(`${location.origin}/api/tidemark/v1/alarms/${BAND}`)).json()) as Alarm;

test('a reason that is of an earlier time says so, and the newest value stands beside it', async () => {
  const alarm: Alarm = { ...(await given()), state: 'OK', state_since: '2013-12-20T00:00:00Z', state_reason_words: 'glue.driver.aggregate.recordsRead was 900 again; usual at this time is 880 to 1,010.' };
  server.use(http.get('*/alarms/:name', () => Response.json(alarm)));
  const { container } = openApp(`/alarms/${BAND}`);
  expect(await screen.findByText(/^When it changed:/)).toBeVisible();
  expect(screen.getByText('When it changed:').closest('p')).toHaveTextContent('When it changed: glue.driver.aggregate.recordsRead was 900 again; usual at this time is 880 to 1,010.');
  expect(screen.getByText(/^Newest value, Mon,? 30 Dec 2013 UTC: \d/)).toBeVisible();
  expect(await axeFaults(container)).toEqual([]);
});

test('a reason of the newest period needs no other value beside it', async () => {
  const alarm: Alarm = { ...(await given()), state_since: '2013-12-31T00:00:00Z' };
  server.use(http.get('*/alarms/:name', () => Response.json(alarm)));
  openApp(`/alarms/${BAND}`);
  await screen.findByRole('application');
  expect(screen.queryByText(/^When it changed/)).toBeNull();
  expect(screen.queryByText(/^Newest value/)).toBeNull();
});

test('beside a fixed limit the newest value stands with the limit', () => {
  const chart = { threshold: 125.6, unit: 'Bytes', stat: 'Sum', period_s: 3600 } as Chart;
  const row = { at: Date.parse('2026-03-24T05:00:00Z') / 1000, value: 85.24 } as Parameters<typeof newestWords>[0]['row'];
  expect(newestWords({ chart, row }, 'utc')).toBe('Newest value, 24 Mar 2026, 05:00 UTC: 85.24 bytes; the limit is 125.6 bytes.');
});

test('the list says which alarm was deleted, until the next step', async () => {
  const { history } = openApp(`/alarms/${BAND}`);
  await userEvent.click(await screen.findByRole('button', { name: 'Delete' }));
  await userEvent.click(within(await screen.findByRole('dialog', { name: 'Delete this alarm?' })).getByRole('button', { name: 'Delete' }));
  expect(await screen.findByText(`The alarm “${BAND}” was deleted.`)).toHaveAttribute('role', 'status');
  act(() => history.push('/alarms?state=OK'));
  await waitFor(() => expect(screen.queryByText(/was deleted/)).toBeNull());
});
