import { screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { http } from 'msw';
import { expect, test } from 'vitest';
import { makeApi } from '../../scripts/mock/api.mjs';
import { server, serveState } from '../testing/fake_api';
import { axeFaults, openApp } from '../testing/render';
import { isTooLong, QUICK_RANGES } from './range';

test.each([
  [1, ['6h', '24h', '7d', '28d', '90d', '1y']],
  [60, ['28d', '90d', '1y']],
  [300, ['90d', '1y']],
  [900, ['1y']],
  [3600, []],
])('too long for periods of %d s: %j', (period, labels) => {
  expect(QUICK_RANGES.filter((range) => isTooLong(range, period)).map((range) => range.label)).toEqual(labels);
});

test('on the page of an alarm, which has one period, a range that is too long cannot be chosen, and says why', async () => {
  serveState('demo');
  const alarm = makeApi('demo').alarm('flights-recordsRead-band') as object;
  server.use(http.get('*/alarms/flights-recordsRead-band', () => Response.json({ ...alarm, period_s: 60 })));
  const { history, container } = openApp('/alarms/flights-recordsRead-band');
  const button = await screen.findByRole('button', { name: '28d: last 28 days, too long for a chart with a point per minute, which has at most 20,000' });
  expect(button).toHaveAttribute('aria-disabled', 'true');
  await userEvent.click(button);
  expect(history.location.search).toBe('');
  expect(await axeFaults(container)).toEqual([]);
  await userEvent.click(screen.getByRole('button', { name: '7d: last 7 days' }));
  await waitFor(() => expect(history.location.search).toContain('now-7d'));
});
