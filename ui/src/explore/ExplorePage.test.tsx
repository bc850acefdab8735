import { act, fireEvent, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { http } from 'msw';
import { beforeEach, expect, test, vi } from 'vitest';
import type { MetricsPage } from '../api/types';
import { mountPlot, type PlotEvents, type PlotModel } from '../chart/plot';
import { metricTitle } from '../parts/metricTitle';
import { serveError, serveState, server } from '../testing/fake_api';
import { axeFaults, openApp } from '../testing/render';

// A canvas has no pixels here: what the plot is told and tells is enough. Its pixels are judged in e2e/demo.test.mjs.
vi.mock(import('../chart/plot'), async (original) => ({ ...(await original()), mountPlot: vi.fn() }));
vi.mock('@mantine/hooks', async (original) => ({ ...(await original<object>()), useElementSize: () => ({ ref: () => {}, width: 800, height: 300 }) }));

let plots: { model: PlotModel; events: PlotEvents; moves: number[] }[];
const latestPlot = () => plots.at(-1)!;

beforeEach(() => {
  plots = [];
  vi.mocked(mountPlot).mockImplementation((_element, model, events) => {
    const moves: number[] = [];
    plots.push({ model, events, moves });
    return { moveTo: (index) => void moves.push(index), release: vi.fn(), resize: vi.fn(), destroy: vi.fn() };
  });
  serveState('demo');
});

const chart = () => screen.findByRole('application');

test('a metric is searched, chosen, and shown with its sentence; all of it stands in the URL', async () => {
  const { history, container } = openApp('/explore');
  await userEvent.type(await screen.findByRole('searchbox'), 'recordsRead');
  expect(await screen.findByText('1 metric matches')).toBeVisible();
  await userEvent.click(screen.getByRole('button', { name: /^glue.*recordsRead.*Learned/ }));
  expect(await chart()).toBeVisible();
  // The zone of its times is said once.
  expect(screen.getByText(/3 Oct 2013 to 31 Dec 2013 UTC: 11 of 90 points outside the usual range/)).toBeVisible();
  await waitFor(() => expect(history.location.search).toBe('?q=recordsRead&m=1a2b3c4d'));
  expect(latestPlot().model.rows.filter((r) => r.finding)).toHaveLength(11);
  expect(await axeFaults(container)).toEqual([]);
});

test('a brush goes to whole periods in the URL, and Back undoes it', async () => {
  const { history } = openApp('/explore?m=1a2b3c4d');
  await chart();
  act(() => latestPlot().events.onBrush(Date.parse('2013-11-20T07:00:00Z') / 1000, Date.parse('2013-12-05T03:00:00Z') / 1000));
  await waitFor(() => expect(decodeURIComponent(history.location.search)).toContain('from=2013-11-20T00:00:00Z&to=2013-12-06T00:00:00Z'));
  await waitFor(() => expect(latestPlot().model.rows).toHaveLength(16));
  act(() => history.back());
  await waitFor(() => expect(latestPlot().model.rows).toHaveLength(90));
  expect(history.location.search).toBe('?m=1a2b3c4d');
});

test.each(['', '&from=now-7d'])('charts under each other have one time axis (%s)', async (range) => {
  openApp(`/explore?m=1a2b3c4d,5e6f7a8b${range}`);
  await waitFor(() => expect(screen.getAllByRole('application')).toHaveLength(2));
  const last = new Map(plots.map((p) => [p.model.rows.length, p.model]));
  const axes = [...last.values()].map((m) => `${m.from}..${m.to} ${m.syncKey}`);
  expect(axes).toHaveLength(2);
  expect(new Set(axes).size).toBe(1);
});

test('arrow keys move from point to point and say what is there', async () => {
  openApp('/explore?m=1a2b3c4d');
  fireEvent.keyDown(await chart(), { key: 'End' });
  expect(latestPlot().moves).toEqual([89]);
  expect(screen.getByText('Tue, 31 Dec 2013 UTC: 760, below the usual 886 to 1,054. A finding: press it, or Enter, for why.', { selector: '[aria-live="polite"]' })).toBeInTheDocument();
  fireEvent.keyDown(await chart(), { key: 'ArrowLeft' });
  fireEvent.keyDown(await chart(), { key: 'ArrowLeft' });
  expect(latestPlot().moves).toEqual([89, 88, 87]);
});

test('a mark that is pressed opens its Why, which stands in the URL; the keyboard comes back to the chart', async () => {
  const { history } = openApp('/explore?m=1a2b3c4d');
  await chart();
  act(() => latestPlot().events.onMark(latestPlot().model.rows.length - 1));
  expect(await screen.findByRole('dialog', { name: 'Dip, Tue, 31 Dec 2013 UTC' })).toBeVisible();
  expect(history.location.search).toContain('why=det-1a2b3c4d-Sum.86400.1388448000');
  await userEvent.keyboard('{Escape}');
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  await waitFor(async () => expect(await chart()).toHaveFocus());
});

test('by keyboard: from finding to finding, and Enter opens the Why of one', async () => {
  openApp('/explore?m=1a2b3c4d');
  fireEvent.keyDown(await chart(), { key: 'PageUp' });
  expect(latestPlot().moves).toEqual([89]);
  fireEvent.keyDown(await chart(), { key: 'PageUp' });
  const [, second] = latestPlot().moves;
  expect(latestPlot().model.rows[second!]!.finding?.id).toBeTruthy();
  expect(screen.getByText(/A finding: press it, or Enter, for why\.$/, { selector: '[aria-live="polite"]' })).toBeInTheDocument();
  fireEvent.keyDown(await chart(), { key: 'PageDown' });
  fireEvent.keyDown(await chart(), { key: 'PageDown' }); // there is none after the last
  expect(latestPlot().moves).toEqual([89, second, 89]);
  fireEvent.keyDown(await chart(), { key: 'Enter' });
  expect(await screen.findByRole('dialog', { name: 'Dip, Tue, 31 Dec 2013 UTC' })).toBeVisible();
});

test('a point outside of the drawn band that is no finding has no Why, and its mark says so', async () => {
  openApp('/explore?m=1a2b3c4d');
  await chart();
  const at = latestPlot().model.rows.findIndex((row) => row.finding?.id === null);
  expect(at).toBeGreaterThan(0);
  expect(screen.getAllByText(/this range, but no finding/)[0]).toBeVisible();
  act(() => latestPlot().events.onCursor(at));
  fireEvent.keyDown(await chart(), { key: 'Enter' });
  expect(screen.queryByRole('dialog')).toBeNull();
});

test('days of calendars are in the key, in the words of their points and in the table', async () => {
  openApp(`/explore?m=1a2b3c4d&from=2013-11-20T00:00:00Z&to=2013-11-29T00:00:00Z`);
  expect(await screen.findByText('day of bank holidays')).toBeVisible();
  const chart = await screen.findByRole('application');
  chart.focus();
  await userEvent.keyboard('{End}');
  expect(await screen.findByText(/^Thu, 28 Nov 2013 UTC: 634, below the usual .* A day of bank holidays\. A finding/, { selector: '[aria-live="polite"]' })).toBeInTheDocument();
  await userEvent.click(screen.getByRole('button', { name: 'Table' }));
  expect((await screen.findAllByRole('row'))[1]).toHaveTextContent('▼ below, a finding · bank holidays');
});

test('the page is called as its first metric, so that several can be told apart', async () => {
  const { history } = openApp('/explore?m=1a2b3c4d');
  await chart();
  await waitFor(() => expect(document.title).toMatch(/recordsRead.* · Tidemark$/));
  const one = document.title;
  act(() => history.push('/explore?m=1a2b3c4d,5e6f7a8b'));
  await waitFor(() => expect(document.title).toBe(one.replace(' · Tidemark', ' and 1 more · Tidemark')));
  act(() => history.push('/explore'));
  await waitFor(() => expect(document.title).toBe('Explore · Tidemark'));
});

test('a width that is none is said at its field, and the charts stay as they are', async () => {
  const { history } = openApp('/explore?m=1a2b3c4d&k=3');
  const field = await screen.findByRole('textbox', { name: 'Band width k' });
  await userEvent.clear(field);
  await userEvent.paste('2,5');
  await userEvent.tab();
  expect(screen.getByText('A comma parts thousands, as in 1,000. With a point it is 2.5')).toBeVisible();
  expect(history.location.search).toContain('k=3');
  await userEvent.clear(field);
  await userEvent.type(field, '0.5');
  await waitFor(() => expect(history.location.search).toContain('k=0.5'));
  expect(field).toHaveValue('0.5');
});

test('the table says the same as the picture', async () => {
  openApp('/explore?m=1a2b3c4d&view=table');
  const rows = within(await screen.findByRole('table')).getAllByRole('row');
  expect(rows).toHaveLength(91);
  expect(rows[1]).toHaveTextContent('Tue, 31 Dec 2013760▼ below, a finding886 to 1,054970');
});

test('a name made of markup stays a name', async () => {
  openApp('/explore?q=onerror');
  expect(await screen.findByRole('button', { name: /^"><img src=x onerror=alert\(1\)>/ })).toBeVisible();
  expect(document.querySelector('img[src="x"]')).toBeNull();
});

test('free text for the range is checked where it is typed', async () => {
  const { history } = openApp('/explore?m=1a2b3c4d');
  const field = await screen.findByRole('textbox', { name: 'Time range as text' });
  await userEvent.type(field, 'last tuesday{Enter}');
  expect(await screen.findByText(/Write it like now-6h/)).toBeVisible();
  await userEvent.clear(field);
  await userEvent.type(field, 'now-28d{Enter}');
  await waitFor(() => expect(history.location.search).toContain('from=now-28d'));
});

test('a range with too many periods is shown in the shortest period that fits, which is said', async () => {
  const { history } = openApp('/explore?m=1a2b3c4d:Sum:60&from=now-365d');
  expect(await screen.findByText('So long a range has more periods than fit in one chart: it is shown per hour.')).toBeVisible();
  expect(await chart()).toBeVisible();
  expect(screen.getByRole('combobox', { name: 'Period' })).toHaveValue('per hour');
  // A shorter range has the period that was asked for again.
  await userEvent.click(screen.getByRole('button', { name: '6h: last 6 hours' }));
  await waitFor(() => expect(screen.getByRole('combobox', { name: 'Period' })).toHaveValue('per minute'));
  expect(screen.queryByText(/^So long a range/)).toBeNull();
  expect(history.location.search).toContain('m=1a2b3c4d');
});

test('a range that no period fits is said in the place of the chart, which keeps its name and its choices', async () => {
  openApp('/explore?m=1a2b3c4d:Sum:60&from=1500-01-01T00:00:00Z&to=2013-12-01T00:00:00Z');
  expect(await screen.findByText(/and a chart shows at most 20,000\. Choose a shorter range/)).toBeVisible();
  expect(await screen.findByRole('heading', { name: /recordsRead/ })).toBeVisible();
  expect(screen.getByRole('combobox', { name: 'Period' })).toHaveValue('per minute');
  expect(screen.getByRole('searchbox')).toBeVisible();
});

test('a list that fails does not take the chart with it', async () => {
  serveError('metrics');
  openApp('/explore?m=1a2b3c4d');
  expect(await chart()).toBeVisible();
  expect(screen.getByRole('alert')).toHaveTextContent('Cannot show the metrics');
});

test('a chart without a band says why, and what brings one', async () => {
  serveState('one-point');
  openApp('/explore?m=1a2b3c4d');
  expect(await screen.findByText('The usual range appears once enough has been learned; 1 period so far.')).toBeVisible();
});

test('a metric that cannot be read is not said to be loading', async () => {
  serveError('chart');
  serveError('metrics');
  openApp('/explore?m=1a2b3c4d');
  expect(await screen.findByRole('heading', { name: 'A metric that could not be read' })).toBeVisible();
  expect(screen.queryByText('Loading the metric…')).toBeNull();
});

test('a fresh install leads to the way in', async () => {
  serveState('empty');
  openApp('/explore');
  expect(await screen.findByRole('link', { name: 'How to send a first value' })).toHaveAttribute('href', '/');
});

test('a metric with an alarm that is on says so, by a sign and a word', async () => {
  const page = (await (await fetch(`${location.origin}/api/tidemark/v1/metrics`)).json()) as MetricsPage;
  server.use(http.get('*/metrics', () => Response.json({ ...page, metrics: page.metrics.map((metric, index) => ({ ...metric, in_alarm: index === 0 })) })));
  openApp('/explore');
  const marked = await screen.findByText('In alarm');
  expect(marked.querySelector('svg')).not.toBeNull();
  expect(marked.closest('li')).toBe(screen.getByRole('region', { name: 'Metrics' }).querySelector('li'));
});

test('a range without data says when the newest value came, leads to it, and cannot be marked as missed', async () => {
  const { history } = openApp('/explore?m=1a2b3c4d&from=2014-06-01T00:00:00Z&to=2014-06-11T00:00:00Z');
  expect(await screen.findByText(/Its newest value is from/)).toHaveTextContent('31 Dec 2013, 00:00 UTC');
  expect(await screen.findByText('So nothing in it was judged.')).toBeVisible();
  expect(screen.queryByRole('button', { name: /^Mark this range as missed/ })).toBeNull();
  await userEvent.click(screen.getByRole('button', { name: 'Go to the newest value' }));
  await waitFor(() => expect(decodeURIComponent(history.location.search)).toContain('from=2013-12-15T00:00:00Z&to=2014-01-04T00:00:00Z'));
  expect(await chart()).toBeVisible();
});

test('characters that turn letters round end with the name that holds them', async () => {
  const name = 'size \u202eabc';
  const page = (await (await fetch(`${location.origin}/api/tidemark/v1/metrics`)).json()) as MetricsPage;
  server.use(http.get('*/metrics', () => Response.json({ ...page, metrics: [{ ...page.metrics[0]!, name }] })));
  openApp('/explore');
  expect((await screen.findByText(name)).tagName).toBe('BDI');
  expect(metricTitle({ name, dimensions: [{ name: 'a', value: 'b' }] })).toBe(`\u2068${name}\u2069 · a=b`);
});
