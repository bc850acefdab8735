import { MantineProvider } from '@mantine/core';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { render, screen, waitFor } from '@testing-library/react';
import { http } from 'msw';
import { expect, test } from 'vitest';
import { ApiError } from '../api/client';
import { serveState, server } from '../testing/fake_api';
import { openApp } from '../testing/render';
import { ConnectionBanner } from './ConnectionBanner';

const SIGNED_OUT = new ApiError(401, 'signed_out', 'You are signed out. Reload to sign in.');

test('an answer that is newer than the clock of the banner is not from the time to come', () => {
  render(
    <MantineProvider>
      <QueryClientProvider client={new QueryClient()}>
        <ConnectionBanner statusReadAt={Date.now() + 900} statusError={SIGNED_OUT} />
      </QueryClientProvider>
    </MantineProvider>,
  );
  expect(screen.getByText(/What you see is from less than a minute ago/)).toBeVisible();
});

test('who is signed out is told so, in the banner and in the panels, and can load the page anew', async () => {
  serveState('demo');
  server.use(http.all('*/api/*', () => new Response('login', { status: 401 })));
  openApp('/alarms');
  // Of the banner and of the list.
  await waitFor(() => expect(screen.getAllByText(/^You are signed out\. Reload to sign in\./)).toHaveLength(2));
  expect(screen.getAllByRole('button', { name: 'Reload' })).toHaveLength(2);
  expect(screen.queryByText(/Trying again by itself/)).toBeNull();
  expect(screen.queryByRole('button', { name: 'Try again' })).toBeNull();
});
