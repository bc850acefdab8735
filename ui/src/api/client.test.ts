import { http } from 'msw';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { serveState, server } from '../testing/fake_api';
import { ApiError, deleteAt, getJson, postJson } from './client';

const answer = (body: string, status: number, type: string) => server.use(http.all('*/status', () => new Response(body, { status, headers: { 'content-type': type } })));
const failureOf = async (call: Promise<unknown>) => {
  const error = await call.then(
    () => null,
    (cause: unknown) => cause,
  );
  expect(error).toBeInstanceOf(ApiError);
  return error as ApiError;
};

beforeEach(() => serveState('demo'));
afterEach(() => vi.unstubAllGlobals());

test.each([
  ['a page to sign in at', '<html>login</html>', 200, 'text/html; charset=utf-8'],
  ['401 of a proxy', 'login', 401, 'text/plain'],
  ['403 of a proxy', '<html>Forbidden</html>', 403, 'text/html'],
])('%s in place of an answer says that one is signed out', async (_what, body, status, type) => {
  answer(body, status, type);
  for (const call of [() => getJson('/status'), () => postJson('/status', {}), () => deleteAt('/status')]) {
    const error = await failureOf(call());
    expect(error.isSignedOut).toBe(true);
    expect(error.message).toBe('You are signed out. Reload to sign in.');
  }
});

test('being sent on to another page says so, too: the server sends nobody', async () => {
  const fetched = vi.fn().mockResolvedValue({ type: 'opaqueredirect', ok: false, status: 0 });
  vi.stubGlobal('fetch', fetched);
  expect((await failureOf(getJson('/status'))).isSignedOut).toBe(true);
  expect(fetched.mock.calls[0]![1]).toMatchObject({ redirect: 'manual' });
});

test.each([
  ['{}', 'application/json'],
  ['[1]', 'application/json'],
  ['null', 'application/json'],
  ['{"message":"hello"}', 'application/json'],
  ['not json', 'text/plain'],
])('%s is no answer of the server', async (body, type) => {
  answer(body, 200, type);
  const error = await failureOf(getJson<{ counts: object }>('/status', {}, undefined, 'counts'));
  expect(error.message).toBe('The answer was not understood.');
  expect(error.isSignedOut).toBe(false);
});

test("the server's own refusals stay what they are", async () => {
  answer(JSON.stringify({ error: { code: 'cross_origin', message: 'not from here', request_id: 'r' } }), 403, 'application/json');
  expect(await failureOf(getJson('/status'))).toMatchObject({ code: 'cross_origin', message: 'not from here', isSignedOut: false });
});
