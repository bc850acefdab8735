import { act, screen, waitFor, within } from '@testing-library/react';
import { http } from 'msw';
import { beforeEach, expect, test } from 'vitest';
import type { Problem, Status } from '../api/types';
import { FakeEventSource } from '../testing/event_source';
import { serveError, serveState, server } from '../testing/fake_api';
import { axeFaults, openApp } from '../testing/render';

beforeEach(() => serveState('demo'));

const NAME = 'This server needs somebody to see to it';
const FULL: Problem = { kind: 'disk_full', message: 'No sample is taken: disk full: 21 MiB free, 1 GiB needed.' };
const damaged = (block: number): Problem => ({ kind: 'damaged_block', message: `The block ${block}.blk is damaged.` });

async function serveProblems(problems: Problem[] | undefined) {
  const status = (await (await fetch(`${location.origin}/api/tidemark/v1/status`)).json()) as Status;
  server.use(http.get('*/status', () => Response.json({ ...status, problems })));
}

test('what is wrong with the server is said above the verdict, with what to do', async () => {
  serveState('ailing');
  const { container } = openApp('/');
  const note = await screen.findByRole('group', { name: NAME });
  expect(within(note).getByText(FULL.message)).toBeVisible();
  expect(note).toHaveTextContent('Make room on the disk of the data folder');
  expect(note).toHaveTextContent('put the file back from a backup while the server is stopped');
  const verdict = await screen.findByRole('heading', { level: 1, name: /1 alarm is on/ });
  expect(note.compareDocumentPosition(verdict)).toBe(Node.DOCUMENT_POSITION_FOLLOWING);
  expect(await axeFaults(container)).toEqual([]);
});

test('it goes away when the problem is gone', async () => {
  await serveProblems([FULL]);
  openApp('/');
  await screen.findByText(NAME);
  await serveProblems([]);
  act(() => FakeEventSource.latest.say('transition', { alarm: 'a', new_state: 'OK' }));
  await waitFor(() => expect(screen.queryByText(NAME)).toBeNull());
});

test('it is said also where the page itself cannot be read', async () => {
  await serveProblems([FULL]);
  serveError('now');
  openApp('/');
  expect(await screen.findByText(FULL.message)).toBeVisible();
  expect(await screen.findByRole('heading', { level: 1, name: 'I cannot judge what is going on' })).toBeVisible();
});

test('many of one kind are not a wall of text, and have one advice', async () => {
  await serveProblems([...Array.from({ length: 8 }, (_, block) => damaged(block)), FULL]);
  openApp('/');
  expect(await screen.findByText('The block 4.blk is damaged.')).toBeVisible();
  expect(screen.queryByText('The block 5.blk is damaged.')).toBeNull();
  expect(screen.getByText('And 3 more like these.')).toBeVisible();
  expect(screen.getAllByText(/put the file back from a backup while the server is stopped/)).toHaveLength(1);
  expect(screen.getByText(FULL.message)).toBeVisible();
});

test.each(['newer_kind', 'toString'])('a kind that this page does not know (%s) has its sentence all the same', async (kind) => {
  await serveProblems([{ kind, message: 'The roof leaks.' }]);
  openApp('/');
  expect(await screen.findByText('The roof leaks.')).toBeVisible();
  expect(screen.getByText('The server’s log has more about it.')).toBeVisible();
});

test.each([[[]], [undefined]])('where all is well there is nothing (%j)', async (problems) => {
  await serveProblems(problems);
  openApp('/');
  await screen.findByRole('heading', { level: 1, name: /1 alarm is on/ });
  expect(screen.queryByText(NAME)).toBeNull();
});
