import { screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { http } from 'msw';
import { beforeEach, expect, test } from 'vitest';
import { server, serveState } from '../testing/fake_api';
import { axeFaults, openApp } from '../testing/render';
import { nobodyWords } from './words';

const dead = {
  id: 'd1',
  protocol: 'none',
  endpoint: '',
  state: 'dead',
  attempts: 0,
  transition: { at: '2013-12-24T00:00:00Z', old_state: 'OK', new_state: 'ALARM' },
  created_at: '2013-12-24T00:00:05Z',
  finished_at: '2013-12-24T00:00:05Z',
  last_error: 'the topic does not exist',
  output: null,
};

const serveDeliveries = (...deliveries: object[]) => server.use(http.get('*/deliveries', () => Response.json({ deliveries })));

beforeEach(() => serveState('demo'));

test('an alarm whose topic is gone says that it told nobody, and why', async () => {
  serveDeliveries(dead);
  const { container } = openApp('/alarms/flights-recordsRead-band');
  const item = (await screen.findByText('the topic does not exist')).closest('li');
  expect(item).toHaveTextContent(/^Nobody ?Not sent/);
  expect(item).not.toHaveTextContent('0 tries');
  expect(await axeFaults(container)).toEqual([]);
});

test('a way to send that this page does not know is named as the server does', async () => {
  serveDeliveries({ ...dead, protocol: 'carrier-pigeon', endpoint: 'loft 7', state: 'delivered', attempts: 1, last_error: null });
  openApp('/alarms/flights-recordsRead-band');
  expect((await screen.findByText('loft 7')).closest('li')).toHaveTextContent(/^carrier-pigeonloft 7/);
});

const oncall = { arn: 'arn:aws:sns:us-east-1:000000000000:oncall', name: 'oncall', subscriptions: 0 };
const night = { arn: 'arn:aws:sns:us-east-1:000000000000:night', name: 'night', subscriptions: 0 };
const tells = (...arns: string[]) => ({ actions_enabled: true, actions: arns.map((arn) => ({ on: 'ALARM' as const, arn })) });

test('what keeps an alarm from telling anybody is named', () => {
  expect(nobodyWords(tells(), [oncall])).toBe('This alarm has no actions: no one is told when it changes its state.');
  expect(nobodyWords({ ...tells(oncall.arn), actions_enabled: false }, [])).toBe('“Tell people” is off: no one is told when the alarm changes its state.');
  expect(nobodyWords(tells(oncall.arn, oncall.arn), [oncall])).toBe('The topic oncall has no subscriber: no one is told until somebody subscribes.');
  expect(nobodyWords(tells(oncall.arn, night.arn), [oncall, night])).toBe('The topics oncall and night have no subscriber: no one is told until somebody subscribes.');
  expect(nobodyWords(tells(oncall.arn), [{ ...oncall, subscriptions: 1 }])).toBe('');
  // A runbook has no subscribers, and runs all the same.
  expect(nobodyWords(tells(oncall.arn, 'arn:tidemark:runbook:::restart'), [oncall])).toBe('');
});

test('an alarm that told nobody says on its page why', async () => {
  serveDeliveries();
  const { unmount } = openApp('/alarms/flights%2Fheap%20too%20full');
  expect(await screen.findByText('This alarm has no actions: no one is told when it changes its state.')).toBeVisible();
  unmount();
  server.use(http.get('*/topics', () => Response.json({ topics: [{ ...oncall, arn: 'arn:aws:sns:us-east-1:000000000000:operators' }] })));
  openApp('/alarms/flights-recordsRead-band');
  expect(await screen.findByText('The topic oncall has no subscriber: no one is told until somebody subscribes.')).toBeVisible();
});

test('the form warns of a topic to which nobody has subscribed', async () => {
  server.use(http.get('*/topics', () => Response.json({ topics: [oncall] })));
  openApp('/alarms?create=true');
  expect(await screen.findByText(/^Without a topic no one is told/)).toBeVisible();
  await userEvent.click(await screen.findByRole('combobox', { name: 'Topics' }));
  await userEvent.click(await screen.findByRole('option', { name: 'oncall (0 subscribers)', hidden: true }));
  expect(await screen.findByText('The topic oncall has no subscriber: no one is told until somebody subscribes.')).toBeVisible();
});
