import { act, fireEvent, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { beforeEach, expect, test } from 'vitest';
import { recordRequests, serveError, serveState } from '../testing/fake_api';
import { axeFaults, openApp } from '../testing/render';

const METRIC = '1a2b3c4d';

beforeEach(() => serveState('demo'));

async function openSettings(path = `/explore?m=${METRIC}`) {
  const app = openApp(path);
  const button = await screen.findByRole('button', { name: 'Band settings' });
  button.focus();
  await userEvent.keyboard('{Enter}');
  return { ...app, button, drawer: await screen.findByRole('dialog', { name: 'Band settings' }) };
}
const save = () => screen.getByRole('button', { name: 'Save' });
const setWidth = (width: string) => fireEvent.change(screen.getByRole('textbox', { name: 'Width k' }), { target: { value: width } });

test('only a change can be saved; only what changed is sent; then all is read again', async () => {
  const { drawer } = await openSettings();
  expect(save()).toBeDisabled();
  expect(drawer).toHaveTextContent('Nothing is changed.');
  expect(drawer).toHaveTextContent('About 997 of 1,000 ordinary periods lie inside.');
  expect(await axeFaults(drawer)).toEqual([]);

  setWidth('2');
  expect(drawer).toHaveTextContent('About 95 of 100 ordinary periods lie inside.');
  expect(drawer).toHaveTextContent('Saving makes the models learn anew');
  const seen = recordRequests();
  await userEvent.click(save());
  expect(await within(drawer).findByText('Saved; the models have learned anew.')).toBeVisible();
  expect(seen[0]).toEqual({ method: 'PUT', path: `/detectors/det-${METRIC}-Sum`, body: { choices: { width: 2 } } });
  for (const path of ['/chart', '/findings', '/detectors']) await waitFor(() => expect(seen.map((r) => r.path)).toContain(path));
  expect(save()).toBeDisabled();
});

test('a width can be typed as the share that lies inside; both fields and the slider keep in step', async () => {
  const { drawer } = await openSettings();
  const [width, confidence] = ['Width k', 'Confidence'].map((name) => screen.getByRole('textbox', { name }));
  const slider = screen.getByRole('slider', { name: 'Width k, by slider' });
  expect(confidence).toHaveValue('99.73');
  setWidth('2');
  expect(confidence).toHaveValue('95.45');
  fireEvent.change(confidence!, { target: { value: '99' } });
  expect(width).toHaveValue('2.58');
  expect(slider).toHaveAttribute('aria-valuenow', '2.58');
  expect(drawer).toHaveTextContent('About 990 of 1,000 ordinary periods lie inside.');
  const seen = recordRequests();
  await userEvent.click(save());
  expect(await within(drawer).findByText('Saved; the models have learned anew.')).toBeVisible();
  expect(seen[0]!.body).toEqual({ choices: { confidence: 0.99 } });
  expect(width).toHaveValue('2.58');
  expect(confidence).toHaveValue('99');
  expect(save()).toBeDisabled();
});

test('a share that is none stays at its field, and one that is typed back is no change', async () => {
  const { drawer } = await openSettings();
  const confidence = screen.getByRole('textbox', { name: 'Confidence' });
  fireEvent.change(confidence, { target: { value: '100' } });
  await userEvent.click(save());
  expect(await within(drawer).findByText('From 8 to 99.9999999999')).toBeVisible();
  await waitFor(() => expect(confidence).toHaveFocus());
  fireEvent.change(confidence, { target: { value: '99.73' } });
  expect(save()).toBeDisabled();
});

test('a change that is taken back by hand is none', async () => {
  await openSettings();
  setWidth('2');
  expect(save()).toBeEnabled();
  setWidth('3');
  expect(save()).toBeDisabled();
});

test('the range that the chart shows is set apart, with words for each way', async () => {
  const { drawer } = await openSettings(`/explore?m=${METRIC}&from=2013-11-20T00:00:00Z&to=2013-12-06T00:00:00Z`);
  await userEvent.click(within(drawer).getByRole('button', { name: 'Add what the chart shows' }));
  expect(within(drawer).getByRole('textbox', { name: 'From, range 2' })).toHaveValue('2013-11-20 00:00Z');
  const item = within(drawer).getAllByRole('listitem')[1]!;
  expect(item).toHaveTextContent('No findings; for the model it is as if there were no data.');
  await userEvent.click(within(item).getByRole('checkbox', { name: 'Mute range 2' }));
  expect(item).toHaveTextContent('a known incident that people must still hear of');
  const seen = recordRequests();
  await userEvent.click(save());
  await within(drawer).findByText('Saved; the models have learned anew.');
  expect(seen[0]!.body).toEqual({
    choices: {
      excluded: [
        { from: '2013-02-08T00:00:00Z', to: '2013-02-11T00:00:00Z', mute: true, learn: false },
        { from: '2013-11-20T00:00:00Z', to: '2013-12-06T00:00:00Z', mute: false, learn: false },
      ],
    },
  });
});

test('a wrong day is refused by the server at its calendar, which gets the keyboard', async () => {
  const { drawer } = await openSettings();
  await userEvent.click(within(drawer).getByRole('button', { name: 'Add a calendar' }));
  await userEvent.click(save());
  expect(await within(drawer).findByText('A calendar needs a name')).toBeVisible();
  await userEvent.type(screen.getByRole('textbox', { name: 'Name of calendar 1' }), 'holidays');
  const days = screen.getByRole('textbox', { name: 'Days of calendar 1' });
  await userEvent.type(days, '12-25{Enter}noday');
  await userEvent.click(save());
  expect(await within(drawer).findByText(/day 'noday' is none of/)).toBeVisible();
  await waitFor(() => expect(days).toHaveFocus());
  expect(days).toHaveAttribute('aria-invalid', 'true');
  await userEvent.type(days, '{Backspace}{Backspace}{Backspace}{Backspace}{Backspace}sat');
  await userEvent.click(save());
  expect(await within(drawer).findByText('Saved; the models have learned anew.')).toBeVisible();
});

test('inherited calendars are shown with whom they are for, and cannot be changed here', async () => {
  const { drawer } = await openSettings();
  const group = within(drawer).getByRole('group', { name: 'Inherited calendars' });
  expect(group).toHaveTextContent('bank holidays: holidays US');
  expect(group).toHaveTextContent('For all detectors of JobName fl*.');
  expect(group).toHaveTextContent('Findings as ever; rare days like holidays get a band of their own, from the third on.');
  expect(within(group).getByRole('link', { name: 'bank holidays' })).toHaveAttribute('href', '/calendars?edit=bank+holidays');
  expect(within(group).queryAllByRole('textbox')).toEqual([]);
  expect(within(group).queryAllByRole('button')).toEqual([]);
});

test('a calendar that is deleted elsewhere while the drawer is open leaves it, and what is typed stays', async () => {
  const { drawer } = await openSettings();
  const group = within(drawer).getByRole('group', { name: 'Inherited calendars' });
  setWidth('2');
  await fetch(`${location.origin}/api/tidemark/v1/calendars/bank%20holidays`, { method: 'DELETE' });
  act(() => void window.dispatchEvent(new Event('visibilitychange')));
  await waitFor(() => expect(group).not.toHaveTextContent('bank holidays'));
  expect(group).toHaveTextContent('plant closed');
  expect(screen.getByRole('textbox', { name: 'Width k' })).toHaveValue('2');
});

test('tags are added, changed and removed without talk of learning anew', async () => {
  const { drawer } = await openSettings();
  const add = within(drawer).getByRole('button', { name: 'Add a tag' });
  await userEvent.click(add);
  await userEvent.click(save());
  expect(await within(drawer).findByText('A tag needs a key')).toBeVisible();
  await waitFor(() => expect(screen.getByRole('textbox', { name: 'Key of tag 1' })).toHaveFocus());
  await userEvent.type(screen.getByRole('textbox', { name: 'Key of tag 1' }), 'owner');
  await userEvent.type(screen.getByRole('textbox', { name: 'Value of tag 1' }), 'finance');
  expect(drawer).toHaveTextContent('Only tags are changed: nothing learns anew.');
  expect(await axeFaults(drawer)).toEqual([]);
  const seen = recordRequests();
  await userEvent.click(save());
  await waitFor(() => expect(seen[0]?.body).toEqual({ choices: { tags: { owner: 'finance' } } }));
  await waitFor(() => expect(save()).toBeDisabled());
  await userEvent.click(within(drawer).getByRole('button', { name: 'Remove tag owner' }));
  await userEvent.click(save());
  await waitFor(() => expect(seen.findLast((r) => r.method === 'PUT')?.body).toEqual({ choices: { tags: {} } }));
});

test('a refusal that is about no field is seen too', async () => {
  const { drawer } = await openSettings();
  setWidth('2');
  serveError('detectors/:id', 503, { code: 'overloaded', message: 'Try again later.' });
  await userEvent.click(save());
  expect(await within(drawer).findByText('Try again later.')).toBeVisible();
  expect(save()).toBeEnabled();
});

test('without a change it just closes, and the keyboard is where it was', async () => {
  const { button } = await openSettings();
  await userEvent.keyboard('{Escape}');
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  await waitFor(() => expect(button).toHaveFocus());
});

test('what was typed is not lost without a question', async () => {
  const { drawer, history } = await openSettings();
  setWidth('2');
  await userEvent.keyboard('{Escape}');
  const question = await within(drawer).findByRole('alertdialog');
  await userEvent.click(within(question).getByRole('button', { name: 'Go on editing' }));
  expect(screen.queryByRole('alertdialog')).toBeNull();
  expect(screen.getByRole('textbox', { name: 'Width k' })).toHaveValue('2');

  act(() => history.push('/alarms'));
  await userEvent.click(within(await within(drawer).findByRole('alertdialog')).getByRole('button', { name: 'Discard them' }));
  await waitFor(() => expect(history.location.pathname).toBe('/alarms'));
});

test('discarded changes are gone when it opens again', async () => {
  const { drawer } = await openSettings();
  setWidth('2');
  await userEvent.click(within(drawer).getByRole('button', { name: 'Cancel' }));
  await userEvent.click(await within(drawer).findByRole('button', { name: 'Discard them' }));
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  await userEvent.click(screen.getByRole('button', { name: 'Band settings' }));
  await screen.findByRole('dialog', { name: 'Band settings' });
  expect(screen.getByRole('textbox', { name: 'Width k' })).toHaveValue('3');
});

test('numbers of all widths that the server takes can be typed, with their half-typed forms', async () => {
  const { drawer } = await openSettings();
  const width = screen.getByRole('textbox', { name: 'Width k' });
  await userEvent.clear(width);
  await userEvent.type(width, '7.5');
  expect(width).toHaveValue('7.5');
  expect(drawer).toHaveTextContent('The slider ends at 6; the number beside it counts.');
  const lowest = screen.getByRole('textbox', { name: 'Lowest possible value' });
  await userEvent.type(lowest, '-2.5');
  expect(lowest).toHaveValue('-2.5');
  const seen = recordRequests();
  await userEvent.click(save());
  await within(drawer).findByText('Saved; the models have learned anew.');
  expect(seen[0]!.body).toEqual({ choices: { width: 7.5, lower_limit: -2.5 } });
  expect(width).toHaveValue('7.5');

  await userEvent.clear(width);
  await userEvent.type(width, '10.1{Enter}');
  expect(await within(drawer).findByText('From 0.1 to 10')).toBeVisible();
  expect(seen.filter((r) => r.method === 'PUT')).toHaveLength(1);
});

test('a limit that cannot be read is neither sent nor taken for none', async () => {
  const { drawer } = await openSettings();
  const seen = recordRequests();
  const lowest = screen.getByRole('textbox', { name: 'Lowest possible value' });
  await userEvent.type(lowest, '2,5');
  await userEvent.click(save());
  expect(await within(drawer).findByText('A comma parts thousands, as in 1,000. With a point it is 2.5')).toBeVisible();
  expect(lowest).toHaveValue('2,5');
  expect(seen.filter((r) => r.method === 'PUT')).toEqual([]);
  await userEvent.clear(lowest);
  await userEvent.type(lowest, '-1e3');
  await userEvent.click(save());
  await within(drawer).findByText('Saved; the models have learned anew.');
  expect(seen.find((r) => r.method === 'PUT')!.body).toEqual({ choices: { lower_limit: -1000 } });
});

const stopButton = () => screen.getByRole('button', { name: 'Stop watching…' });
const question = () => screen.findByRole('alertdialog', { name: 'Stop watching this metric?' });

test('to stop watching asks first, and says what is lost, what stays and which alarm begins it again', async () => {
  const { drawer } = await openSettings();
  const seen = recordRequests();
  await userEvent.click(stopButton());
  const dialog = await question();
  expect(dialog).toHaveTextContent('Lost for good: the findings of Sum, their verdicts and comments, missed ranges, and these band settings.');
  expect(dialog).toHaveTextContent('Stays: the stored values, the alarms and their history.');
  await waitFor(() => expect(dialog).toHaveTextContent('1 alarm uses its usual range: flights-recordsRead-band. It goes on'));
  expect(await axeFaults(drawer)).toEqual([]);
  expect(within(dialog).getByRole('button', { name: 'Go on watching' })).toHaveFocus();
  await userEvent.keyboard('{Escape}');
  expect(screen.queryByRole('alertdialog')).toBeNull();
  expect(screen.getByRole('dialog', { name: 'Band settings' })).toBeVisible();
  await waitFor(() => expect(stopButton()).toHaveFocus());
  expect(seen.filter((r) => r.method === 'DELETE')).toEqual([]);
});

test('what is no longer watched has no settings, and can be watched again; half-typed changes do not hold it up', async () => {
  await openSettings();
  setWidth('2');
  const seen = recordRequests();
  await userEvent.click(stopButton());
  await userEvent.click(within(await question()).getByRole('button', { name: 'Stop watching' }));
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  expect(seen.find((r) => r.method === 'DELETE')!.path).toBe(`/detectors/det-${METRIC}-Sum`);
  expect(await screen.findByRole('button', { name: 'Watch this metric' })).toBeVisible();
  expect(screen.queryByRole('button', { name: 'Band settings' })).toBeNull();
  expect(document.getElementById('content')).toHaveFocus();
});

test('a refusal to stop leaves the question, and the metric is watched still', async () => {
  await openSettings();
  await userEvent.click(stopButton());
  const dialog = await question();
  serveError('detectors/:id', 503, { code: 'overloaded', message: 'Try again later.' });
  await userEvent.click(within(dialog).getByRole('button', { name: 'Stop watching' }));
  expect(await within(dialog).findByText('It is still watched')).toBeVisible();
  expect(within(dialog).getByText('Try again later.')).toBeVisible();
});

test('alarms that cannot be read are not said to be none', async () => {
  serveError('alarms');
  await openSettings();
  await userEvent.click(stopButton());
  expect(await within(await question()).findByText(/Which alarms use its usual range could not be read/)).toBeVisible();
});

test('a chart that nothing watches has no band to set', async () => {
  openApp('/explore?m=9c0d1e2f');
  await screen.findByRole('button', { name: 'Watch this metric' });
  expect(screen.queryByRole('button', { name: 'Band settings' })).toBeNull();
});
