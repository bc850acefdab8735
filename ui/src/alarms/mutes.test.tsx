import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { beforeEach, expect, test, vi } from 'vitest';
import { http } from 'msw';
import type { Mute } from '../api/types';
import { mountPlot } from '../chart/plot';
import { recordRequests, serveError, serveState, server } from '../testing/fake_api';
import { axeFaults, openApp } from '../testing/render';
import { untilText } from '../time/format';
import { lengthOf, muteBegin, muteChoices, muteName } from './mute';

vi.mock(import('../chart/plot'), async (original) => ({ ...(await original()), mountPlot: vi.fn() }));

beforeEach(() => {
  vi.mocked(mountPlot).mockReturnValue({ moveTo: vi.fn(), release: vi.fn(), resize: vi.fn(), destroy: vi.fn() });
  serveState('demo');
});

const PAGE = '/alarms/flights-recordsRead-band';
const rule: Mute = { name: 'backups', description: '', alarms: ['a', 'b'], status: 'ACTIVE', recurs: true, muted_until: '2013-12-31T02:00:00Z', next_begin: '2014-01-05T02:00:00Z' };

test('an alarm is muted and unmuted by keyboard', async () => {
  const seen = recordRequests();
  const { container } = openApp(PAGE);
  const mute = await screen.findByRole('button', { name: 'Mute' });
  mute.focus();
  await userEvent.keyboard('{Enter}');
  await screen.findByRole('menuitem', { name: /^For 4 hours/, hidden: true });
  screen.getByRole('menuitem', { name: /^For 4 hours/, hidden: true }).focus();
  await userEvent.keyboard('{Enter}');
  const badge = await screen.findByText(/^Muted until/);
  expect(badge).toHaveAttribute('title', 'By the mute rule mute-flights-recordsRead-band');
  const put = seen.find(({ method }) => method === 'PUT');
  await waitFor(() => expect(put).toMatchObject({ path: '/mutes/mute-flights-recordsRead-band', body: { alarms: ['flights-recordsRead-band'] } }));
  expect(put?.body).toHaveProperty('for', '4h');
  expect(await axeFaults(container)).toEqual([]);
  await userEvent.click(await screen.findByRole('button', { name: 'Unmute' }));
  await waitFor(() => expect(screen.queryByText(/^Muted until/)).toBeNull());
});

test('a rule of many alarms is explained, not deleted; a refusal is said', async () => {
  server.use(http.get('*/mutes', () => Response.json({ mutes: [rule] })));
  openApp(PAGE);
  const list = await screen.findByRole('list', { name: 'Mute rules of this alarm' });
  expect(list).toHaveTextContent('This rule mutes 2 alarms');
  expect(list).toHaveTextContent('Next: 5 Jan 2014, 02:00 UTC');
  expect(within(list).queryByRole('button')).toBeNull();
  serveError('mutes/:name', 400, { code: 'limit', message: 'No more rules.' });
  await userEvent.click(screen.getByRole('button', { name: 'Mute' }));
  await userEvent.click(await screen.findByRole('menuitem', { name: /^For 1 week/, hidden: true }));
  expect(await screen.findByText('No more rules.')).toBeVisible();
});

test('a rule of others is never overwritten, and a name fits into 255 bytes', () => {
  expect(muteName('a', [])).toBe('mute-a');
  expect(muteName('a', [{ ...rule, name: 'mute-a' }])).toBe('mute-a-2');
  expect(muteName('a', [{ ...rule, name: 'mute-a', alarms: ['a'], recurs: false }])).toBe('mute-a');
  expect(new TextEncoder().encode(muteName('ä'.repeat(255), [])).length).toBeLessThanOrEqual(255);
});

test('times of a mute', () => {
  const at = Date.parse('2013-12-31T14:05:00Z') / 1000;
  expect(untilText(at, at - 3600, 'utc')).toBe('14:05');
  expect(untilText(at, at - 86_400, 'utc')).toBe('31 Dec 2013, 14:05');
});

const seconds = (...at: [number, number, number, number, number]) => new Date(...at).getTime() / 1000;
const choice = (now: number, label: RegExp) => muteChoices(now).find((one) => label.test(one.label));

test('at night one may mute until the morning of the same day, and by day until that of the next', () => {
  const night = seconds(2026, 5, 1, 3, 53);
  expect(choice(night, /today/)!.end).toBe(seconds(2026, 5, 1, 8, 0));
  expect(lengthOf(choice(night, /today/)!, night)).toBe(`${(4 * 60 + 7) * 60}s`);
  expect(choice(night, /tomorrow/)!.end).toBe(seconds(2026, 5, 2, 8, 0));
  const evening = seconds(2026, 5, 1, 20, 0);
  expect(choice(evening, /today/)).toBeUndefined();
  expect(lengthOf(choice(evening, /tomorrow/)!, evening)).toBe('43200s');
  expect(choice(evening, /1 week/)).toMatchObject({ end: evening + 7 * 86_400, length: '7d' });
});

test('a mute begins by data time, where that is another than the machine has', () => {
  const machine = Date.now() / 1000;
  expect(muteBegin(null)).toBeCloseTo(machine, 0);
  expect(muteBegin(machine - 30)).toBeCloseTo(machine, 0);
  expect(muteBegin(1_388_448_000)).toBe(1_388_448_000);
});

test('each choice says the date and time of its end', async () => {
  openApp(PAGE);
  await userEvent.click(await screen.findByRole('button', { name: 'Mute' }));
  // Data time of the mock is midnight.
  expect(await screen.findByRole('menuitem', { name: /^For 4 hours/, hidden: true })).toHaveTextContent('For 4 hoursuntil 31 Dec 2013, 04:00 UTC');
});
