import { act, fireEvent, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { http } from 'msw';
import { beforeEach, expect, test, vi } from 'vitest';
import type { Alarm, NewAlarm } from '../api/types';
import { mountPlot } from '../chart/plot';
import { serveError, serveState, server } from '../testing/fake_api';
import { axeFaults, openApp } from '../testing/render';
import { dateTimeText } from '../time/format';
import { errorsOf, firstDraft, ruleFault, toNewAlarm } from './draft';
import { conditionWords, ruleSentence } from './words';

vi.mock(import('../chart/plot'), async (original) => ({ ...(await original()), mountPlot: vi.fn() }));

beforeEach(() => {
  vi.mocked(mountPlot).mockReturnValue({ moveTo: vi.fn(), release: vi.fn(), resize: vi.fn(), destroy: vi.fn() });
  serveState('demo');
});

test('the list says state, reason and who is told nothing', async () => {
  const { container } = openApp('/alarms');
  const rows = within(await screen.findByRole('table')).getAllByRole('row');
  expect(rows[1]).toHaveTextContent('In alarmflights-recordsRead-band');
  expect(rows[2]).toHaveTextContent('Insufficient data');
  expect(rows[2]).toHaveTextContent('tells no one');
  expect(rows[2]).toHaveTextContent('30 Dec 2013, 21:00 UTC3 h ago');
  expect(await axeFaults(container)).toEqual([]);
});

test('two alarms of one name are told apart by their region', async () => {
  const { alarms } = (await (await fetch(`${location.origin}/api/tidemark/v1/alarms`)).json()) as { alarms: Alarm[] };
  const [alarm] = alarms;
  const twins = ['eu-west-1', 'us-east-1'].map((region) => ({ ...alarm!, region, ref: `arn:aws:cloudwatch:${region}:000000000000:alarm:${alarm!.name}` }));
  server.use(http.get('*/alarms', () => Response.json({ alarms: twins, total: 2, next: null })));
  openApp('/alarms');
  expect(await screen.findByRole('link', { name: `${alarm!.name} · eu-west-1` })).toHaveAttribute('href', `/alarms/${encodeURIComponent(twins[0]!.ref)}`);
  expect(screen.getByRole('link', { name: `${alarm!.name} · us-east-1` })).toBeVisible();
});

test('an alarm that sees a part of what its query matches says so on its page', async () => {
  const { alarms } = (await (await fetch(`${location.origin}/api/tidemark/v1/alarms`)).json()) as { alarms: Alarm[] };
  const partial = 'It watches a part of what its query matches.';
  server.use(http.get('*/alarms/:name', () => Response.json({ ...alarms[0]!, partial })));
  openApp(`/alarms/${alarms[0]!.ref}`);
  expect(await screen.findByText(partial)).toBeVisible();
});

test('an alarm that cannot be evaluated is never a plain OK, in the list and on its page', async () => {
  const { alarms } = (await (await fetch(`${location.origin}/api/tidemark/v1/alarms`)).json()) as { alarms: Alarm[] };
  const error = "Error in expression 'e': the result must be a single time series, not a scalar";
  const broken: Alarm = { ...alarms[0]!, state: 'OK', state_reason_words: 'The sum was 1.', evaluation_error: error };
  server.use(
    http.get('*/alarms', () => Response.json({ alarms: [broken, { ...broken, ref: 'on', name: 'on', state: 'ALARM' }], total: 2, next: null })),
    http.get('*/alarms/:name', () => Response.json(broken)),
  );
  const { history, container } = openApp('/alarms');
  const rows = within(await screen.findByRole('table')).getAllByRole('row');
  expect(within(rows[1]!).getByText('Cannot be evaluated')).toBeVisible();
  expect(within(rows[1]!).queryByText('OK')).toBeNull();
  expect(rows[1]).toHaveTextContent(`It cannot be evaluated, and what was known last is “OK”: ${error}`);
  // Nobody takes back an alarm that went off.
  expect(within(rows[2]!).getByText('In alarm')).toBeVisible();
  expect(rows[2]).toHaveTextContent(`what was known last is “In alarm”: ${error}`);
  expect(await axeFaults(container)).toEqual([]);

  act(() => history.push(`/alarms/${broken.ref}`));
  expect(await screen.findByText('The sum was 1.')).toBeVisible();
  expect(screen.getByText(`It cannot be evaluated, and what was known last is “OK”: ${error}`)).toBeVisible();
  expect(screen.getByText('Cannot be evaluated')).toBeVisible();
});

test('in local time the sentences of the server have local times, and a mute says its zone', async () => {
  const { alarms } = (await (await fetch(`${location.origin}/api/tidemark/v1/alarms`)).json()) as { alarms: Alarm[] };
  const state_reason_words = 'glue.driver.aggregate.recordsRead has sent no data since 30 Dec 2013 11:00 UTC.';
  const muted: Alarm = { ...alarms[0]!, state_reason_words, muted_by: 'night', muted_until: '2013-12-31T07:07:00Z' };
  server.use(
    http.get('*/alarms', () => Response.json({ alarms: [muted], total: 1, next: null })),
    http.get('*/alarms/:name', () => Response.json(muted)),
  );
  const { history } = openApp('/alarms?tz=local');
  const local = `has sent no data since ${dateTimeText(Date.parse('2013-12-30T11:00:00Z') / 1000, 'local')} local.`;
  expect(await screen.findByText(new RegExp(local))).toBeVisible();
  expect(await screen.findByText(/^Muted until .* local$/)).toBeVisible();
  act(() => history.push(`/alarms/${muted.ref}?tz=local`));
  await screen.findByRole('heading', { level: 1, name: muted.name });
  expect(await screen.findByText(new RegExp(local))).toBeVisible();
  // Under the chart, whose periods are days; the reason names none.
  await waitFor(() => expect(screen.getAllByText(/is a day of UTC/).some((note) => note.closest('figcaption'))).toBe(true));
  act(() => history.push(`/alarms/${muted.ref}`));
  expect(await screen.findByText(/^Muted until .* UTC$/)).toBeVisible();
  expect(screen.queryByText(/is a day of UTC/)).toBeNull();
  expect(screen.getByText(/since 30 Dec 2013 11:00 UTC\.$/)).toBeVisible();
});

test('a filter that hides all offers the way back', async () => {
  const { history } = openApp('/alarms?state=OK');
  await userEvent.click(await screen.findByRole('button', { name: 'Clear the filter' }));
  expect(await screen.findByRole('table')).toBeVisible();
  expect(history.location.search).toBe('');
});

test('a name with a slash is one alarm, not a path', async () => {
  openApp('/alarms');
  await userEvent.click(await screen.findByRole('link', { name: 'flights/heap too full' }));
  expect(await screen.findByRole('heading', { level: 1, name: 'flights/heap too full' })).toBeVisible();
  expect(await screen.findByText('Maximum per hour is above 400 in 2 of 3 periods.')).toBeVisible();
});

test('an alarm shows history, deliveries and rule', async () => {
  const { container } = openApp('/alarms/flights-recordsRead-band');
  const history = await screen.findByRole('list', { name: /^History/ });
  const thanksgiving = within(history).getAllByRole('listitem').find((item) => item.textContent?.includes('28 Nov 2013'));
  expect(thanksgiving).toHaveTextContent('In alarm');
  expect(await screen.findByText('Failed 2 times, trying again')).toBeVisible();
  expect(screen.getByText('connection refused')).toBeVisible();
  expect(screen.getByText('Sum per day leaves its usual range (k = 2) in one period.')).toBeVisible();
  expect(await axeFaults(container)).toEqual([]);
});

test('a message that was given up says so, with its tries, its reason and when', async () => {
  const dead = {
    id: 'd1',
    protocol: 'https',
    endpoint: 'https://hooks.example.org/on-call',
    state: 'dead',
    transition: { at: '2013-12-24T00:00:00Z', old_state: 'OK', new_state: 'ALARM' },
    created_at: '2013-12-24T00:00:05Z',
    finished_at: '2013-12-25T00:00:07Z',
    last_error: 'the endpoint answered 410',
    output: null,
  };
  const deliveries = [
    { ...dead, attempts: 31 },
    { ...dead, id: 'd2', protocol: 'email', endpoint: 'gone@example.org', attempts: 1, last_error: 'the mail server answered: 550 no such person' },
    { ...dead, id: 'd3', protocol: 'email', endpoint: 'there@example.org', state: 'delivered', attempts: 2 },
  ];
  server.use(http.get('*/deliveries', () => Response.json({ deliveries })));
  const { container } = openApp('/alarms/flights-recordsRead-band');
  const itemOf = async (endpoint: string) => (await screen.findByText(endpoint)).closest('li');
  const hook = await itemOf('https://hooks.example.org/on-call');
  expect(hook).toHaveTextContent('Given up after 31 tries');
  expect(hook).toHaveTextContent('on 25 Dec 2013, 00:00:07 UTC by the machine’s clock');
  expect(hook).toHaveTextContent('For the change from OK to In alarm on 24 Dec 2013, 00:00 UTC');
  expect(hook).toHaveTextContent('the endpoint answered 410');
  expect(await itemOf('gone@example.org')).toHaveTextContent(/Given up after 1 try.*the mail server answered: 550 no such person/);
  // What failed once and then arrived is no reason to worry.
  const there = await itemOf('there@example.org');
  expect(there).toHaveTextContent('Delivered after 2 tries');
  expect(there).not.toHaveTextContent('410');
  expect(await axeFaults(container)).toEqual([]);
});

test('each delivery says of which change of state it tells, in the time that the history has, and what is not sent has no other', async () => {
  openApp('/alarms/flights-recordsRead-band');
  const waiting = (await screen.findByText('Failed 2 times, trying again')).closest('li');
  expect(waiting).toHaveTextContent(/For the change from \S.* to \S.* on \d+ Dec 2013, 00:00 UTC/);
  expect(waiting).not.toHaveTextContent('machine’s clock');
  const told = (await screen.findAllByText('operators@example.com'))[0]!.closest('li');
  expect(told).toHaveTextContent('Deliveredon 4 May 2026, 09:03 UTC by the machine’s clock');
});

test('history names what an action did without the length of its address, and shows the latest first', async () => {
  const actions = Array.from({ length: 60 }, (_, index) => ({
    id: `a${index}`,
    at: '2013-12-24T00:00:00Z',
    type: 'Action',
    summary: `Successfully executed action arn:tidemark:runbook:us-east-1:000000000000:open-ticket-${index}`,
    old_state: null,
    new_state: null,
    reason: null,
  }));
  server.use(http.get('*/history', ({ request }) => Response.json({ items: actions.slice(0, Number(new URL(request.url).searchParams.get('limit'))) })));
  openApp('/alarms/flights-recordsRead-band');
  const history = await screen.findByRole('list', { name: /^History/ });
  expect(within(history).getAllByRole('listitem')).toHaveLength(20);
  expect(within(history).getByText('Successfully executed action runbook open-ticket-0')).toBeVisible();
  await userEvent.click(screen.getByRole('button', { name: 'Show older' }));
  await waitFor(() => expect(within(history).getAllByRole('listitem')).toHaveLength(60));
});

test('an alarm that does not exist is said as such', async () => {
  openApp('/alarms/nothing');
  expect(await screen.findByText('There is no such alarm')).toBeVisible();
  expect(screen.getByRole('link', { name: 'All alarms' })).toHaveAttribute('href', '/alarms');
});

test('deleting asks first, and a refusal leaves the alarm where it is', async () => {
  const { history } = openApp('/alarms/flights-recordsRead-band');
  await userEvent.click(await screen.findByRole('button', { name: 'Delete' }));
  const dialog = await screen.findByRole('dialog', { name: 'Delete this alarm?' });
  serveError('alarms/:name', 503, { code: 'overloaded', message: 'Try again later.' });
  await userEvent.click(within(dialog).getByRole('button', { name: 'Delete' }));
  expect(await within(dialog).findByText('Try again later.')).toBeVisible();
  expect(history.location.pathname).toBe('/alarms/flights-recordsRead-band');

  serveState('demo');
  await userEvent.click(within(dialog).getByRole('button', { name: 'Delete' }));
  await waitFor(() => expect(history.location.pathname).toBe('/alarms'));
  await waitFor(() => expect(screen.queryByRole('link', { name: 'flights-recordsRead-band' })).toBeNull());
});

test('telling people can be switched off', async () => {
  openApp('/alarms/flights-recordsRead-band');
  await userEvent.click(await screen.findByRole('switch', { name: /Tell people/ }));
  expect(await screen.findByText('The state still changes; no one is told.')).toBeVisible();
});

test('the form sends what was chosen, and refusals stand at their field', async () => {
  let sent: NewAlarm | undefined;
  const { container, history } = openApp('/alarms?create=true&metric=1a2b3c4d');
  const submit = await screen.findByRole('button', { name: 'Create alarm' });
  await waitFor(() => expect(screen.getByRole('combobox', { name: 'Statistic' })).toHaveValue('Sum'));
  await userEvent.click(submit);
  expect(screen.getByText('An alarm needs a name')).toBeVisible();
  await waitFor(() => expect(screen.getByRole('textbox', { name: /Name/ })).toHaveFocus());
  expect(await axeFaults(container)).toEqual([]);

  const name = screen.getByRole('textbox', { name: /Name/ });
  await userEvent.type(name, 'flights-recordsRead-band');
  expect(screen.queryByText('An alarm needs a name')).toBeNull();
  await userEvent.click(submit);
  expect(await screen.findByText('An alarm of this name exists already.')).toBeVisible();
  expect(name).toHaveAttribute('aria-invalid', 'true');

  server.events.on('request:start', ({ request }) => {
    if (request.method === 'POST' && request.url.endsWith('/alarms')) void request.clone().json().then((body) => (sent = body));
  });
  await userEvent.type(name, '-2');
  await userEvent.click(submit);
  await waitFor(() => expect(history.location.pathname).toBe('/alarms/flights-recordsRead-band-2'));
  expect(sent).toEqual({
    name: 'flights-recordsRead-band-2',
    description: '',
    metric_id: '1a2b3c4d',
    stat: 'Sum',
    period_s: 86_400,
    kind: 'band',
    k: 2,
    direction: 'both',
    evaluation_periods: 1,
    datapoints_to_alarm: 1,
    treat_missing_data: 'missing',
    topic_arns: [],
  });
});

test('the preview waits for the chosen metric instead of asking for one', async () => {
  let answer = () => {};
  const asked = new Promise<void>((resolve) => (answer = resolve));
  server.use(
    http.get('*/metrics', async ({ request }) => {
      if (new URL(request.url).searchParams.has('id')) await asked;
    }),
  );
  openApp('/alarms?create=true&metric=1a2b3c4d');
  const preview = (await screen.findByRole('heading', { name: 'Its past against this limit' })).closest('section')!;
  expect(preview.querySelector('[aria-busy="true"]')).not.toBeNull();
  expect(within(preview).queryByText('Choose a metric')).toBeNull();
  answer();
  expect(await within(preview).findByText(/11 of 90 points outside the usual range/)).toBeVisible();
});

test('an error about something that the form does not have is still seen', async () => {
  openApp('/alarms?create=true&metric=1a2b3c4d');
  await userEvent.type(await screen.findByRole('textbox', { name: /Name/ }), 'x');
  await waitFor(() => expect(screen.getByRole('combobox', { name: 'Statistic' })).toHaveValue('Sum'));
  server.use(http.post('*/alarms', () => Response.json({ error: { code: 'invalid_field', message: 'No more alarms.', field: 'quota' } }, { status: 400 })));
  await userEvent.click(screen.getByRole('button', { name: 'Create alarm' }));
  expect(await screen.findByText('No more alarms.')).toBeVisible();
});

test('a new alarm that was begun is not lost without a question; one that was not touched needs none', async () => {
  const { history } = openApp('/alarms?create=true&metric=1a2b3c4d');
  // What the form fills in by itself is nobody's work.
  await waitFor(() => expect(screen.getByRole('combobox', { name: 'Statistic' })).toHaveValue('Sum'));
  await userEvent.click(screen.getByRole('button', { name: 'Cancel' }));
  await waitFor(() => expect(history.location.search).not.toContain('create'));
  act(() => history.push('/alarms?create=true&metric=1a2b3c4d'));
  fireEvent.change(await screen.findByRole('textbox', { name: /Name/ }), { target: { value: 'rows' } });
  await userEvent.click(screen.getByRole('button', { name: 'Cancel' }));
  await userEvent.click(within(await screen.findByRole('alertdialog')).getByRole('button', { name: 'Go on editing' }));
  expect(screen.getByRole('textbox', { name: /Name/ })).toHaveValue('rows');
  act(() => history.push('/explore'));
  await userEvent.click(within(await screen.findByRole('alertdialog')).getByRole('button', { name: 'Discard them' }));
  await waitFor(() => expect(history.location.pathname).toBe('/explore'));
});

test('a draft is judged before it is sent', () => {
  const good = { ...firstDraft({ metric: 'a', stat: 'Sum', period: 60 }), name: 'n' };
  expect(errorsOf(good)).toEqual({});
  expect(errorsOf({ ...good, datapoints_to_alarm: 3, evaluation_periods: 2 })).toEqual({ datapoints_to_alarm: 'At most the 2 looked at' });
  expect(errorsOf({ ...good, kind: 'static' })).toHaveProperty('threshold');
  expect(errorsOf({ ...good, kind: 'static', threshold: 0 })).toEqual({});
  expect(errorsOf({ ...good, kind: 'static', threshold: 1e308 })).toEqual({ threshold: 'At most 1e300, above or below zero' });
  expect(errorsOf({ ...good, evaluation_periods: 1441 })).toEqual({ evaluation_periods: 'At most 1440 with one per minute: a day in all' });
  expect(ruleFault({ ...good, period_s: 86_400, evaluation_periods: 8 })).toBe('The number of periods: at most 7 with one per day: a week in all.');
  expect(ruleFault({ ...good, stat: '' })).toBe('');
  expect(errorsOf({ ...good, k: 11 })).toHaveProperty('k');
  expect(toNewAlarm({ ...good, kind: 'static', threshold: 0, direction: 'above' })).not.toHaveProperty('k');
});

test('rules are said in words, whichever operator they have', () => {
  const alarm = { comparison: 'LessThanLowerThreshold', threshold: null, band_k: 3 };
  expect(conditionWords(alarm)).toBe('falls below its usual range (k = 3)');
  expect(conditionWords({ ...alarm, comparison: 'GreaterThanOrEqualToThreshold', threshold: 5 })).toBe('is 5 or more');
  expect(ruleSentence({ comparison: 'GreaterThanThreshold', threshold: 5, band_k: null, stat: 'p99', period_s: 300, evaluation_periods: 3, datapoints_to_alarm: 3 } as never)).toBe(
    'p99 per 5 minutes is above 5 in 3 periods running.',
  );
});
