import { act, fireEvent, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { http } from 'msw';
import { beforeEach, expect, test, vi } from 'vitest';
import type { Alarm } from '../api/types';
import { mountPlot } from '../chart/plot';
import { recordRequests, serveError, serveState, server } from '../testing/fake_api';
import { axeFaults, openApp } from '../testing/render';
import { draftOf, toEdited } from './draft';
import { howToChangeWords } from './words';

vi.mock(import('../chart/plot'), async (original) => ({ ...(await original()), mountPlot: vi.fn() }));

beforeEach(() => {
  vi.mocked(mountPlot).mockReturnValue({ moveTo: vi.fn(), release: vi.fn(), resize: vi.fn(), destroy: vi.fn() });
  serveState('demo');
});

const BAND = '/alarms/flights-recordsRead-band';
const FIXED = '/alarms/flights%2Fheap%20too%20full';
const API = `${location.origin}/api/tidemark/v1`;
const field = (name: string | RegExp) => screen.getByRole('textbox', { name });
const choice = (name: string) => screen.getByRole('combobox', { name });
const saveButton = () => screen.getByRole('button', { name: 'Save' });
const type = (name: string | RegExp, value: string) => fireEvent.change(field(name), { target: { value } });

async function edit(path: string) {
  const app = openApp(`${path}?edit=true`);
  await screen.findByRole('heading', { level: 1, name: /^Edit / });
  return app;
}
const read = async (path: string) => (await (await fetch(API + path)).json()) as Alarm;
/** What another window does. */
async function byOthers(path: string, change: Partial<Alarm>) {
  const theirs = { ...(await read(path)), ...change };
  await fetch(API + path, { method: 'PUT', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(toEdited(draftOf(theirs), theirs.version!)) });
}
const putsOf = (seen: ReturnType<typeof recordRequests>) => seen.filter((r) => r.method === 'PUT');

test('the form opens with the alarm as it is; until something is changed there is nothing to save', async () => {
  const { container, history } = openApp(FIXED);
  await userEvent.click(await screen.findByRole('button', { name: 'Edit' }));
  expect(await screen.findByRole('heading', { level: 1, name: 'Edit flights/heap too full' })).toHaveFocus();
  expect(history.location.search).toContain('edit=true');
  expect(document.title).toContain('Edit flights/heap too full');
  await waitFor(() => expect((choice('Metric') as HTMLInputElement).value).toContain('glue.driver.jvm.heap.usage'));
  expect(choice('Statistic')).toHaveValue('Maximum');
  expect(choice('Period')).toHaveValue('per hour');
  expect(screen.getByRole('radio', { name: 'A fixed limit' })).toBeChecked();
  expect(choice('Direction')).toHaveValue('above');
  expect(field('Limit')).toHaveValue('400');
  expect(field('Bad periods')).toHaveValue('2');
  expect(field('of the last')).toHaveValue('3');
  expect(choice('Missing data')).toHaveValue('bad (breaching)');
  expect(field('Name')).toHaveAttribute('readonly');
  expect(field('Name')).toHaveAccessibleDescription(/It stays/);
  expect(saveButton()).toBeDisabled();
  expect(await axeFaults(container)).toEqual([]);
});

test('a limit is saved as it is meant, and text that could be another number is not sent', async () => {
  await edit(FIXED);
  const seen = recordRequests();
  type('Limit', '2,5');
  type('of the last', '3.5');
  await userEvent.click(saveButton());
  expect(await screen.findByText('A comma parts thousands, as in 1,000. With a point it is 2.5')).toBeVisible();
  expect(screen.getByText('A whole number, 1 or more')).toBeVisible();
  expect(field('Limit')).toHaveValue('2,5');
  expect(putsOf(seen)).toEqual([]);
  type('Limit', '1,000,000.5');
  type('of the last', '4');
  await userEvent.click(saveButton());
  await waitFor(() => expect(putsOf(seen)[0]?.body).toMatchObject({ threshold: 1_000_000.5, evaluation_periods: 4 }));
});

test('what is changed is saved, and the page shows it', async () => {
  const { history } = await edit(BAND);
  const { version } = await read(BAND);
  const seen = recordRequests();
  type('Description', 'Of the daily job');
  type('Band width k', '3');
  await userEvent.click(saveButton());
  await waitFor(() => expect(history.location.search).toBe(''));
  expect(putsOf(seen)).toEqual([
    {
      method: 'PUT',
      path: BAND,
      body: {
        version,
        description: 'Of the daily job',
        metric_id: '1a2b3c4d',
        stat: 'Sum',
        period_s: 86_400,
        kind: 'band',
        k: 3,
        direction: 'both',
        evaluation_periods: 1,
        datapoints_to_alarm: 1,
        treat_missing_data: 'missing',
        topic_arns: ['arn:aws:sns:us-east-1:000000000000:operators'],
      },
    },
  ]);
  expect(await screen.findByText('Sum per day leaves its usual range (k = 3) in one period.')).toBeVisible();
  expect(screen.getByText('The alarm was saved.')).toBeVisible();
  expect(screen.getByText('Of the daily job')).toBeVisible();
});

test('an alarm that another client made keeps what only that client can say', async () => {
  const arn = (kind: string, name: string) => `arn:${kind}:us-east-1:000000000000:${name}`;
  const actions: Alarm['actions'] = [
    { on: 'ALARM', arn: arn('tidemark:runbook', 'open-ticket') },
    { on: 'OK', arn: arn('aws:sns', 'ledger') },
    { on: 'INSUFFICIENT_DATA', arn: arn('aws:sns', 'operators') },
  ];
  const foreign = { ...(await read(FIXED)), comparison: 'GreaterThanOrEqualToThreshold', stat: 'p95', period_s: 1200, evaluation_periods: 72, datapoints_to_alarm: 72, actions };
  server.use(http.get('*/alarms/:name', () => Response.json(foreign)), http.put('*/alarms/:name', () => Response.json(foreign)));
  await edit(FIXED);
  expect(choice('Statistic')).toHaveValue('p95');
  expect(choice('Period')).toHaveValue('per 20 minutes');
  expect(choice('Direction')).toHaveValue('at or above');
  expect(await screen.findByText('runbook open-ticket', { selector: '.mantine-Pill-label' })).toBeVisible();
  expect(screen.getByText('Also told, and kept: sns ledger on “OK”, sns operators on “Insufficient data”. Not told when it is over: runbook open-ticket.')).toBeVisible();
  expect(saveButton()).toBeDisabled();
  const seen = recordRequests();
  type('Description', 'd');
  await userEvent.click(saveButton());
  await waitFor(() =>
    expect(putsOf(seen)[0]?.body).toMatchObject({ stat: 'p95', period_s: 1200, direction: 'at_or_above', threshold: 400, evaluation_periods: 72, datapoints_to_alarm: 72, topic_arns: [actions[0]!.arn] }),
  );
});

test('another kind of limit has a direction that it can have', async () => {
  await edit(FIXED);
  await userEvent.click(choice('Direction'));
  await userEvent.click(await screen.findByRole('option', { name: 'at or below', hidden: true }));
  await userEvent.click(screen.getByRole('radio', { name: 'Its usual range' }));
  expect(choice('Direction')).toHaveValue('above or below');
  const seen = recordRequests();
  await userEvent.click(saveButton());
  await waitFor(() => expect(putsOf(seen)[0]?.body).toMatchObject({ kind: 'band', k: 2, direction: 'both' }));
  expect(putsOf(seen)[0]?.body).not.toHaveProperty('threshold');
});

test('another window’s change is told before it is overwritten, and can be gone on with', async () => {
  const { history } = await edit(BAND);
  type('Band width k', '3');
  await byOthers(BAND, { band_k: 4, description: 'theirs' });
  await userEvent.click(saveButton());
  const told = await screen.findByRole('alert');
  expect(told).toHaveTextContent('Somebody has changed it meanwhile');
  expect(told).toHaveTextContent('They changed: description, band width. Now: Sum per day leaves its usual range (k = 4) in one period.');
  expect((await read(BAND)).band_k).toBe(4);
  expect(field('Band width k')).toHaveValue('3');
  await userEvent.click(within(told).getByRole('button', { name: 'Go on with theirs' }));
  expect(field('Band width k')).toHaveValue('4');
  expect(field('Description')).toHaveValue('theirs');
  expect(screen.queryByRole('alert')).toBeNull();
  expect(saveButton()).toBeDisabled();

  // Whoever has read it may put theirs in its place.
  type('Band width k', '5');
  await byOthers(BAND, { band_k: 6 });
  await userEvent.click(saveButton());
  await screen.findByRole('alert');
  await userEvent.click(saveButton());
  await waitFor(() => expect(history.location.search).toBe(''));
  expect((await read(BAND)).band_k).toBe(5);
});

test('one that is deleted while its form is open is not lost: saving makes it anew', async () => {
  const { history } = await edit(BAND);
  type('Band width k', '3');
  await fetch(API + BAND, { method: 'DELETE' });
  const seen = recordRequests();
  await userEvent.click(saveButton());
  const told = await screen.findByRole('alert');
  expect(told).toHaveTextContent('Somebody has deleted it meanwhile');
  expect(told).toHaveTextContent('Its tags and its other actions are gone');
  expect(field('Band width k')).toHaveValue('3');
  await userEvent.click(saveButton());
  await waitFor(() => expect(history.location.search).toBe(''));
  expect(seen.find((r) => r.method === 'POST' && r.path === '/alarms')?.body).toMatchObject({ name: 'flights-recordsRead-band', k: 3 });
  expect(await screen.findByText('Sum per day leaves its usual range (k = 3) in one period.')).toBeVisible();
});

test('one that others made metric math of keeps what is typed, and is not saved', async () => {
  await edit(BAND);
  type('Band width k', '3');
  const math = { ...(await read(BAND)), version: null, stat: null, metric_id: null };
  server.use(
    http.get('*/alarms/:name', () => Response.json(math)),
    http.put('*/alarms/:name', () => Response.json({ error: { code: 'no_form', message: 'change it with PutMetricAlarm' } }, { status: 422 })),
  );
  await userEvent.click(saveButton());
  expect(await screen.findByRole('alert')).toHaveTextContent('This form cannot hold its rule any more');
  expect(screen.queryByText('Nothing is changed.')).toBeNull();
  expect(field('Band width k')).toHaveValue('3');
  expect(saveButton()).toBeDisabled();
});

test('what is typed is not lost without a question; the choice of a time zone needs none', async () => {
  const { history } = await edit(BAND);
  type('Description', 'mine');
  await userEvent.click(screen.getByRole('radio', { name: 'Local' }));
  await waitFor(() => expect(history.location.search).toContain('tz=local'));
  expect(screen.queryByRole('alertdialog')).toBeNull();
  act(() => history.push('/alarms'));
  await userEvent.click(within(await screen.findByRole('alertdialog')).getByRole('button', { name: 'Go on editing' }));
  expect(field('Description')).toHaveValue('mine');
  await userEvent.click(screen.getByRole('button', { name: 'Cancel' }));
  await userEvent.click(within(await screen.findByRole('alertdialog')).getByRole('button', { name: 'Discard them' }));
  expect(await screen.findByRole('heading', { level: 1, name: 'flights-recordsRead-band' })).toBeVisible();
  expect(history.location.search).not.toContain('edit');
  expect(screen.queryByText('The alarm was saved.')).toBeNull();
});

test('a form that was not touched closes without a question', async () => {
  const { history } = await edit(BAND);
  await userEvent.click(screen.getByRole('button', { name: 'Close' }));
  await waitFor(() => expect(history.location.search).toBe(''));
});

test('refusals stand at their field, or where they are seen', async () => {
  await edit(FIXED);
  type('of the last', '1');
  await userEvent.click(saveButton());
  expect(await screen.findByText('At most the 1 looked at')).toBeVisible();
  await waitFor(() => expect(field('Bad periods')).toHaveFocus());
  type('of the last', '200');
  await userEvent.click(saveButton());
  expect(await screen.findByText('At most 168 with one per hour: a week in all')).toBeVisible();
  type('of the last', '4');
  serveError('alarms/:name', 400, { code: 'invalid_field', message: 'No more alarms.', field: 'quota' });
  await userEvent.click(saveButton());
  expect(await screen.findByText('The alarm was not saved')).toBeVisible();
  expect(screen.getByText('No more alarms.')).toBeVisible();
  serveError('alarms/:name', 400, { code: 'invalid_field', message: 'description is too long', field: 'description' });
  type('Description', 'd');
  await userEvent.click(saveButton());
  expect(await screen.findByText('The description is too long')).toBeVisible();
  expect(field('Description')).toHaveAttribute('aria-invalid', 'true');
});

test('what the form cannot hold has no Edit, but words for the way', async () => {
  openApp('/alarms/shop-error-share?edit=true');
  expect(await screen.findByText(/The form cannot hold metric math\. Put it again under its name, with aws cloudwatch put-metric-alarm\./)).toBeVisible();
  expect(screen.getByRole('button', { name: 'Delete' })).toBeVisible();
  expect(screen.queryByRole('button', { name: 'Edit' })).toBeNull();
  expect(howToChangeWords({ stat: 'Sum', band_k: 12 })).toContain('a band of k = 12');
});

const WAITING = '/alarms/export-rows';
const ROWS = { namespace: 'Jobs', name: 'rows', dimensions: [{ name: 'job', value: 'export' }], region: 'us-east-1' };

test('an alarm whose metric has sent nothing yet is edited by the name of its metric', async () => {
  const { container, history } = openApp(WAITING);
  expect(await screen.findByText(/has received nothing yet of Jobs · rows · job=export/)).toBeVisible();
  await userEvent.click(screen.getByRole('button', { name: 'Edit' }));
  await screen.findByRole('heading', { level: 1, name: 'Edit export-rows' });
  await waitFor(() => expect(choice('Metric')).toHaveValue('rows · job=export'));
  expect(choice('Metric')).toHaveAccessibleDescription('Jobs · rows · job=export');
  expect(screen.getByText('Nothing has come of this metric yet')).toBeVisible();
  expect(saveButton()).toBeDisabled();
  expect(await axeFaults(container)).toEqual([]);
  const seen = recordRequests();
  type('Limit', '500');
  await userEvent.click(saveButton());
  await waitFor(() => expect(history.location.search).toBe(''));
  expect(putsOf(seen)[0]?.body).toMatchObject({ metric: ROWS, stat: 'Maximum', period_s: 3600, threshold: 500 });
  expect(putsOf(seen)[0]?.body).not.toHaveProperty('metric_id');
  expect(seen.find((r) => r.path === '/backtest')?.body).not.toHaveProperty('metric_id');
});

test('from a metric that has sent nothing one may go to another, and back', async () => {
  await edit(WAITING);
  const pick = async (name: RegExp) => {
    await userEvent.click(choice('Metric'));
    await userEvent.click(await screen.findByRole('option', { name, hidden: true }));
  };
  await userEvent.clear(choice('Metric'));
  await pick(/recordsRead/);
  await waitFor(() => expect(choice('Statistic')).toHaveValue('Sum'));
  await userEvent.clear(choice('Metric'));
  await pick(/job=export/);
  expect(choice('Statistic')).toHaveValue('Sum');
  const seen = recordRequests();
  await userEvent.click(saveButton());
  await waitFor(() => expect(putsOf(seen)[0]?.body).toMatchObject({ metric: ROWS, stat: 'Sum' }));
});

test('a first value that comes while the form is open is nobody’s change, and saving goes on', async () => {
  await edit(WAITING);
  const arrived = { ...(await read(WAITING)), metric_id: '1a2b3c4d' };
  server.use(http.get('*/alarms/:name', () => Response.json(arrived)));
  type('Limit', '500');
  await byOthers(WAITING, { threshold: 300 });
  server.use(http.get('*/alarms/:name', () => Response.json({ ...arrived, threshold: 300, version: 'theirs' })));
  await userEvent.click(saveButton());
  const told = await screen.findByRole('alert');
  expect(told).toHaveTextContent('They changed: limit. Now:');
});

test('a wrong name of a metric is told at the metric', async () => {
  await edit(WAITING);
  type('Limit', '500');
  serveError('alarms/:name', 400, { code: 'invalid_field', message: 'metric.namespace is required', field: 'metric' });
  await userEvent.click(saveButton());
  await waitFor(() => expect(choice('Metric')).toHaveAccessibleDescription(/is required/));
});
