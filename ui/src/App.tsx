import { MantineProvider } from '@mantine/core';
import { QueryClientProvider, type QueryClient } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { LiveConnection } from './api/live';
import { colorSchemeManager, cssVariablesResolver, theme } from './frame/theme';
import type { makeRouter } from './router';

export function App({ client, router }: { client: QueryClient; router: ReturnType<typeof makeRouter> }) {
  return (
    <MantineProvider theme={theme} cssVariablesResolver={cssVariablesResolver} colorSchemeManager={colorSchemeManager} defaultColorScheme="auto">
      <QueryClientProvider client={client}>
        <LiveConnection>
          <RouterProvider router={router} />
        </LiveConnection>
      </QueryClientProvider>
    </MantineProvider>
  );
}
