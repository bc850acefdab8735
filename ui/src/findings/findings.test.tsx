import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { beforeEach, expect, test } from 'vitest';
import { recordRequests, serveError, serveState } from '../testing/fake_api';
import { axeFaults, openApp } from '../testing/render';

const METRIC = '1a2b3c4d';
const DETECTOR = `det-${METRIC}-Sum`;
const STORM_RANGE = 'from=2013-11-01T00:00:00Z&to=2013-11-11T00:00:00Z';

beforeEach(() => serveState('demo'));
const list = () => screen.findByRole('list', { name: /^Findings of/ });

test('findings stand under the chart, newest first, in words; a few at first', async () => {
  const { container } = openApp(`/explore?m=${METRIC}`);
  const rows = within(await list()).getAllByRole('listitem');
  expect(rows).toHaveLength(4);
  expect(rows[0]).toHaveTextContent('Medium severityDipTue, 31 Dec 2013 UTC760; 844 to 1,096 are usual');
  expect(rows[3]).toHaveTextContent('Raised by late data: it was ordinary at first');
  await userEvent.click(screen.getByRole('button', { name: 'Show all 10' }));
  const all = within(await list()).getAllByRole('listitem');
  expect(all).toHaveLength(10);
  expect(all[5]).toHaveTextContent('Taken back by late data: it is 970 now, which is usual');
  expect(all[9]).toHaveTextContent('High severityDipThu, 28 Nov 2013');
  expect(all[9]).toHaveTextContent('Judged Known: Thanksgiving');
  expect(await axeFaults(container)).toEqual([]);
});

test('the alarm page has them too, of the same range as its chart', async () => {
  const seen = recordRequests();
  openApp(`/alarms/flights-recordsRead-band?from=2013-11-20T00:00:00Z&to=2013-12-01T00:00:00Z`);
  expect(within(await list()).getAllByRole('listitem')).toHaveLength(3);
  expect(seen.filter((r) => r.path === '/findings')).toHaveLength(1);
});

test('a range without findings says at which width nothing was found, and that the chart draws another', async () => {
  openApp(`/explore?m=${METRIC}&${STORM_RANGE}`);
  expect(await screen.findByText('No finding in this range')).toBeVisible();
  expect(screen.getByText(/at its width k = 3, and nothing was unusual otherwise\. The chart draws a narrower one \(k = 2\)/)).toBeVisible();
});

test('while it learns there is nothing to find yet', async () => {
  serveState('one-point');
  openApp(`/explore?m=${METRIC}`);
  expect(await screen.findByText('Findings come once the usual range is known; 1 period so far.')).toBeVisible();
  expect(screen.queryByText(/Something is missing/)).toBeNull();
});

test('a metric without a detector shows what the always-on watch found: as marks, in the panel, and with its own Why', async () => {
  const seen = recordRequests();
  const { history } = openApp('/explore?m=9c0d1e2f&from=now-28d');
  const rows = within(await list()).getAllByRole('listitem');
  expect(rows.length).toBeGreaterThan(0);
  for (const row of rows) {
    expect(row).toHaveTextContent('Always-on watch');
    expect(row).toHaveTextContent(/\d %; \S+ to \S+ % are usual/);
  }
  expect(await screen.findByText(/no usual range is known yet\. The always-on watch found \d+ points? unusual\./)).toBeVisible();
  expect(screen.getByText(/^(above|below): found by the always-on watch$/)).toBeVisible();
  expect(screen.getByText('No detector watches this metric')).toBeVisible();
  expect(screen.getByText(/misses much\. Watching begins/)).toBeVisible();
  expect(seen.find((r) => r.path === '/findings')?.query).toMatchObject({ metric: '9c0d1e2f', tier: 'all', replay: '1' });

  await userEvent.click(within(rows[0]!).getByRole('link', { name: /^Why: / }));
  const dialog = await screen.findByRole('dialog');
  expect(history.location.search).toContain('why=always_on-9c0d1e2f.3600.');
  expect(await within(dialog).findByText('Sum per hour')).toBeVisible();
  expect(within(dialog).getByRole('button', { name: /^Expected/ })).toHaveTextContent('A false alarm.');
  expect(dialog).toHaveTextContent('the always-on watch learns nothing from it');
  await userEvent.click(within(dialog).getByRole('button', { name: /^Real/ }));
  expect(await within(dialog).findByText('Real', { selector: 'b' })).toBeVisible();
  expect(await axeFaults(dialog)).toEqual([]);
});

test('a silence is in the picture, its key, the caption, the table and the list', async () => {
  const { history } = openApp('/explore?m=7a8b9c0d&from=now-4d&view=table');
  expect(await screen.findByText(/Silent 2 times for longer than usual, the last since 30 Dec 2013, 19:00 UTC\./)).toBeVisible();
  expect(screen.getByText('silent for longer than usual')).toBeVisible();
  const silent = within(await screen.findByRole('table')).getAllByRole('link', { name: '◌ silent' });
  expect(silent.length).toBeGreaterThan(36);
  expect(within(await list()).getAllByText('No data, for longer than usual at this time of the week').length).toBe(2);
  await userEvent.click(silent[0]!);
  expect(await screen.findByRole('dialog', { name: /^Silence, 30 Dec 2013, 21:00 UTC/ })).toBeVisible();
  expect(history.location.search).toContain('why=det-7a8b9c0d-Average.3600.');
});

test('a metric that nothing watches can be watched, and its band comes', async () => {
  const seen = recordRequests();
  openApp('/explore?m=9c0d1e2f:Maximum');
  await userEvent.click(await screen.findByRole('button', { name: 'Watch this metric' }));
  expect(await screen.findByRole('button', { name: 'Band settings' })).toBeVisible();
  await waitFor(() => expect(screen.queryByText('No detector watches this metric')).toBeNull());
  expect(seen.find((r) => r.method === 'POST')).toEqual({ method: 'POST', path: '/detectors', body: { metric_id: '9c0d1e2f', stat: 'Maximum', periods_s: [3600] } });
});

test('a metric that cannot be watched says why', async () => {
  openApp('/explore?m=9c0d1e2f');
  const watch = await screen.findByRole('button', { name: 'Watch this metric' });
  serveError('detectors', 503, { code: 'overloaded', message: 'Too many detectors.' });
  await userEvent.click(watch);
  expect(await screen.findByText('Too many detectors.')).toBeVisible();
});

test('findings that fail leave the chart where it is', async () => {
  serveError('findings');
  openApp(`/explore?m=${METRIC}`);
  expect(await screen.findByText('Cannot show the findings')).toBeVisible();
  expect(screen.getByText(/11 of 90 points outside the usual range/)).toBeVisible();
});

test('a brushed range can be marked as missed, after being told what that does', async () => {
  const seen = recordRequests();
  openApp(`/explore?m=${METRIC}&${STORM_RANGE}`);
  await userEvent.click(await screen.findByRole('button', { name: 'Mark this range as missed…' }));
  const dialog = await screen.findByRole('dialog', { name: 'Should something have been found here?' });
  expect(dialog).toHaveTextContent('1 Nov 2013, 00:00 UTC to 11 Nov 2013, 00:00 UTC: 10 periods');
  expect(dialog).toHaveTextContent('from k = 2.7 on a period is a finding, before it was 3');
  expect(await axeFaults(dialog)).toEqual([]);
  await userEvent.click(within(dialog).getByRole('button', { name: 'Mark as missed' }));
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  expect(seen.find((r) => r.method === 'POST')).toEqual({
    method: 'POST',
    path: '/missed',
    body: { metric_id: METRIC, stat: 'Sum', from: '2013-11-01T00:00:00Z', to: '2013-11-11T00:00:00Z' },
  });
  expect(await screen.findByText(/at its width k = 2\.7/)).toBeVisible();
});

test('a mark that is refused stays in its dialog', async () => {
  openApp(`/explore?m=${METRIC}&from=2013-11-20T00:00:00Z&to=2013-12-01T00:00:00Z`);
  await userEvent.click(await screen.findByRole('button', { name: 'Mark this range as missed…' }));
  const dialog = await screen.findByRole('dialog');
  expect(dialog).toHaveTextContent('3 findings are in this range already.');
  serveError('missed', 503, { code: 'overloaded', message: 'Try again later.' });
  await userEvent.click(within(dialog).getByRole('button', { name: 'Mark as missed' }));
  expect(await within(dialog).findByText('Try again later.')).toBeVisible();
});

test('"the last 28 days" is no stretch that was missed', async () => {
  openApp(`/explore?m=${METRIC}&from=now-28d`);
  expect(await screen.findByText(/Drag over it in the chart/)).toBeVisible();
  expect(screen.queryByRole('button', { name: /as missed/ })).toBeNull();
});

test('in the table a judgement leads to its Why', async () => {
  const { history } = openApp(`/explore?m=${METRIC}&view=table`);
  await userEvent.click(within(await screen.findByRole('table')).getAllByRole('link', { name: '▼ below, a finding' })[0]!);
  expect(await screen.findByRole('dialog', { name: 'Dip, Tue, 31 Dec 2013 UTC' })).toBeVisible();
  expect(history.location.search).toContain(`why=${DETECTOR}.86400.1388448000`);
});

test('each finding of the list is marked in the chart and its table, also inside of a wide band; in words', async () => {
  openApp(`/explore?m=${METRIC}&k=6&view=table`);
  await userEvent.click(await screen.findByRole('button', { name: 'Show all 10' }));
  // One of them was taken back by late data.
  expect(await screen.findByText(/within it are findings all the same\.$/)).toBeVisible();
  const table = within(screen.getByRole('table'));
  const [inside, outside] = [table.getAllByRole('link', { name: '● usual, yet a finding' }), table.queryAllByRole('link', { name: /[▲▼] (above|below), a finding/ })];
  expect(inside.length).toBeGreaterThan(0);
  expect(inside.length + outside.length).toBe(9);
  expect(screen.getByText('inside this range, yet a finding')).toBeVisible();
});

test('the table says of a point outside of the drawn band that it is no finding', async () => {
  openApp(`/explore?m=${METRIC}&view=table`);
  const table = within(await screen.findByRole('table'));
  const cell = table.getAllByText(/^[△▽] (above|below), but no finding$/)[0]!;
  expect(within(cell).queryByRole('link')).toBeNull();
  expect(cell.closest('tr')).not.toHaveAttribute('data-finding');
});
