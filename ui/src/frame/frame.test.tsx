import { fireEvent, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { beforeEach, expect, test } from 'vitest';
import { serveState } from '../testing/fake_api';
import { openApp } from '../testing/render';

beforeEach(() => serveState('demo'));
const verdict = () => screen.findByRole('heading', { name: /1 alarm is on/ });

test('the rail has only the pages that exist, and marks the one that is open', async () => {
  openApp('/');
  await verdict();
  const links = screen.getByRole('navigation', { name: 'Pages' }).querySelectorAll('li a');
  expect([...links].map((a) => a.textContent)).toEqual(['Now', 'Explore', 'Alarms', 'Calendars']);
  expect(links[0]).toHaveAttribute('aria-current', 'page');
});

test('two keys go to a page', async () => {
  const { history } = openApp('/');
  await verdict();
  await userEvent.keyboard('ge');
  await waitFor(() => expect(history.location.pathname).toBe('/explore'));
});

test('keys typed into a field stay there', async () => {
  const { history } = openApp('/explore');
  await userEvent.type(await screen.findByRole('searchbox'), 'ga?');
  expect(history.location.pathname).toBe('/explore');
  expect(screen.queryByRole('dialog')).toBeNull();
});

test('single keys can be turned off', async () => {
  const { history } = openApp('/');
  await verdict();
  await userEvent.keyboard('?');
  await userEvent.click(await screen.findByRole('switch', { name: 'Use single-key shortcuts' }));
  await userEvent.keyboard('{Escape}');
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  await userEvent.keyboard('ge');
  expect(history.location.pathname).toBe('/');
});

test('the zone is in the URL and goes along to the next page', async () => {
  const { history } = openApp('/');
  await verdict();
  fireEvent.click(screen.getByRole('radio', { name: 'Local' }));
  await waitFor(() => expect(history.location.search).toBe('?tz=local'));
  await userEvent.click(screen.getByRole('link', { name: 'Alarms' }));
  await waitFor(() => expect(history.location.pathname).toBe('/alarms'));
  expect(history.location.search).toBe('?tz=local');
});

test('an address that does not exist says so', async () => {
  openApp('/nowhere');
  expect(await screen.findByText('There is no such page')).toBeVisible();
});
