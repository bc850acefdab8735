import { cleanup, fireEvent, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { http } from 'msw';
import { beforeEach, expect, test, vi } from 'vitest';
import type { Backtest } from '../api/types';
import { mountPlot } from '../chart/plot';
import { serveError, serveState, server } from '../testing/fake_api';
import { axeFaults, openApp } from '../testing/render';
import { ApiError } from '../api/client';
import { fieldOfRefusal, firstDraft, toBacktest } from './draft';

// A plot is drawn only where there is room; here there is none.
vi.mock('@mantine/hooks', async (original) => ({ ...(await original<object>()), useElementSize: () => ({ ref: () => {}, width: 800, height: 300 }) }));
vi.mock(import('../chart/plot'), async (original) => ({ ...(await original()), mountPlot: vi.fn() }));

beforeEach(() => {
  vi.mocked(mountPlot).mockReset().mockReturnValue({ moveTo: vi.fn(), release: vi.fn(), resize: vi.fn(), destroy: vi.fn() });
  serveState('demo');
});

const FORM = '/alarms?create=true&metric=1a2b3c4d';
const panel = async () => (await screen.findByRole('heading', { name: 'Tried on the last 28 days' })).closest('section')!;

/** Every question asked of the backtest from now on, with the server's answer changed by `change`. */
function watch(change: (answer: Backtest) => Partial<Backtest> = () => ({})) {
  const asked: Record<string, unknown>[] = [];
  server.use(
    http.post('*/backtest', async ({ request }) => {
      const body = (await request.json()) as Record<string, unknown>;
      asked.push(body);
      return Response.json({ ...answer, ...change(answer), width: body.alarms_per_week === undefined ? null : width });
    }),
  );
  return asked;
}
const width = { alarms_per_week: 1, firings_max: 4, k: 2.7, firings_total: 3, words: 'k = 2.7 is the narrowest band that keeps within 1.0 a week (at most 4 here): it would have fired 3 times.', table: [] };
const answer: Backtest = {
  from: '2013-12-03T00:00:00Z',
  to: '2013-12-31T00:00:00Z',
  period_s: 86_400,
  sentence: 'Would have fired 7 times in 28 days (about 1.8 a week), 9 days in alarm.',
  past: 'enough',
  past_words: '',
  firings_total: 7,
  per_week: 1.75,
  alarm_seconds: 777_600,
  state_at_end: 'ALARM',
  periods: 28,
  periods_with_data: 28,
  periods_judged: 28,
  judged_from: '2013-12-03T00:00:00Z',
  firings: Array.from({ length: 7 }, (_, index) => ({
    began: `2013-12-${30 - 3 * index}T00:00:00Z`,
    period_at: `2013-12-${30 - 3 * index}T00:00:00Z`,
    ended: index === 0 ? null : `2013-12-${31 - 3 * index}T00:00:00Z`,
    seconds: 86_400,
    reason: 'Threshold Crossed: …',
    reason_words: `glue.driver.aggregate.recordsRead was ${290 + index}; usual for a Monday is 640 to 720.`,
    value: 290 + index,
    lower: 640,
    upper: 720,
  })),
  width: null,
};

test('the form says how often its rule would have fired, when, and why', async () => {
  const asked = watch();
  const { container } = openApp(FORM);
  const result = within(await panel());
  expect(await result.findByText(answer.sentence)).toBeVisible();
  const list = result.getByRole('list', { name: /^When it would have fired/ });
  expect(within(list).getAllByRole('listitem')).toHaveLength(3);
  expect(within(list).getAllByRole('listitem')[0]).toHaveTextContent('Mon, 30 Dec 2013 UTC, still on at the endglue.driver.aggregate.recordsRead was 290');
  expect(within(list).getAllByRole('listitem')[1]).toHaveTextContent('Fri, 27 Dec 2013 UTC, for 1 d');
  await userEvent.click(result.getByRole('button', { name: 'Show all 7' }));
  expect(within(list).getAllByRole('listitem')).toHaveLength(7);
  expect(await axeFaults(container)).toEqual([]);
  // A name is not needed for it, and does not belong to the question.
  expect(asked.at(-1)).toEqual({
    metric_id: '1a2b3c4d',
    stat: 'Sum',
    period_s: 86_400,
    kind: 'band',
    k: 2,
    direction: 'both',
    evaluation_periods: 1,
    datapoints_to_alarm: 1,
    treat_missing_data: 'missing',
  });
});

test('a firing that people heard of when a mute ended says so, and only that one', async () => {
  watch(({ firings }) => ({ firings: firings.map((firing, index) => ({ ...firing, told: index === 1 ? '2013-12-27T06:00:00Z' : firing.began })) }));
  openApp(FORM);
  const list = within(await panel());
  expect(await list.findByText(/when the mute ended/)).toHaveTextContent('told 27 Dec 2013, 06:00 UTC, when the mute ended');
  expect(list.getAllByText(/when the mute ended/)).toHaveLength(1);
});

test('the history names a firing by the same period as the backtest, whenever it was decided', async () => {
  watch();
  const item = { id: 'h', at: '2013-12-27T23:00:00Z', type: 'StateUpdate', summary: '', old_state: 'OK', new_state: 'ALARM', reason: null, period_at: '2013-12-27T00:00:00Z', period_s: 86_400 };
  server.use(http.get('*/history', () => Response.json({ items: [item] })));
  openApp('/alarms/flights-recordsRead-band');
  const history = within(await screen.findByRole('list', { name: /^History/ }));
  expect(history.getByRole('listitem')).toHaveTextContent('27 Dec 2013, 23:00 UTC, for the period Fri, 27 Dec 2013 UTC');
  const past = within(await screen.findByRole('list', { name: /^When it would have fired/ }));
  expect(past.getAllByRole('listitem')[1]).toHaveTextContent('Fri, 27 Dec 2013 UTC');
  expect(past.queryByText(/, 00:00 UTC/)).toBeNull();
});

test('each edit asks again, once it has settled, and gives up the question before', async () => {
  const aborted: unknown[] = [];
  let answerFirst = () => {};
  const first = new Promise<void>((resolve) => (answerFirst = resolve));
  const asked: { k: number }[] = [];
  const sessions = new Set<string | null>();
  server.use(
    http.post('*/backtest', async ({ request }) => {
      const body = (await request.json()) as { k: number };
      asked.push(body);
      sessions.add(request.headers.get('x-tidemark-session'));
      request.signal.addEventListener('abort', () => aborted.push(body.k));
      if (asked.length === 1) await first;
      return Response.json({ ...answer, sentence: `Would have fired for k = ${body.k}.` });
    }),
  );
  openApp(FORM);
  const k = await screen.findByRole('textbox', { name: 'Band width k' });
  await waitFor(() => expect(asked).toHaveLength(1));
  await userEvent.clear(k);
  await userEvent.type(k, '3.5');
  expect(k).toHaveValue('3.5');
  expect(await within(await panel()).findByText('Would have fired for k = 3.5.')).toBeVisible();
  // Not for every key: "3" may be asked for by a slow hand, "" and "3." never are.
  expect(asked.map((body) => body.k)).toEqual(expect.arrayContaining([2, 3.5]));
  expect(asked.length).toBeLessThanOrEqual(3);
  expect(aborted).toEqual([2]);
  // By this name the server gives it up, too.
  expect([...sessions]).toEqual([expect.stringMatching(/^\w{1,64}$/)]);
  answerFirst();
});

test('too little history is said, not shown as a zero', async () => {
  watch(() => ({ firings_total: 0, firings: [], past: 'learning', sentence: 'Too little history in 28 days.', past_words: 'Its usual range was still being learned.' }));
  openApp(FORM);
  const result = within(await panel());
  expect(await result.findByText('Too little history')).toBeVisible();
  expect(result.getByText('Its usual range was still being learned.')).toBeVisible();
  expect(result.queryByText(/0/)).toBeNull();
});

test('a short past is said beside the count', async () => {
  watch(() => ({ past: 'some', past_words: 'Only the last 9 days of 28 days could be judged.' }));
  openApp(FORM);
  const result = within(await panel());
  expect(await result.findByText(answer.sentence)).toBeVisible();
  expect(result.getByText('Only the last 9 days of 28 days could be judged.')).toBeVisible();
});

test('a rule that is not complete is not asked about', async () => {
  const asked = watch();
  openApp('/alarms?create=true');
  expect(await within(await panel()).findByText('The rule is not complete')).toBeVisible();
  expect(asked).toEqual([]);
});

test('a refusal is said in the server\'s words, and can be asked again', async () => {
  serveError('backtest', 400, { code: 'invalid_field', message: 'the range has 400000 periods; ask for a shorter range', field: 'from' });
  openApp(FORM);
  const result = within(await panel());
  expect(await result.findByText(/ask for a shorter range/)).toBeVisible();
  watch();
  await userEvent.click(result.getByRole('button', { name: 'Try again' }));
  expect(await result.findByText(answer.sentence)).toBeVisible();
});

test('a number of alarms a week sets the width', async () => {
  const asked = watch();
  const { container } = openApp(FORM);
  const set = await screen.findByRole('button', { name: 'Set the width' });
  await waitFor(() => expect(set).toBeEnabled());
  await userEvent.click(set);
  expect(await screen.findByText(width.words)).toBeVisible();
  expect(screen.getByRole('textbox', { name: 'Band width k' })).toHaveValue('2.7');
  expect(asked.find((body) => body.alarms_per_week === 1)).toMatchObject({ kind: 'band', metric_id: '1a2b3c4d' });
  await waitFor(() => expect(asked.at(-1)).toMatchObject({ k: 2.7 }));
  expect(await axeFaults(container)).toEqual([]);
  await userEvent.click(screen.getByRole('radio', { name: 'A fixed limit' }));
  expect(screen.queryByRole('button', { name: 'Set the width' })).toBeNull();
});

test('an alarm\'s page shows the same count as its form', async () => {
  openApp('/alarms/flights-recordsRead-band');
  const onPage = (await within(await panel()).findByText(/^Would have fired/)).textContent;
  cleanup();
  openApp(FORM);
  expect(await within(await panel()).findByText(/^Would have fired/)).toHaveTextContent(onPage!);
});

const firingsDrawn = () => vi.mocked(mountPlot).mock.lastCall![1].firings;

test('the preview marks when the rule would have fired, and how long', async () => {
  watch();
  openApp(FORM);
  await within(await panel()).findByText(answer.sentence);
  await waitFor(() => expect(firingsDrawn()).toHaveLength(7));
  const day = (date: number) => Date.UTC(2013, 11, date) / 1000;
  expect(firingsDrawn()[0]).toEqual({ from: day(30), to: day(31) }); // still on: up to the end of the trial
  expect(firingsDrawn()[1]).toEqual({ from: day(27), to: day(28) });
  expect(screen.getByRole('list', { name: 'Key' })).toHaveTextContent('would have been in alarm, tried since 3 Dec 2013');
});

test('marks of another rule are never drawn over the one that is typed', async () => {
  watch();
  openApp(FORM);
  await waitFor(() => expect(firingsDrawn()).toHaveLength(7));
  let isAsked = false;
  server.use(
    http.post('*/backtest', () => {
      isAsked = true;
      return new Promise<Response>(() => {});
    }),
  );
  // From one whole rule to another: nothing in between empties the answer.
  fireEvent.change(screen.getByRole('textbox', { name: 'Band width k' }), { target: { value: '4' } });
  await waitFor(() => expect(isAsked).toBe(true));
  await waitFor(() => expect(firingsDrawn()).toEqual([]));
  expect(screen.getByRole('list', { name: 'Key' })).not.toHaveTextContent('in alarm');
});

test('of a period that is not over yet nothing is judged', async () => {
  watch(() => ({ firings_total: 0, firings: [], past: 'open', sentence: 'Nothing to judge yet in 28 days.', past_words: 'All data of this time are of a period that is not over yet.' }));
  openApp(FORM);
  const result = within(await panel());
  expect(await result.findByText('Nothing to judge yet')).toBeVisible();
  expect(result.getByText('All data of this time are of a period that is not over yet.')).toBeVisible();
  expect(result.queryByText(/0/)).toBeNull();
  await screen.findByRole('list', { name: 'Key' });
  expect(screen.queryByText(/^would not have fired/)).toBeNull();
});

test('a rule that never fires says so in the key; too little history says nothing', async () => {
  watch(() => ({ firings_total: 0, firings: [] }));
  openApp(FORM);
  expect(await screen.findByText(/^would not have fired/)).toBeVisible();
  cleanup();
  watch(() => ({ past: 'learning', past_words: 'Still learning.', firings_total: 0, firings: [] }));
  openApp(FORM);
  await within(await panel()).findByText('Still learning.');
  await screen.findByRole('list', { name: 'Key' });
  expect(screen.queryByText(/^would not have fired/)).toBeNull();
});

test('a refusal belongs to the field that it names, in whose words soever', () => {
  const draft = firstDraft({ metric: 'a', stat: 'Sum', period: 60 });
  const refusal = (message: string, field?: string) => new ApiError(400, 'invalid_field', message, field);
  expect(fieldOfRefusal(refusal('DatapointsToAlarm must be less than or equal to EvaluationPeriods'), draft)).toBe('datapoints_to_alarm');
  expect(fieldOfRefusal(refusal('k must be 0.1 to 10, not 20', 'k'), draft)).toBe('k');
  expect(fieldOfRefusal(refusal('k must be 0.1 to 10, not 20', 'k'), { ...draft, kind: 'static' })).toBeNull();
  expect(fieldOfRefusal(refusal('evaluation_periods must be 1 to 100'), draft)).toBe('evaluation_periods');
  expect(fieldOfRefusal(refusal('Alarms are full'), draft)).toBeNull();
  expect(fieldOfRefusal(new ApiError(0, 'unreachable', 'name'), draft)).toBeNull();
});

test('a draft becomes a question when its rule is complete', () => {
  const draft = firstDraft({ metric: 'a', stat: 'Sum', period: 60 });
  expect(toBacktest(draft)).toMatchObject({ metric_id: 'a', k: 2 });
  expect(toBacktest(draft)).not.toHaveProperty('name');
  expect(toBacktest({ ...draft, k: '' })).toBeNull();
  expect(toBacktest({ ...draft, stat: '' })).toBeNull();
});
