import { screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { beforeEach, expect, test, vi } from 'vitest';
import { serveNothing, serveState } from '../testing/fake_api';
import { openApp } from '../testing/render';

// What a browser says when the style sheet of a page cannot be had.
vi.mock('../calendars/CalendarsPage', () => {
  throw new Error('Unable to preload CSS for http://localhost/assets/CalendarsPage.css');
});

let reload: ReturnType<typeof vi.spyOn>;
beforeEach(() => {
  // React and the router tell of what broke, at length.
  vi.spyOn(console, 'error').mockImplementation(() => {});
  vi.spyOn(console, 'warn').mockImplementation(() => {});
  serveState('demo');
  sessionStorage.clear();
  reload = vi.spyOn(location, 'reload').mockImplementation(() => {});
});

const openCalendars = async () => {
  openApp('/');
  await screen.findByRole('heading', { name: /1 alarm is on/ });
  await userEvent.click(screen.getByRole('link', { name: 'Calendars' }));
};

test('a page that cannot be loaded says that the server is away, keeps what is around it, and comes when the server does', async () => {
  openApp('/');
  await screen.findByRole('heading', { name: /1 alarm is on/ });
  serveNothing();
  await userEvent.click(screen.getByRole('link', { name: 'Calendars' }));
  expect(await screen.findByText(/^The server cannot be reached\. This is loaded by itself/)).toBeVisible();
  expect(screen.getByRole('navigation', { name: 'Pages' })).toBeVisible();
  expect(reload).not.toHaveBeenCalled();
  await userEvent.click(screen.getByRole('link', { name: 'Now' }));
  expect(await screen.findByRole('heading', { name: /1 alarm is on/ })).toBeVisible();
  await userEvent.click(screen.getByRole('link', { name: 'Calendars' }));
  await screen.findByText(/^The server cannot be reached\. This is loaded by itself/);
  serveState('demo');
  await waitFor(() => expect(reload).toHaveBeenCalledTimes(1));
});

test('after an upgrade, whose files have other names, the page is loaded anew at once', async () => {
  await openCalendars();
  await waitFor(() => expect(reload).toHaveBeenCalledTimes(1));
});

test('a page that was loaded anew and misses its part all the same asks first', async () => {
  sessionStorage.setItem('tidemark-loaded-anew-at', String(Date.now()));
  await openCalendars();
  expect(await screen.findByText(/could not be loaded, not even anew/)).toBeVisible();
  expect(reload).not.toHaveBeenCalled();
  await userEvent.click(screen.getByRole('button', { name: 'Try again' }));
  await waitFor(() => expect(reload).toHaveBeenCalledTimes(1));
});
