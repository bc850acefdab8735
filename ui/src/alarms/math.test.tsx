import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { http } from 'msw';
import { beforeEach, expect, test } from 'vitest';
import type { Alarm } from '../api/types';
import { recordRequests, serveError, serveState, server } from '../testing/fake_api';
import { axeFaults, openApp } from '../testing/render';

beforeEach(() => serveState('demo'));

const watch = async () => userEvent.click(await screen.findByRole('button', { name: 'Watch this expression' }));

async function openSettings() {
  const app = openApp('/alarms/shop-error-share');
  await watch();
  const link = await screen.findByRole('link', { name: 'Band settings' });
  link.focus();
  await userEvent.keyboard('{Enter}');
  return { ...app, drawer: await screen.findByRole('dialog', { name: 'Band settings' }) };
}

test('an expression that nobody watches is watched by a press, with the form that its alarm has', async () => {
  const seen = recordRequests();
  openApp('/alarms/shop-error-share');
  await watch();
  expect(await screen.findByText('A detector watches this expression')).toBeVisible();
  const made = seen.find((r) => r.method === 'POST' && r.path === '/detectors')!;
  expect(made).toMatchObject({ path: '/detectors', body: { math: [{ id: 'errors' }, { id: 'requests' }, { id: 'share', expression: '100 * errors / requests' }] } });
  expect(screen.queryByRole('button', { name: 'Watch this expression' })).toBeNull();
});

test('the rule has the expression, and the metrics that it is of with their namespaces', async () => {
  openApp('/alarms/shop-error-share');
  const rule = (await screen.findByText('Expression')).parentElement!;
  expect(within(rule).getAllByRole('definition').map((line) => line.textContent)).toEqual([
    'errors = Sum of Shop · errors per hour',
    'requests = Sum of Shop · requests per hour',
    'share = 100 * errors / requests',
  ]);
});

test('the metric of an alarm is named with its namespace, also while nothing of it was received', async () => {
  const { alarms } = (await (await fetch(`${location.origin}/api/tidemark/v1/alarms`)).json()) as { alarms: Alarm[] };
  const waiting: Alarm = { ...alarms[0]!, metric_id: null, namespace: 'Glue', metric_title: 'rows · JobName=a' };
  server.use(http.get('*/alarms/:name', () => Response.json(waiting)));
  openApp(`/alarms/${waiting.ref}`);
  expect(await screen.findByText('This server has received nothing yet of Glue · rows · JobName=a. The chart appears with the first value.')).toBeVisible();
  expect((await screen.findByText('Metric')).parentElement).toHaveTextContent('MetricGlue · rows · JobName=a');
});

test('a refusal to watch is seen, and can be tried again', async () => {
  openApp('/alarms/shop-error-share');
  await screen.findByRole('button', { name: 'Watch this expression' });
  serveError('detectors', 503, { code: 'overloaded', message: 'Too many detectors.' });
  await watch();
  expect(await screen.findByText('Too many detectors.')).toBeVisible();
});

test('its band settings open by the URL, without what only a chart has, and are saved', async () => {
  const { drawer, history } = await openSettings();
  expect(history.location.search).toContain('settings=det-math-');
  expect(drawer).toHaveTextContent('What is usual for 100 * errors / requests');
  expect(within(drawer).queryByRole('button', { name: 'Add what the chart shows' })).toBeNull();
  expect(await axeFaults(drawer)).toEqual([]);
  fireEvent.change(screen.getByRole('textbox', { name: 'Width k' }), { target: { value: '2' } });
  const seen = recordRequests();
  await userEvent.click(screen.getByRole('button', { name: 'Save' }));
  expect(await within(drawer).findByText('Saved; the models have learned anew.')).toBeVisible();
  expect(seen[0]).toEqual({ method: 'PUT', path: '/detectors/det-math-', body: { choices: { width: 2 } } });
  await userEvent.keyboard('{Escape}');
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  expect(history.location.search).not.toContain('settings');
});

test('what was typed is asked for before the URL lets go of it', async () => {
  const { drawer, history } = await openSettings();
  fireEvent.change(screen.getByRole('textbox', { name: 'Width k' }), { target: { value: '2' } });
  await userEvent.keyboard('{Escape}');
  await userEvent.click(within(await within(drawer).findByRole('alertdialog')).getByRole('button', { name: 'Discard them' }));
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  expect(history.location.pathname + history.location.search).toBe('/alarms/shop-error-share');
});

test('to stop watching says what it means for an expression', async () => {
  const { drawer } = await openSettings();
  await userEvent.click(within(drawer).getByRole('button', { name: 'Stop watching…' }));
  const question = await within(drawer).findByRole('alertdialog', { name: 'Stop watching this expression?' });
  expect(question).toHaveTextContent('the findings of this expression, their verdicts');
  await userEvent.click(within(question).getByRole('button', { name: 'Stop watching' }));
  expect(await screen.findByRole('button', { name: 'Watch this expression' })).toBeVisible();
});

test('settings of a detector that is gone say so', async () => {
  openApp('/?settings=nobody');
  const told = await screen.findByText('Cannot show the band settings');
  await waitFor(() => expect(told).toBeVisible());
});
