import { act, cleanup, fireEvent, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { http } from 'msw';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { recordRequests, serveError, serveState, server } from '../testing/fake_api';
import { FakeEventSource } from '../testing/event_source';
import { axeFaults, openApp } from '../testing/render';
import type { Why } from '../api/types';
import { slotWords } from './SameSlot';

const METRIC = '1a2b3c4d';
const findingOf = (day: string) => `det-${METRIC}-Sum.86400.${Date.parse(day) / 1000}`;
const LAST = findingOf('2013-12-31');
const urlOf = (day: string) => `/explore?m=${METRIC}&why=${findingOf(day)}`;

beforeEach(() => serveState('demo'));
afterEach(() => void vi.useRealTimers());
const drawer = () => screen.findByRole('dialog', { name: /^Dip, / });
const pressed = (name: RegExp) => screen.getByRole('button', { name }).getAttribute('aria-pressed');
const verdicts = (seen: ReturnType<typeof recordRequests>) => seen.filter((r) => r.path.endsWith('/verdict'));

test('a link opens it: sentence first, then what it rests on', async () => {
  openApp(urlOf('2013-12-31'));
  const panel = await drawer();
  expect(panel).toHaveTextContent('760 on 31 Dec 2013; 844 to 1,096 are usual for a Tuesday.');
  const rows = within(within(panel).getAllByRole('table')[0]!).getAllByRole('row');
  expect(rows).toHaveLength(10);
  expect(within(panel).getByRole('heading', { name: 'The same weekday of past weeks (UTC)' })).toBeVisible();
  expect(rows[1]).toHaveTextContent('Tue, 31 Dec 2013760');
  expect(rows[2]).toHaveTextContent('Tue, 24 Dec 2013752');
  expect(within(panel).getByRole('heading', { name: 'Since then' })).toBeVisible();
  expect(panel).toHaveTextContent('From 1 Jan 2014 on the values are inside of their bands again.');
  expect(panel).toHaveTextContent('As low in 41 of 364 periods before, last on 25 Dec 2013.');
  expect(panel).toHaveTextContent('PutMetricAlarm flights/heap too full: threshold 350 → 400');
  expect(panel).toHaveTextContent('The model had learned 361 periods');
  expect(panel).toHaveTextContent('k = 3: about 997 of 1,000 ordinary periods lie inside.');
  expect(panel).toHaveTextContent('Computed again from the stored history: the same.');
  const moved = within(panel).getByRole('link', { name: /elapsedTime/ });
  expect(decodeURIComponent(moved.getAttribute('href')!)).toContain(`m=${METRIC},5e6f7a8b`);
  await userEvent.click(within(panel).getByText('The receipt'));
  expect(within(panel).getByText(LAST)).toBeVisible();
  expect(await axeFaults(panel)).toEqual([]);
});

test('in local time each time says its zone: those of sentences are of the detector, or UTC', async () => {
  openApp(`${urlOf('2013-12-31')}&tz=local`);
  const panel = await drawer();
  expect(panel).toHaveTextContent('is a day of UTC');
  expect(within(panel).getByRole('heading', { name: 'The same weekday of past weeks (local)' })).toBeVisible();
  const berlin = await (await fetch(`${location.origin}/api/tidemark/v1/findings/${LAST}/why`)).json();
  server.use(http.get('*/why', () => Response.json({ ...berlin, timezone: 'Europe/Berlin' })));
  cleanup();
  openApp(urlOf('2013-12-31'));
  expect(await drawer()).toHaveTextContent('Times within sentences are of Europe/Berlin.');
});

test('what lies over the page says that the server is gone, whose banner it hides', async () => {
  openApp(urlOf('2013-12-31'));
  const panel = await drawer();
  act(() => FakeEventSource.latest.open());
  expect(within(panel).queryByText(/does not answer/)).toBeNull();
  act(() => FakeEventSource.latest.fail());
  expect(await within(panel).findByText(/The server does not answer/, undefined, { timeout: 5000 })).toBeVisible();
  act(() => FakeEventSource.latest.open());
  await waitFor(() => expect(within(panel).queryByText(/does not answer/)).toBeNull());
});

test('by keyboard alone: open, judge with a key, undo, close; the keyboard is where it was', async () => {
  const seen = recordRequests();
  const { history } = openApp(`/explore?m=${METRIC}`);
  const link = await screen.findByRole('link', { name: 'Why: Tue, 31 Dec 2013 UTC' });
  link.focus();
  await userEvent.keyboard('{Enter}');
  await drawer();
  expect(history.location.search).toContain(`why=${LAST}`);

  await userEvent.keyboard('r');
  const undo = await screen.findByRole('button', { name: 'Undo' });
  expect(pressed(/^Real/)).toBe('true');
  await waitFor(() => expect(verdicts(seen)[0]).toEqual({ method: 'POST', path: `/findings/${LAST}/verdict`, body: { verdict: 'real', comment: '' } }));
  undo.focus();
  await userEvent.keyboard('{Enter}');
  expect(await screen.findByText('No one has judged it yet.')).toBeVisible();
  expect(verdicts(seen)[1]!.method).toBe('DELETE');

  await userEvent.keyboard('{Escape}');
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  expect(history.location.search).toBe(`?m=${METRIC}`);
  await waitFor(() => expect(screen.getByRole('link', { name: 'Why: Tue, 31 Dec 2013 UTC' })).toHaveFocus());
});

test('a comment is typed, not judged by; it goes along with the verdict', async () => {
  const seen = recordRequests();
  openApp(urlOf('2013-12-31'));
  const field = await screen.findByRole('textbox', { name: 'Comment' });
  await userEvent.type(field, 'key ever rev');
  expect(verdicts(seen)).toEqual([]);
  await userEvent.click(screen.getByRole('button', { name: /^Expected/ }));
  expect(await screen.findByRole('button', { name: 'Undo' })).toBeVisible();
  expect(verdicts(seen)[0]!.body).toEqual({ verdict: 'expected', comment: 'key ever rev' });
  await waitFor(() => expect(screen.getByRole('list', { name: /^Findings of/, hidden: true })).toHaveTextContent('Judged Expected: key ever rev'));
});

test('a comment that was begun is still there when the Why opens again', async () => {
  openApp(urlOf('2013-12-31'));
  await userEvent.type(await screen.findByRole('textbox', { name: 'Comment' }), 'half a thought{Escape}');
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  await userEvent.click(await screen.findByRole('link', { name: 'Why: Tue, 31 Dec 2013 UTC' }));
  expect(await screen.findByRole('textbox', { name: 'Comment' })).toHaveValue('half a thought');
});

test('keys that are turned off do nothing, and are not shown', async () => {
  localStorage.setItem('tidemark-shortcuts', 'false');
  const seen = recordRequests();
  openApp(urlOf('2013-12-31'));
  await drawer();
  const real = await screen.findByRole('button', { name: /^Real/ });
  await userEvent.keyboard('r');
  expect(verdicts(seen)).toEqual([]);
  expect(real).not.toHaveAttribute('aria-keyshortcuts');
});

test('after a verdict chart, findings and why are read again', async () => {
  openApp(urlOf('2013-12-31'));
  const expected = await screen.findByRole('button', { name: /^Expected/ });
  await screen.findByRole('list', { name: /^Findings of/, hidden: true });
  const seen = recordRequests();
  await userEvent.click(expected);
  await screen.findByRole('button', { name: 'Undo' });
  for (const path of ['/chart', '/findings', `/findings/${LAST}/why`, '/detectors']) {
    await waitFor(() => expect(seen.map((r) => r.path)).toContain(path));
  }
});

test('undo brings an earlier verdict back, and goes after ten seconds; taking back stays', async () => {
  const seen = recordRequests();
  openApp(urlOf('2013-11-28'));
  expect(await screen.findByRole('button', { name: 'Take it back' })).toBeVisible();
  expect(pressed(/^Known/)).toBe('true');
  await userEvent.click(screen.getByRole('button', { name: /^Expected/ }));
  await userEvent.click(await screen.findByRole('button', { name: 'Undo' }));
  await waitFor(() => expect(verdicts(seen)[1]).toMatchObject({ method: 'POST', body: { verdict: 'known', comment: 'Thanksgiving' } }));
  await waitFor(() => expect(pressed(/^Known/)).toBe('true'));

  vi.useFakeTimers({ shouldAdvanceTime: true });
  fireEvent.click(screen.getByRole('button', { name: /^Real/ }));
  await screen.findByRole('button', { name: 'Undo' });
  await act(() => vi.advanceTimersByTimeAsync(10_100));
  expect(screen.queryByRole('button', { name: 'Undo' })).toBeNull();
  expect(screen.getByRole('button', { name: 'Take it back' })).toBeVisible();
});

test('a verdict that is refused says so, and nothing is marked', async () => {
  openApp(urlOf('2013-12-31'));
  const real = await screen.findByRole('button', { name: /^Real/ });
  serveError('findings/:id/verdict', 503, { code: 'overloaded', message: 'Try again later.' });
  await userEvent.click(real);
  expect(await screen.findByText('Try again later.')).toBeVisible();
  expect(real).toHaveAttribute('aria-pressed', 'false');
  expect(screen.getByText('No one has judged it yet.')).toBeVisible();
});

test('a comment that the server refuses says so at its field, which gets the keyboard', async () => {
  openApp(urlOf('2013-12-31'));
  const field = await screen.findByRole('textbox', { name: 'Comment' });
  serveError('findings/:id/verdict', 400, { code: 'invalid_field', message: 'comment has more than 2000 bytes' });
  await userEvent.type(field, 'x');
  await userEvent.click(screen.getByRole('button', { name: /^Real/ }));
  expect(await screen.findByText('comment has more than 2000 bytes')).toBeVisible();
  await waitFor(() => expect(field).toHaveFocus());
  expect(field).toHaveAttribute('aria-invalid', 'true');
  await userEvent.type(field, 'y');
  expect(screen.queryByText('comment has more than 2000 bytes')).toBeNull();
});

test('a receipt that is not the same says why, and shows both', async () => {
  openApp(urlOf('2013-12-10'));
  const panel = await drawer();
  expect(panel).toHaveTextContent('Computed again, it is not the same: late data have changed the value since.');
  await userEvent.click(within(panel).getByText('The receipt'));
  expect(within(panel).getByRole('row', { name: 'Value 739 970' })).toBeVisible();
});

test('a finding that is not there is said as such, and the page behind goes on', async () => {
  const { history } = openApp(`/explore?m=${METRIC}&why=none.86400.1`);
  const panel = await screen.findByRole('dialog', { name: 'Why' });
  expect(await within(panel).findByText("there is no finding 'none.86400.1'")).toBeVisible();
  await userEvent.click(within(panel).getByRole('button', { name: 'Close' }));
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  expect(history.location.search).toBe(`?m=${METRIC}`);
  expect(await screen.findByRole('list', { name: /^Findings of/ })).toBeVisible();
});

test('while the server thinks, it says so and can be cancelled', async () => {
  server.use(http.get('*/findings/:id/why', () => new Promise(() => {})));
  openApp(urlOf('2013-12-31'));
  const panel = await screen.findByRole('dialog', { name: 'Why' });
  await waitFor(() => expect(panel.querySelector('[aria-busy="true"]')).not.toBeNull());
  await userEvent.click(await within(panel).findByRole('button', { name: 'Cancel' }));
  expect(await within(panel).findByText(/Cancelled: why was not loaded/)).toBeVisible();
});

test('what a URL must not ask for is dropped', async () => {
  openApp(`/explore?m=${METRIC}&why=${encodeURIComponent('../detectors/x')}`);
  await screen.findByRole('list', { name: /^Findings of/ });
  expect(screen.queryByRole('dialog')).toBeNull();
});

test.each([
  [86_400, 'week', 'The same weekday of past weeks'],
  [86_400, 'day', 'The days before'],
  [3600, 'week', 'The same hour of past weeks'],
  [3600, 'day', 'The same hour of past days'],
  [300, 'week', 'The same time of past weeks'],
] as const)('what a period of %i s is held against, by the %s', (period_s, slot_step, words) => {
  expect(slotWords({ finding: { period_s }, slot_step } as Why)).toBe(words);
});
