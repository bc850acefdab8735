import { act, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { http } from 'msw';
import { beforeEach, expect, test, vi } from 'vitest';
import { mountPlot } from '../chart/plot';
import { FakeEventSource } from '../testing/event_source';
import { serveError, serveState, server } from '../testing/fake_api';
import { axeFaults, openApp } from '../testing/render';

vi.mock(import('../chart/plot'), async (original) => ({ ...(await original()), mountPlot: vi.fn() }));

beforeEach(() => {
  vi.mocked(mountPlot).mockReturnValue({ moveTo: vi.fn(), release: vi.fn(), resize: vi.fn(), destroy: vi.fn() });
  serveState('demo');
});

const NEW = '/alarms?create=true';
const metricField = () => screen.findByRole('combobox', { name: 'Metric' });
const past = async () => (await screen.findByRole('heading', { name: 'Its past against this limit' })).closest('section')!;

test('a chosen metric that cannot be read is no fault of the form, and is read again by a press', async () => {
  serveError('metrics');
  const { container } = openApp(`${NEW}&metric=1a2b3c4d`);
  const note = await screen.findByRole('alert');
  expect(note).toHaveTextContent('Cannot read the chosen metric');
  expect(note).toHaveTextContent('The disk is on fire.');
  expect(await past()).toHaveTextContent('The chosen metric could not be read');
  expect(await past()).not.toHaveTextContent('Choose a statistic and a period');
  expect(await axeFaults(container)).toEqual([]);
  serveState('demo');
  await userEvent.click(within(note).getByRole('button', { name: 'Try again' }));
  await waitFor(() => expect(screen.getByRole('combobox', { name: 'Statistic' })).toHaveValue('Sum'));
  expect(screen.queryByText('Cannot read the chosen metric')).toBeNull();
  expect(await within(await past()).findByText(/11 of 90 points outside the usual range/)).toBeVisible();
});

test('a list that cannot be read says so before anybody opens it', async () => {
  serveError('metrics', 503, { code: 'overloaded', message: 'Too many questions.' });
  openApp(NEW);
  expect(await screen.findByText('Cannot list the metrics')).toBeVisible();
  expect(screen.getByText('Too many questions.')).toBeVisible();
  expect(await past()).toHaveTextContent('Choose a metric');
});

test.each(['', '&stat=Sum&period=3600'])('a metric of the URL that this server does not have is named as what is wrong (%s)', async (rest) => {
  openApp(`${NEW}&metric=s99${rest}`);
  expect(await screen.findByText('This server has no such metric: choose another')).toBeVisible();
  expect(await metricField()).toHaveAttribute('aria-invalid', 'true');
  expect(await past()).toHaveTextContent('There is no such metric');
});

test('metrics that differ in their last label only are told apart without opening the list', async () => {
  const one = (id: string, job: string) => ({
    id,
    namespace: 'Glue/production',
    name: 'glue.driver.aggregate.recordsRead',
    dimensions: [
      { name: 'JobRunId', value: 'ALL' },
      { name: 'JobName', value: `nightly-warehouse-export-of-${job}` },
    ],
    region: 'us-east-1',
    unit: 'Count',
    newest_at: null,
    period_s: 60,
    detectors: [],
  });
  const metrics = [one('s1', 'orders'), one('s2', 'returns')];
  server.use(
    http.get('*/metrics', ({ request }) => {
      const id = new URL(request.url).searchParams.get('id');
      const found = metrics.filter((metric) => !id || metric.id === id);
      return Response.json({ metrics: found, total: found.length, next: null });
    }),
  );
  openApp(`${NEW}&metric=s2`);
  await waitFor(async () => expect(await metricField()).toHaveAccessibleDescription('Glue/production · glue.driver.aggregate.recordsRead · JobRunId=ALL · JobName=nightly-warehouse-export-of-returns'));
});

test('before anything has arrived the page says what to do first, and the form comes by itself', async () => {
  serveState('empty');
  const { container, history } = openApp(NEW);
  expect(await screen.findByText(/An alarm watches a metric, and there is none yet/)).toBeVisible();
  expect(screen.getByText(/aws cloudwatch put-metric-data/)).toBeVisible();
  expect(screen.queryByRole('combobox', { name: 'Metric' })).toBeNull();
  expect(await axeFaults(container)).toEqual([]);
  serveState('demo');
  act(() => FakeEventSource.latest.say('samples', { at: '2013-12-31T00:00:00Z' }));
  expect(await metricField()).toBeVisible();
  await userEvent.click(screen.getByRole('button', { name: 'Cancel' }));
  await waitFor(() => expect(history.location.search).toBe(''));
});
