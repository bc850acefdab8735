import { act, screen, within } from '@testing-library/react';
import { beforeEach, expect, test, vi } from 'vitest';
import type { Counts } from '../api/types';
import { FakeEventSource } from '../testing/event_source';
import { serveError, serveNothing, serveState } from '../testing/fake_api';
import { axeFaults, openApp } from '../testing/render';
import { moodOf } from './Verdict';

const counts: Counts = { series: 9, metrics: 9, alarms: 3, in_alarm: 0, insufficient_data: 0, detectors: 1, learning: 0, deliveries_pending: 0, deliveries_dead: 0 };

beforeEach(() => serveState('demo'));

test('says what is in alarm and why, in words', async () => {
  const { container } = openApp('/');
  expect(await screen.findByRole('heading', { level: 1, name: /1 alarm is on/ })).toBeVisible();
  expect(screen.getAllByRole('link', { name: 'flights-recordsRead-band' })[0]).toHaveAttribute('href', '/alarms/flights-recordsRead-band');
  expect(screen.getByText(/^760 records on 31 Dec 2013; 886 to 1054 are usual$/)).toBeVisible();
  expect(screen.getByText('2 messages delivered, 1 on the way')).toBeVisible();
  const recent = screen.getByRole('list', { name: /Recent changes/ });
  expect(within(recent).getAllByRole('listitem').length).toBeGreaterThan(5);
  expect(document.title).toBe('Now · Tidemark');
  expect(await axeFaults(container)).toEqual([]);
});

test('is green only when something was judged', () => {
  expect(moodOf(counts)).toBe('calm');
  expect(moodOf({ ...counts, in_alarm: 1 })).toBe('alarm');
  expect(moodOf({ ...counts, insufficient_data: 3 })).toBe('unknown');
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

test('a fresh install shows how to send a first value', async () => {
  serveState('empty');
  openApp('/');
  expect(await screen.findByText('Nothing has been received yet')).toBeVisible();
  expect(screen.getByText(/AWS_ENDPOINT_URL=/)).toBeVisible();
});

test('an error is said as such, never as calm', async () => {
  serveError('now');
  openApp('/');
  expect(await screen.findByRole('heading', { name: 'I cannot judge what is going on' })).toBeVisible();
  expect(screen.getByRole('alert')).toHaveTextContent('The disk is on fire.');
  expect(screen.getByRole('alert')).toHaveTextContent('test-2');
});

test('a transition on the stream is on the page at once', async () => {
  openApp('/');
  await screen.findByRole('heading', { name: /1 alarm is on/ });
  act(() => FakeEventSource.latest.open());
  serveState('calm');
  act(() => FakeEventSource.latest.say('transition', { alarm: 'flights-recordsRead-band', new_state: 'OK' }));
  expect(await screen.findByRole('heading', { name: /Nothing abnormal/ })).toBeVisible();
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
  expect(await screen.findByRole('heading', { name: /Nothing abnormal/ })).toBeVisible();
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
  expect(await screen.findByRole('heading', { name: /Nothing abnormal/ })).toBeVisible();
});
