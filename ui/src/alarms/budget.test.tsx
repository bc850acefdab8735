import { fireEvent, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { http } from 'msw';
import { beforeEach, expect, test } from 'vitest';
import type { TeamBudget } from '../api/types';
import { recordRequests, serveError, serveState, server } from '../testing/fake_api';
import { axeFaults, openApp } from '../testing/render';
import { placeOfAdvice, planOf, rateText } from './budget';

beforeEach(() => serveState('demo'));

const team: TeamBudget = {
  from: '2013-12-03T00:00:00Z',
  to: '2013-12-31T00:00:00Z',
  alarms_per_week: 2,
  per_week: 6,
  k: 3,
  per_week_at_k: 1.5,
  words: 'These 4 alarms would have fired about 6.0 times a week; with k = 3 for every band about 1.5, within 2.',
  table: [
    { k: 2, per_week: 5 },
    { k: 3, per_week: 1.5 },
    { k: 4, per_week: 1 },
  ],
  alarms: [
    { name: 'restless', kind: 'band', k: 2, judged_s: 28 * 86_400, firings_total: 16, muted_total: 2, per_week: 4, firings_by_width: [16, 2, 0], sentence: '' },
    { name: 'calm', kind: 'band', k: 3, judged_s: 28 * 86_400, firings_total: 0, muted_total: 0, per_week: 0, firings_by_width: [0, 0, 0], sentence: '' },
    { name: 'new', kind: 'band', k: 2, judged_s: 0, firings_total: 0, muted_total: 0, per_week: null, firings_by_width: [0, 0, 0], sentence: '' },
    { name: 'limit', kind: 'static', k: null, judged_s: 28 * 86_400, firings_total: 4, muted_total: 0, per_week: 1, sentence: '' },
  ],
};
/** The server's numbers, whatever is asked; widths that were set count. */
function serveTeam() {
  const set = new Map<string, number>();
  const puts: { name: string; body: { k: number; was: number } }[] = [];
  server.use(
    http.post('*/backtest/team', () => Response.json({ ...team, alarms: team.alarms.map((alarm) => ({ ...alarm, k: set.get(alarm.name) ?? alarm.k })) })),
    http.put('*/alarms/:name/width', async ({ params, request }) => {
      const [name, body] = [String(params.name), (await request.json()) as { k: number; was: number }];
      puts.push({ name, body });
      if (name === 'new') return Response.json({ error: { code: 'changed', message: "the width of 'new' is 5 by now, not 2", field: 'was', request_id: 'r' } }, { status: 409 });
      set.set(name, body.k);
      return Response.json({ name });
    }),
  );
  return puts;
}
const ASKED = '/alarms?budget=true&week=2';
const rowOf = async (name: string) => (await screen.findByRole('link', { name })).closest('tr')!;

test('more alarms than can be worked out together are told before anything is asked', async () => {
  const status = await (await fetch(`${location.origin}/api/tidemark/v1/status`)).json();
  server.use(http.get('*/status', () => Response.json({ ...status, counts: { ...status.counts, alarms: 298 } })));
  openApp('/alarms?budget=true');
  expect(await screen.findByText('There are 298 alarms, and at most 100 can be worked out together: choose some of them.')).toBeVisible();
  expect(screen.getByRole('textbox', { name: 'Their names begin with' })).toBeVisible();
  await userEvent.click(screen.getByRole('combobox', { name: 'Which alarms' }));
  expect(await screen.findByRole('option', { name: 'all alarms: too many', hidden: true })).toHaveAttribute('data-combobox-disabled', 'true');
});

test('a plan says of each alarm what it is now and then, and which can have no width', () => {
  expect(planOf(team, 1).map(({ then, change }) => [then, change])).toEqual([
    [0.5, 'width'],
    [0, 'same'],
    [null, 'width'],
    [1, 'fixed'],
  ]);
  expect(placeOfAdvice(team)).toBe(1);
  expect(placeOfAdvice({ ...team, k: null })).toBe(2);
  expect(planOf({ ...team, table: [] }, -1).every(({ change }) => change === 'fixed')).toBe(true);
  expect([0.04, 9.96, 12.4, 4.25, 4.75, 0.35, 10.5, 11.5].map(rateText)).toEqual(['0.0', '10.0', '12', '4.2', '4.8', '0.3', '10', '12']);
});

test('the question stands in the URL, and is checked where it is typed', async () => {
  const seen = recordRequests();
  const { history } = openApp('/alarms');
  await userEvent.click(await screen.findByRole('button', { name: 'Team budget' }));
  expect(await screen.findByRole('heading', { level: 1, name: 'Team budget' })).toBeVisible();
  expect(seen.some((r) => r.path === '/backtest/team')).toBe(false);
  const week = screen.getByRole('textbox', { name: 'Alarms a week, together' });
  await userEvent.clear(week);
  await userEvent.click(screen.getByRole('button', { name: 'Work it out' }));
  expect(await screen.findByText('A number, 0 or more')).toBeVisible();
  await userEvent.type(week, '0.5');
  await userEvent.click(screen.getByRole('button', { name: 'Work it out' }));
  expect(await screen.findByText(/^These 2 alarms would have fired about .* within 0\.5\.$/)).toBeVisible();
  expect(history.location.search).toBe('?budget=true&week=0.5');
  expect(seen.find((r) => r.path === '/backtest/team')?.body).toEqual({ prefix: '', alarms_per_week: 0.5, from: 'now-28d' });
});

test('a tag and a range of the URL are asked for, and stand in the fields', async () => {
  const seen = recordRequests();
  openApp('/alarms?budget=true&week=1&days=90&tag=team%3Ddata');
  expect(await screen.findByText(/^This alarm would have fired/)).toBeVisible();
  expect(screen.getByRole('textbox', { name: 'Tag' })).toHaveValue('team=data');
  expect(seen.find((r) => r.path === '/backtest/team')?.body).toEqual({ tag: 'team=data', alarms_per_week: 1, from: 'now-90d' });
});

test('present and proposed firings, what each width gives, and each alarm now and then', async () => {
  serveTeam();
  const { container } = openApp(ASKED);
  expect(await screen.findByText(team.words)).toBeVisible();
  expect(screen.getByText('As they are').closest('div')).toHaveTextContent('6.0 a week');
  expect(screen.getByText('With k = 3').closest('div')).toHaveTextContent('1.5 a weekproposed');
  expect(await rowOf('restless')).toHaveTextContent(/2 →, then 3.*4\.0 →, then 0\.5.*2 more while muted/);
  expect(await rowOf('calm')).toHaveTextContent('3, stays');
  expect(await rowOf('new')).toHaveTextContent('too little history');
  expect(await rowOf('limit')).toHaveTextContent('a fixed limit');
  const widths = within(screen.getByRole('region', { name: 'Alarms a week at each width', hidden: true })).getAllByRole('row', { hidden: true });
  expect(widths.map((row) => row.textContent)).toEqual(['Width kAlarms a week', '25.0', '31.5, proposed', '41.0']);
  expect(await axeFaults(container)).toEqual([]);

  const slider = screen.getByRole('slider', { name: 'Width k' });
  expect(slider).toHaveAttribute('aria-valuetext', 'k = 3: about 1.5 alarms a week');
  fireEvent.change(slider, { target: { value: '0' } });
  expect(screen.getByText('With k = 2').closest('div')).toHaveTextContent('5.0 a weekmore than the budget');
  expect(await rowOf('calm')).toHaveTextContent(/3 →, then 2/);
  expect(screen.getByRole('button', { name: 'Apply k = 2 to 1 alarm…' })).toBeEnabled();
});

test('the width is set after a question, one alarm after the other; what refuses is named with its reason', async () => {
  const puts = serveTeam();
  openApp(ASKED);
  await userEvent.click(await screen.findByRole('button', { name: 'Apply k = 3 to 2 alarms…' }));
  const dialog = await screen.findByRole('dialog', { name: 'Give 2 alarms the width k = 3?' });
  expect(dialog).toHaveTextContent('Changed: restless, new.');
  expect(dialog).toHaveTextContent('Have it already: calm.');
  expect(dialog).toHaveTextContent('Have no width, since their limit is fixed: limit.');
  expect(await axeFaults(dialog)).toEqual([]);
  expect(puts).toEqual([]);
  await userEvent.click(within(dialog).getByRole('button', { name: 'Change 2 alarms' }));
  expect(await screen.findByText('1 of 2 alarms changed.')).toBeVisible();
  expect(puts).toEqual([
    { name: 'restless', body: { k: 3, was: 2 } },
    { name: 'new', body: { k: 3, was: 2 } },
  ]);
  expect(await rowOf('restless')).toHaveTextContent('has k = 3 now');
  expect(await rowOf('restless')).toHaveTextContent('3, stays');
  expect(await rowOf('new')).toHaveTextContent("not changed: the width of 'new' is 5 by now, not 2");
  expect(screen.getByText(/was not changed:/)).toHaveTextContent("new was not changed: the width of 'new' is 5 by now, not 2");
  expect(screen.getByRole('button', { name: 'Apply k = 3 to 1 alarm…' })).toBeEnabled();
});

test('no width that keeps the budget is said, and one can still be chosen', async () => {
  serveTeam();
  server.use(http.post('*/backtest/team', () => Response.json({ ...team, k: null, per_week_at_k: null, alarms_per_week: 0, words: 'These 4 alarms would have fired about 6.0 times a week; no one width of their bands keeps within 0.' })));
  openApp('/alarms?budget=true&week=0');
  expect(await screen.findByText(/no one width of their bands keeps within 0\.$/)).toBeVisible();
  expect(screen.getByText('no width keeps within it')).toBeVisible();
  expect(screen.getByText(/No width keeps within the budget, so none is proposed/)).toBeVisible();
  expect(screen.queryByRole('button', { name: /^Apply/ })).toBeNull();
  fireEvent.change(screen.getByRole('slider', { name: 'Width k' }), { target: { value: '1' } });
  expect(screen.getByRole('button', { name: 'Apply k = 3 to 2 alarms…' })).toHaveAttribute('data-variant', 'default');
});

test('alarms without any band have no width to give', async () => {
  server.use(http.post('*/backtest/team', () => Response.json({ ...team, k: null, table: [], alarms: [team.alarms[3]] })));
  openApp(ASKED);
  expect(await screen.findByText(/None of these alarms has a band that could be judged/)).toBeVisible();
  expect(screen.queryByRole('button', { name: /^Apply/ })).toBeNull();
  expect(await rowOf('limit')).toHaveTextContent('a fixed limit');
});

test('a tag that no alarm has is no failure', async () => {
  openApp('/alarms?budget=true&week=1&tag=team%3Dnone');
  expect(await screen.findByText('There is no such alarm')).toBeVisible();
  expect(screen.getByText('None has the tag team=none.')).toBeVisible();
  expect(screen.queryByRole('alert')).toBeNull();
});

test('more alarms than a team may have, and a failure, are said in place of numbers', async () => {
  serveState('many');
  openApp(ASKED);
  expect(await screen.findByText('121 alarms; a team may have 100: name fewer by prefix or tag')).toBeVisible();
  serveError('backtest/team');
  await userEvent.type(screen.getByRole('textbox', { name: 'Their names begin with' }), 'job');
  await userEvent.click(screen.getByRole('button', { name: 'Work it out' }));
  expect(await screen.findByText('The disk is on fire.')).toBeVisible();
  expect(screen.queryByText(/a week$/)).toBeNull();
});
