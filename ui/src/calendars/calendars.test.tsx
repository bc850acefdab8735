import { act, fireEvent, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { beforeEach, expect, test } from 'vitest';
import { recordRequests, serveError, serveState } from '../testing/fake_api';
import { axeFaults, openApp } from '../testing/render';

beforeEach(() => serveState('demo'));

const PATH = '/api/tidemark/v1/calendars';
const list = () => screen.findByRole('list', { name: 'Calendars' });
// A long name may be broken within, which parts its text.
const headings = async (name: string) => [...(await list()).querySelectorAll('h2')].filter((heading) => heading.textContent === name);
const item = (name: string) =>
  waitFor(async () => {
    const [heading] = await headings(name);
    expect(heading).toBeDefined();
    return heading!.closest('li')!;
  });
const drawer = (name: string) => screen.findByRole('dialog', { name });
const field = (name: string) => screen.getByRole('textbox', { name });
const type = (name: string, value: string) => fireEvent.change(field(name), { target: { value } });
const save = () => userEvent.click(screen.getByRole('button', { name: 'Save' }));
const edit = async (name: string) => {
  const app = openApp(`/calendars?edit=${encodeURIComponent(name)}`);
  return { ...app, form: await drawer('Calendar') };
};
/** What another window does. */
const byOthers = (name: string, method: 'PUT' | 'DELETE', body?: object) =>
  fetch(`${location.origin}${PATH}/${encodeURIComponent(name)}`, { method, headers: { 'Content-Type': 'application/json' }, body: body && JSON.stringify(body) });

test('each calendar says its days, for whom it is, who has it, and who may change it', async () => {
  openApp('/calendars');
  const bank = await item('bank holidays');
  expect(bank).toHaveTextContent('holidays US (public holidays of the United States)');
  expect(bank).toHaveTextContent('For all detectors of JobName fl*. 2 detectors have it.');
  expect(bank).toHaveTextContent('Findings as ever; rare days like holidays get a band of their own, from the third on.');
  const nobody = await item('month/end 100 % sure');
  expect(nobody).toHaveTextContent('For all detectors of namespace Glue, metric rows* with the tag owner fin*. No detector has it now');
  const file = await item('plant closed');
  expect(file).toHaveTextContent('From the configuration file, changed there');
  expect(within(file).queryByRole('link')).toBeNull();
  expect(document.title).toBe('Calendars · Tidemark');
  expect(await axeFaults(document.body)).toEqual([]);
});

test('one is made by keyboard, with all that it can say, and the list says who has it', async () => {
  openApp('/calendars');
  (await screen.findByRole('button', { name: 'New calendar' })).focus();
  await userEvent.keyboard('{Enter}');
  const form = await drawer('New calendar');
  await waitFor(() => expect(field('Name')).toHaveFocus());
  expect(screen.getByRole('button', { name: 'Save' })).toBeDisabled();
  await userEvent.keyboard('closed/sale');
  type('Days', '12-25\n 2013-11-29, sat ');
  expect(screen.getByText('That is 25 December of every year, every Saturday.')).toBeVisible();
  type('Namespace', 'Gl*');
  await userEvent.click(screen.getByRole('button', { name: 'Add a dimension' }));
  type('Name of dimension 1', 'JobName');
  type('Value of dimension 1', '*');
  await userEvent.click(screen.getByRole('button', { name: 'Add a tag' }));
  type('Key of tag 1', 'owner');
  type('Value of tag 1', 'f*');
  expect(form).toHaveTextContent('For all detectors of namespace Gl*, JobName * with the tag owner f*.');
  expect(await axeFaults(form)).toEqual([]);
  await userEvent.click(screen.getByRole('button', { name: 'Remove tag owner' }));
  await userEvent.click(screen.getByRole('checkbox', { name: 'Learn its days' }));
  const seen = recordRequests();
  await save();
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  expect(seen.find((r) => r.method === 'PUT')).toEqual({
    method: 'PUT',
    path: '/calendars/closed%2Fsale',
    body: { days: ['12-25', '2013-11-29', 'sat'], mute: true, learn: true, match: { namespace: 'Gl*', dimensions: { JobName: '*' } } },
  });
  expect(await screen.findByText(/“closed\/sale” was saved\. \d detectors? ha(s|ve) it and learns? anew/)).toBeVisible();
  expect(await item('closed/sale')).toHaveTextContent('12-25 (25 December of every year), 2013-11-29, sat (every Saturday)');
});

test('while it is typed, the form says how many detectors match', async () => {
  openApp('/calendars?create=true');
  const form = await drawer('New calendar');
  await waitFor(() => expect(form).toHaveTextContent('For all detectors. 3 detectors match now.'));
  type('Metric', '*recordsRead');
  await waitFor(() => expect(form).toHaveTextContent('of metric *recordsRead. 1 detector matches now.'));
  await userEvent.click(screen.getByRole('button', { name: 'Add a dimension' }));
  // Half a dimension is no question.
  expect(form).not.toHaveTextContent(/match(es)? now/);
  type('Name of dimension 1', 'JobName');
  type('Value of dimension 1', 'etl-*');
  await waitFor(() => expect(form).toHaveTextContent('No detector matches now; those made later that match will have it.'));
});

test.each(['month/end 100 %', 'a?b#c&d=é +', '404', 'true'])('the name %s is one calendar, and comes back by the URL', async (name) => {
  await byOthers(name, 'PUT', { days: ['sat'], match: {} });
  const { history: first, unmount } = openApp('/calendars');
  await userEvent.click(within(await item(name)).getByRole('link'));
  await drawer('Calendar');
  const { href } = first.location;
  unmount();
  const { history } = openApp(href);
  expect(await drawer('Calendar')).toHaveTextContent(name);
  type('Days', 'sun');
  await save();
  await waitFor(() => expect(history.location.search).toBe(''));
  expect(await item(name)).toHaveTextContent('sun');
});

test('a name at the limit is taken; one over it, a second of that name, and one of the file are refused at the field', async () => {
  openApp('/calendars?create=true');
  await drawer('New calendar');
  type('Days', 'sat');
  type('Name', `${'n'.repeat(63)}é`);
  await save();
  expect(await screen.findByText('At most 64 bytes; this has 65')).toBeVisible();
  await waitFor(() => expect(field('Name')).toHaveFocus());
  type('Name', '..');
  await save();
  expect(await screen.findByText(/More than dots/)).toBeVisible();
  const seen = recordRequests();
  type('Name', ' bank holidays ');
  await save();
  expect(await screen.findByText('There is a calendar of this name already')).toBeVisible();
  type('Name', 'plant closed');
  await save();
  expect(await screen.findByText('The configuration file has a calendar of this name')).toBeVisible();
  expect(seen.filter((r) => r.method === 'PUT')).toEqual([]);
  type('Name', 'n'.repeat(64));
  await save();
  expect(await item('n'.repeat(64))).toHaveTextContent('For all detectors.');
});

test('what the server refuses stands at its field, which gets the keyboard', async () => {
  await edit('bank holidays');
  type('Days', 'holidays US\nnoday');
  await save();
  expect(await screen.findByText(/day 'noday' is none of/)).toBeVisible();
  await waitFor(() => expect(field('Days')).toHaveFocus());
  type('Days', '');
  await save();
  expect(await screen.findByText('At least one day')).toBeVisible();
  type('Days', Array.from({ length: 401 }, () => 'sat').join('\n'));
  await save();
  expect(await screen.findByText('At most 400; these are 401')).toBeVisible();
  type('Days', 'sat');
  await userEvent.click(screen.getByRole('button', { name: 'Add a dimension' }));
  await save();
  expect(await screen.findByText('A dimension needs a name')).toBeVisible();
  serveError('calendars/:name', 400, { code: 'limit', message: 'there may be 20 calendars with a match, not 21' });
  type('Name of dimension 2', 'Env');
  type('Value of dimension 2', 'prod');
  await save();
  expect(await screen.findByText('The calendar was not saved')).toBeVisible();
  expect(screen.getByText('there may be 20 calendars with a match, not 21')).toBeVisible();
});

test('another window’s change is told before it is overwritten, and can be gone on with', async () => {
  await edit('bank holidays');
  type('Days', 'sun');
  await byOthers('bank holidays', 'PUT', { days: ['sat'], match: {} });
  const seen = recordRequests();
  await save();
  const told = await screen.findByRole('alert');
  expect(told).toHaveTextContent('Somebody has changed it meanwhile');
  expect(told).toHaveTextContent('Now: sat. For all detectors. No findings; for the model it is as if there were no data.');
  expect(seen.filter((r) => r.method === 'PUT')).toEqual([]);
  expect(field('Days')).toHaveValue('sun');
  await userEvent.click(within(told).getByRole('button', { name: 'Go on with that' }));
  expect(field('Days')).toHaveValue('sat');
  expect(screen.queryByRole('alert')).toBeNull();
  expect(screen.getByRole('button', { name: 'Save' })).toBeDisabled();

  // Whoever has read it may put theirs in its place.
  type('Days', 'mon');
  await byOthers('bank holidays', 'PUT', { days: ['tue'], match: {} });
  await save();
  await screen.findByRole('alert');
  await save();
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  expect(await item('bank holidays')).toHaveTextContent('mon');
});

test('one that is deleted while its form is open is not lost: saving makes it anew', async () => {
  await edit('bank holidays');
  type('Days', 'sun');
  await byOthers('bank holidays', 'DELETE');
  await save();
  expect(await screen.findByRole('alert')).toHaveTextContent('Somebody has deleted it meanwhile');
  expect(screen.queryByRole('button', { name: 'Delete this calendar…' })).toBeNull();
  await save();
  expect(await screen.findByText(/“bank holidays” was saved/)).toBeVisible();
  expect(await item('bank holidays')).toHaveTextContent('sun');
});

test('one that is gone and was not touched closes without a question', async () => {
  const { history } = await edit('bank holidays');
  await byOthers('bank holidays', 'DELETE');
  act(() => void window.dispatchEvent(new Event('visibilitychange')));
  expect(await screen.findByText('Somebody has deleted it meanwhile')).toBeInTheDocument();
  expect(screen.getByRole('button', { name: 'Save' })).toBeEnabled();
  await userEvent.keyboard('{Escape}');
  await waitFor(() => expect(history.location.search).toBe(''));
  expect(screen.queryByRole('alertdialog')).toBeNull();
});

test('deleting asks first; the question says who loses it, and Esc keeps it', async () => {
  const { form } = await edit('bank holidays');
  await userEvent.click(screen.getByRole('button', { name: 'Delete this calendar…' }));
  const question = await screen.findByRole('alertdialog', { name: 'Delete the calendar “bank holidays”?' });
  expect(question).toHaveTextContent('2 detectors lose its days and learn anew without them');
  expect(within(question).getByRole('button', { name: 'Keep it' })).toHaveFocus();
  expect(await axeFaults(form)).toEqual([]);
  await userEvent.keyboard('{Escape}');
  expect(screen.queryByRole('alertdialog')).toBeNull();
  await userEvent.click(screen.getByRole('button', { name: 'Delete this calendar…' }));
  // Faster by another window: it is gone all the same.
  await byOthers('bank holidays', 'DELETE');
  await userEvent.click(screen.getByRole('button', { name: 'Delete it' }));
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  expect(await screen.findByText(/“bank holidays” was deleted\./)).toBeVisible();
  await waitFor(async () => expect(await headings('bank holidays')).toEqual([]));
});

test('what is typed is not lost without a question', async () => {
  const { history } = await edit('bank holidays');
  type('Days', 'sun');
  await userEvent.keyboard('{Escape}');
  await userEvent.click(within(await screen.findByRole('alertdialog')).getByRole('button', { name: 'Go on editing' }));
  expect(field('Days')).toHaveValue('sun');
  act(() => history.push('/alarms'));
  await userEvent.click(within(await screen.findByRole('alertdialog')).getByRole('button', { name: 'Discard them' }));
  await waitFor(() => expect(history.location.pathname).toBe('/alarms'));
});

test('one of the file cannot be edited by its URL either, and one that is gone says so', async () => {
  const { unmount, form } = await edit('plant closed');
  expect(form).toHaveTextContent('“plant closed” stands in the configuration file');
  expect(within(form).queryByRole('textbox')).toBeNull();
  unmount();
  const { form: gone } = await edit('no such');
  expect(gone).toHaveTextContent('There is no calendar “no such”');
});

test('without any it says what they are for, and a failure is said with a way out', async () => {
  serveState('empty');
  const { unmount } = openApp('/calendars');
  expect(await screen.findByText('There is no calendar yet')).toBeVisible();
  expect(screen.getAllByRole('button', { name: 'New calendar' })).toHaveLength(1);
  unmount();
  serveError('calendars');
  openApp('/calendars');
  expect(await screen.findByText('Cannot show the calendars')).toBeVisible();
  expect(screen.getByRole('button', { name: 'Try again' })).toBeVisible();
});

test('twenty are the most; 200 days are folded, and all of them are there', async () => {
  serveState('many');
  const { unmount } = openApp('/calendars');
  const long = await item('a-name-of-64-bytes-is-as-long-as-the-name-of-a-calendar-can-ever-');
  expect(long).toHaveTextContent('and 192 more');
  expect(long).toHaveTextContent('2014-02-03');
  expect(screen.getByRole('button', { name: 'New calendar' })).toBeDisabled();
  expect(screen.getByText(/There may be 20 at most/)).toBeVisible();
  unmount();
  await edit('a-name-of-64-bytes-is-as-long-as-the-name-of-a-calendar-can-ever-');
  expect((field('Days') as HTMLTextAreaElement).value.split('\n')).toHaveLength(200);
});

test('detectors that have yet to take a change over are counted until the last one has', async () => {
  const calendar = (pending: number) => ({ calendars: [{ name: 'c', days: ['sat'], mute: true, learn: false, match: {}, source: 'api', detectors: 3, pending }] });
  const { http, HttpResponse } = await import('msw');
  const { server } = await import('../testing/fake_api');
  let pending = 2;
  server.use(http.get(`*${PATH}`, () => HttpResponse.json(calendar(pending))));
  openApp('/calendars');
  expect(await item('c')).toHaveTextContent('3 detectors have it. 2 detectors have yet to take the change over.');
  pending = 0;
  await waitFor(async () => expect(await item('c')).not.toHaveTextContent('yet to take'));
});

test('the band settings of a detector lead to what it inherits, and an own calendar of the name goes before it', async () => {
  const { history } = openApp('/explore?m=1a2b3c4d');
  await userEvent.click(await screen.findByRole('button', { name: 'Band settings' }));
  const settings = await drawer('Band settings');
  const group = within(settings).getByRole('group', { name: 'Inherited calendars' });
  await userEvent.click(within(settings).getByRole('button', { name: 'Add a calendar' }));
  type('Name of calendar 1', 'bank holidays');
  type('Days of calendar 1', '01-01');
  await save();
  await within(settings).findByText('Saved; the models have learned anew.');
  await waitFor(() => expect(group).not.toHaveTextContent('bank holidays'));
  await userEvent.click(within(group).getByRole('link', { name: 'plant closed' }));
  await waitFor(() => expect(history.location.pathname).toBe('/calendars'));
  expect(await drawer('Calendar')).toHaveTextContent('stands in the configuration file');
  expect(await item('bank holidays')).toHaveTextContent('1 detector has it.');
});

