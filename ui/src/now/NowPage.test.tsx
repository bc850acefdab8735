import { act, cleanup, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { beforeEach, expect, test, vi } from 'vitest';
import type { Counts, Finding } from '../api/types';
import { FakeEventSource } from '../testing/event_source';
import { http } from 'msw';
import { recordRequests, serveError, serveNothing, serveState, server } from '../testing/fake_api';
import { axeFaults, openApp } from '../testing/render';
import { unwatchedOf } from './by_metric';
import { moodOf } from './Verdict';

const counts: Counts = { series: 9, metrics: 9, alarms: 3, in_alarm: 0, insufficient_data: 0, detectors: 1, learning: 0, deliveries_pending: 0, deliveries_dead: 0 };

beforeEach(() => serveState('demo'));

test('says what is in alarm and why, in words', async () => {
  const { container } = openApp('/');
  expect(await screen.findByRole('heading', { level: 1, name: /1 alarm is on/ })).toBeVisible();
  expect(screen.getAllByRole('link', { name: 'flights-recordsRead-band' })[0]).toHaveAttribute('href', '/alarms/flights-recordsRead-band');
  expect(screen.getByText(/^760 records on 31 Dec 2013; 886 to 1054 are usual$/)).toBeVisible();
  expect(screen.getByText('2 messages delivered, 1 on the way, 1 given up')).toHaveAttribute('data-failed');
  const recent = screen.getByRole('list', { name: /Recent changes/ });
  expect(within(recent).getAllByRole('listitem').length).toBeGreaterThan(5);
  expect(document.title).toBe('Now · Tidemark');
  expect(await axeFaults(container)).toEqual([]);
});

test('a recent change of an alarm whose name another region has too names the region', async () => {
  serveState('demo');
  const ref = 'arn:aws:cloudwatch:eu-west-1:000000000000:alarm:late';
  const change = { alarm: 'late', ref, at: '2013-12-30T00:00:00Z', old_state: 'OK', new_state: 'ALARM', reason_words: 'Nothing came.' };
  server.use(http.get('*/now', () => Response.json({ sentence: '', now: '2013-12-31T00:00:00Z', counts, in_alarm: [], recent: [change] })));
  openApp('/');
  const recent = await screen.findByRole('list', { name: /Recent changes/ });
  expect(within(recent).getByRole('link', { name: 'late · eu-west-1' })).toHaveAttribute('href', `/alarms/${encodeURIComponent(ref)}`);
});

test('an alarm of which nobody is told has the badges that it has in the list', async () => {
  serveState('demo');
  const one = { ref: 'a', name: 'a', since: '2013-12-30T00:00:00Z', reason_words: '', metric_title: '', metric_id: null, value: null, lower: null, upper: null, actions_delivered: 0, actions_pending: 0 };
  const quiet = { ...one, ref: 'b', name: 'b', actions_enabled: false, muted_by: 'night', muted_until: '2013-12-31T07:07:00Z' };
  server.use(http.get('*/now', () => Response.json({ sentence: '', now: '2013-12-31T00:00:00Z', counts: { ...counts, in_alarm: 2 }, in_alarm: [{ ...one, actions_enabled: true, muted_by: null, muted_until: null }, quiet], recent: [] })));
  openApp('/');
  const item = (name: string) => screen.getByRole('link', { name }).closest('li')!;
  expect(await screen.findByText(/^Muted until .*07:07 UTC$/)).toHaveAttribute('title', 'By the mute rule night');
  expect(item('b')).toHaveTextContent('tells no one');
  expect(item('a')).not.toHaveTextContent(/Muted|tells no one/);
});

test('the value stands once, in the sentence, which calls the metric by its whole name', async () => {
  serveState('demo');
  const reason_words = 'rows.written was 114.5; usual at this time is 26.67 to 30.74.';
  const one = { ref: 'a', name: 'a', since: '2013-12-30T00:00:00Z', reason_words, metric_title: 'rows.written · JobName=etl', metric_id: null, stat: 'Sum', unit: 'Count', value: 114.48, lower: 26.67, upper: 30.74, actions_delivered: 0, actions_pending: 0 };
  server.use(http.get('*/now', () => Response.json({ sentence: '', now: '2013-12-31T00:00:00Z', counts: { ...counts, in_alarm: 1 }, in_alarm: [one], recent: [] })));
  openApp('/');
  const item = (await screen.findByText(reason_words)).closest('li')!;
  expect(item.textContent?.match(/114/g)).toHaveLength(1);
});

test('is green only when something was judged', () => {
  expect(moodOf(counts)).toBe('calm');
  expect(moodOf({ ...counts, in_alarm: 1 })).toBe('alarm');
  expect(moodOf({ ...counts, insufficient_data: 3 })).toBe('unknown');
  expect(moodOf({ ...counts, insufficient_data: 1, not_evaluated: 2 })).toBe('unknown');
  expect(moodOf({ ...counts, insufficient_data: 1, not_evaluated: 1 })).toBe('calm');
  expect(moodOf({ ...counts, alarms: 0 })).toBe('unknown');
});

test('counts what cannot judge and what still learns', async () => {
  openApp('/');
  const strip = await screen.findByText('cannot judge');
  expect(strip).toBeVisible();
  expect(screen.getByText('1 still learning')).toBeVisible();
  expect(screen.getByRole('link', { name: '1: Insufficient data, show these alarms' })).toHaveAttribute('href', '/alarms?state=INSUFFICIENT_DATA');
  expect(screen.queryByRole('link', { name: /: OK, show/ })).toBeNull();
});

test('an alarm that cannot be evaluated is not counted as OK', async () => {
  serveState('demo');
  server.use(http.get('*/now', () => Response.json({ sentence: '', now: '2013-12-31T00:00:00Z', counts: { ...counts, not_evaluated: 1 }, in_alarm: [], recent: [] })));
  openApp('/');
  expect(await screen.findByText('1 cannot be evaluated')).toHaveAttribute('data-warning');
  expect(screen.getByRole('link', { name: '2: OK, show these alarms' })).toBeVisible();
});

test('what was given up is red, the count of what waits is not', () => {
  const counts = { series: 1, metrics: 1, alarms: 2, in_alarm: 1, insufficient_data: 0, detectors: 0, learning: 0, deliveries_pending: 0, deliveries_dead: 2 };
  serveState('demo');
  server.use(http.get('*/now', () => Response.json({ sentence: '', now: '2013-12-31T00:00:00Z', counts, in_alarm: [], recent: [] })));
  openApp('/');
  return waitFor(() => {
    const red = [...screen.getByText('Deliveries waiting').closest('dl')!.querySelectorAll('[data-warning]')].map((each) => each.textContent);
    expect(red).toEqual(['1', '2 given up']);
  });
});

test('a fresh install shows how to send a first value', async () => {
  serveState('empty');
  openApp('/');
  expect(await screen.findByText('Nothing has been received yet')).toBeVisible();
  expect(screen.getByText(/AWS_ENDPOINT_URL=/)).toBeVisible();
  // Without them the CLI stops at "Unable to locate credentials".
  expect(screen.getByText(/export AWS_ACCESS_KEY_ID=any AWS_SECRET_ACCESS_KEY=any/)).toBeVisible();
  expect(screen.getByText(/A server without aws\.access_keys takes any key/)).toBeVisible();
});

test('an error is said as such, never as calm', async () => {
  serveError('now');
  openApp('/');
  expect(await screen.findByRole('heading', { name: 'I cannot judge what is going on' })).toBeVisible();
  expect(screen.getByRole('alert')).toHaveTextContent('The disk is on fire.');
  expect(screen.getByRole('alert')).toHaveTextContent('test-2');
});

const unwatched = async () => (await screen.findByRole('heading', { name: 'Unusual, and nobody watches it' })).closest('section')!;

test('what is unusual and watched by nobody is said in words, by metric, with its Why', async () => {
  const seen = recordRequests();
  const { container, history } = openApp('/');
  const panel = within(await unwatched());
  const rows = panel.getAllByRole('listitem');
  const requests = rows.find((row) => row.textContent?.startsWith('http_requests_total'))!;
  expect(requests).toHaveTextContent(/Spike: 412\.5; 26 to 50 are usual.*30 Dec 2013, 19:00 UTC, 5 h ago.*rate a second, over each minute/);
  expect(within(requests).queryByRole('button')).toBeNull();
  expect(requests).toHaveTextContent('No detector can watch it yet: it did not come as a CloudWatch metric.');
  const heap = rows.find((row) => row.textContent?.startsWith('glue.driver.jvm.heap.usage'))!;
  expect(within(heap).getAllByRole('link')[0]).toHaveAttribute('href', expect.stringContaining('/explore?m='));
  expect(rows).toHaveLength(new Set(rows.map((row) => row.textContent)).size);
  expect(seen.find((r) => r.path === '/findings')?.query).toMatchObject({ tier: 'always_on', from: 'now-7d' });
  expect(await axeFaults(container)).toEqual([]);
  await userEvent.click(within(requests).getByRole('link', { name: /^Why: / }));
  expect(await screen.findByRole('dialog', { name: /^Spike/ })).toBeVisible();
  expect(history.location.search).toContain('why=always_on-requests.60.');
});

test('one press puts a detector on such a metric; its row says so and stays until the page is left', async () => {
  const seen = recordRequests();
  const { router } = openApp('/');
  const watch = within(await unwatched()).getByRole('button', { name: /^Watch this metric: glue\.driver\.jvm/ });
  await userEvent.click(watch);
  expect(await screen.findByText('Watched now')).toBeVisible();
  expect(seen.find((r) => r.method === 'POST')).toMatchObject({ path: '/detectors', body: { metric_id: '9c0d1e2f', stat: 'Sum', periods_s: [3600] } });
  await act(() => router.navigate({ to: '/alarms' }));
  await act(() => router.navigate({ to: '/' }));
  const panel = within(await unwatched());
  expect(panel.queryByText(/jvm\.heap/)).toBeNull();
});

test('a metric that is not watched after all says why', async () => {
  openApp('/');
  const watch = within(await unwatched()).getByRole('button', { name: /^Watch this metric: glue\.driver\.jvm/ });
  serveError('detectors', 503, { code: 'overloaded', message: 'Too many detectors.' });
  await userEvent.click(watch);
  expect(await screen.findByText('Too many detectors.')).toBeVisible();
  expect(screen.getByRole('button', { name: /^Watch this metric: glue\.driver\.jvm/ })).toBeVisible();
});

test('nothing unusual is one quiet line, and no line at all where the watch is off', async () => {
  serveState('calm');
  openApp('/');
  expect(await screen.findByText(/Where nobody watches, nothing unusual of the last 7 days is left to look at/)).toBeVisible();
  expect(screen.queryByRole('heading', { name: 'Unusual, and nobody watches it' })).toBeNull();
  cleanup();
  server.use(http.get('*/status', () => Response.json({ version: '', now: '2013-12-31T00:00:00Z', clock: 'frozen', always_on: false, counts, newest_sample_at: null })));
  openApp('/');
  await screen.findByRole('heading', { name: 'What changed lately' });
  await waitFor(() => expect(screen.queryByText(/Looking for what is unusual/)).toBeNull());
  expect(screen.queryByText(/nothing unusual of the last/)).toBeNull();
});

test('what could not be looked at is never said to be nothing', async () => {
  serveError('findings');
  openApp('/');
  expect(await screen.findByText('Cannot show what is unusual and watched by nobody')).toBeVisible();
  expect(screen.queryByText(/nothing unusual of the last/)).toBeNull();
  expect(screen.getByRole('heading', { name: /1 alarm is on/ })).toBeVisible();
});

test('what was judged or taken back asks for nobody any more; a metric is told once, by its newest', () => {
  const finding = (id: string, metric: string, more: Partial<Finding> = {}) => ({ id, metric_id: metric, metric_title: metric, stat: 'Sum', watched: false, retracted: false, verdict: null, ...more }) as Finding;
  const verdict = { verdict: 'known' as const, at: '', comment: '' };
  const found = [finding('1', 'a'), finding('2', 'b', { watched: true }), finding('3', 'a'), finding('4', 'c', { verdict }), finding('5', 'c'), finding('6', 'd', { retracted: true })];
  expect(unwatchedOf(found, []).map(({ newest, others }) => [newest.id, others])).toEqual([['1', 1], ['5', 0]]);
  const kept = unwatchedOf(found, []).map(({ key }) => key.replace(/^a a/, 'b b'));
  expect(unwatchedOf(found, kept).map(({ newest }) => newest.id)).toEqual(['1', '2', '5']);
});

test('a transition on the stream is on the page at once', async () => {
  openApp('/');
  await screen.findByRole('heading', { name: /1 alarm is on/ });
  act(() => FakeEventSource.latest.open());
  serveState('calm');
  act(() => FakeEventSource.latest.say('transition', { alarm: 'flights-recordsRead-band', new_state: 'OK' }));
  expect(await screen.findByRole('heading', { name: /No alarm is on/ })).toBeVisible();
});

test('the first data takes the place of the first steps by itself', async () => {
  serveState('empty');
  openApp('/');
  expect(await screen.findByText('Nothing has been received yet')).toBeVisible();
  serveState('demo');
  act(() => FakeEventSource.latest.say('samples', { at: '2013-12-31T00:00:00Z' }));
  expect(await screen.findByRole('heading', { name: /1 alarm is on/ })).toBeVisible();
  expect(screen.queryByText('Nothing has been received yet')).toBeNull();
});

test('a lost server gets a banner, what was read stays dimmed, and all is read again when it is back', async () => {
  openApp('/');
  await screen.findByRole('heading', { name: /1 alarm is on/ });
  act(() => FakeEventSource.latest.open());

  vi.useFakeTimers();
  try {
    serveNothing();
    act(() => FakeEventSource.latest.fail());
    await act(() => vi.advanceTimersByTimeAsync(2500));
    expect(screen.getByText(/The server cannot be reached/)).toHaveTextContent('What you see is from less than a minute ago');
    expect(screen.getByRole('heading', { name: /1 alarm is on/ }).closest('[data-dimmed]')).not.toBeNull();
    // It tried again by itself, more than once.
    expect(FakeEventSource.all.length).toBeGreaterThan(1);
  } finally {
    vi.useRealTimers();
  }
  serveState('calm');
  act(() => FakeEventSource.latest.open());
  expect(await screen.findByRole('heading', { name: /No alarm is on/ })).toBeVisible();
  expect(screen.queryByText(/The server cannot be reached/)).toBeNull();
});

test('a tab that is out of sight keeps no stream open, and reads all again when it is back', async () => {
  openApp('/');
  await screen.findByRole('heading', { name: /1 alarm is on/ });
  act(() => FakeEventSource.latest.open());
  const visibility = vi.spyOn(document, 'visibilityState', 'get').mockReturnValue('hidden');
  act(() => void document.dispatchEvent(new Event('visibilitychange')));
  expect(FakeEventSource.all.every((source) => source.isClosed)).toBe(true);

  serveState('calm');
  visibility.mockReturnValue('visible');
  act(() => void document.dispatchEvent(new Event('visibilitychange')));
  act(() => FakeEventSource.latest.open());
  expect(await screen.findByRole('heading', { name: /No alarm is on/ })).toBeVisible();
});
