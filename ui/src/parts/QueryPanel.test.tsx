import { MantineProvider } from '@mantine/core';
import { QueryClient, QueryClientProvider, useQuery } from '@tanstack/react-query';
import { act, fireEvent, render, screen } from '@testing-library/react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { QueryPanel } from './QueryPanel';

const KEY = ['thing'];
let answer: (signal: AbortSignal) => Promise<string>;

function Thing({ show = (data: string) => <p>{data}</p> }: { show?: (data: string) => React.ReactNode }) {
  const query = useQuery({ queryKey: KEY, queryFn: ({ signal }) => answer(signal), retry: false });
  return (
    <QueryPanel what="the thing" query={query} queryKey={KEY}>
      {show}
    </QueryPanel>
  );
}

function renderThing(element = <Thing />) {
  const client = new QueryClient();
  render(
    <MantineProvider>
      <QueryClientProvider client={client}>
        {element}
        <p>the rest of the page</p>
      </QueryClientProvider>
    </MantineProvider>,
  );
  return client;
}
const wait = (ms: number) => act(() => vi.advanceTimersByTimeAsync(ms));

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('a failure without data says what failed, and trying again works', async () => {
  answer = () => Promise.reject(new Error('the disk is on fire'));
  renderThing();
  await wait(10);
  expect(screen.getByRole('alert')).toHaveTextContent('Cannot show the thing');
  expect(screen.getByRole('alert')).toHaveTextContent('the disk is on fire');
  answer = () => Promise.resolve('here it is');
  fireEvent.click(screen.getByRole('button', { name: 'Try again' }));
  await wait(10);
  expect(screen.getByText('here it is')).toBeVisible();
  expect(screen.queryByRole('alert')).toBeNull();
});

test('a failure with old data keeps it, dimmed, and says that it is old', async () => {
  answer = () => Promise.resolve('yesterday');
  const client = renderThing();
  await wait(10);
  answer = () => Promise.reject(new Error('gone'));
  await act(() => client.invalidateQueries({ queryKey: KEY }));
  await wait(10);
  expect(screen.getByText('yesterday').closest('[data-dimmed]')).not.toBeNull();
  expect(screen.getByRole('alert')).toHaveTextContent('Cannot bring the thing up to date');
});

test('after five seconds it says so, and Cancel cancels the request itself', async () => {
  let signal: AbortSignal | undefined;
  answer = (given) => {
    signal = given;
    return new Promise((_, reject) => given.addEventListener('abort', () => reject(new DOMException('', 'AbortError'))));
  };
  renderThing();
  await wait(4900);
  expect(screen.queryByText('Still working on it.')).toBeNull();
  await wait(200);
  fireEvent.click(screen.getByRole('button', { name: 'Cancel' }));
  await wait(10);
  expect(signal!.aborted).toBe(true);
  expect(screen.getByText(/Cancelled: the thing was not loaded/)).toBeVisible();
});

test('what JavaScript calls an error is not shown to people', async () => {
  vi.spyOn(console, 'error').mockImplementation(() => {});
  answer = () => Promise.resolve('data');
  renderThing(<Thing show={() => <p>{(null as unknown as string[])[0]}</p>} />);
  await wait(10);
  expect(screen.getByRole('alert')).toHaveTextContent('Cannot show the thingThe answer was not understood.Try again');
});

test('a part that breaks while drawing does not take the page with it', async () => {
  vi.spyOn(console, 'error').mockImplementation(() => {});
  answer = () => Promise.resolve('data');
  renderThing(
    <Thing
      show={() => {
        throw new Error('cannot draw this');
      }}
    />,
  );
  await wait(10);
  expect(screen.getByRole('alert')).toHaveTextContent('cannot draw this');
  expect(screen.getByText('the rest of the page')).toBeVisible();
});
