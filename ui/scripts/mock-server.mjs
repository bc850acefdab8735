// A stand-in for the server, to look at pages without it: `node scripts/mock-server.mjs --state demo --port 8471 --dist dist`.
// States: demo, calm, empty, one-point, many, slow (never answers), error (every call fails).
import { createServer } from 'node:http';
import { readFile } from 'node:fs/promises';
import { extname, join, normalize } from 'node:path';
import { parseArgs } from 'node:util';
import { makeApi, Refusal } from './mock/api.mjs';
import { routeWatch } from './mock/watch.mjs';

const POLICY =
  "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; object-src 'none'; frame-ancestors 'none'; base-uri 'none'";
const TYPES = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml' };
const BASE = '/api/tidemark/v1';

/** Starts a mock; answers {url, close}. `close` also breaks open event streams, as a server that dies does. */
export async function startMock({ state = 'demo', port = 0, dist }) {
  const api = makeApi(state === 'slow' || state === 'error' ? 'demo' : state);
  const server = createServer((request, response) => {
    answer(request, response, { api, state, dist }).catch((error) => {
      const status = error instanceof Refusal ? error.status : 500;
      const { code = 'internal', message, field } = error;
      sendJson(response, status, { error: { code, message, field, request_id: 'mock-0001' } });
    });
  });
  await new Promise((resolve) => server.listen(port, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections();
      }),
  };
}

function sendJson(response, status, body) {
  response.writeHead(status, { 'Content-Type': 'application/json', 'Cache-Control': 'no-store', 'X-Request-Id': 'mock-0001' });
  response.end(body === undefined ? undefined : JSON.stringify(body));
}

async function answer(request, response, world) {
  const url = new URL(request.url, 'http://mock');
  if (!url.pathname.startsWith('/api/')) return sendFile(response, url.pathname, world.dist);
  const path = url.pathname.slice(BASE.length);
  if (path === '/events') return openEvents(response, world.state);
  if (world.state === 'slow') return; // Left open: what a page shows while it waits.
  if (world.state === 'error') throw new Refusal(500, 'internal', 'The store could not be read: input/output error on block 17.');
  const isWrite = request.method === 'POST' || request.method === 'PUT';
  if (isWrite && request.headers['content-type'] !== 'application/json') {
    throw new Refusal(400, 'invalid_json', 'Content-Type must be application/json');
  }
  const body = isWrite ? JSON.parse(await textOf(request)) : undefined;
  const [status, reply] = route(request.method, path, url.searchParams, body, world.api);
  sendJson(response, status, reply);
}

async function textOf(request) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

function route(method, path, query, body, api) {
  const watched = routeWatch(method, path, query, body, api.watch);
  if (watched) return watched;
  const [, resource, rawName, part] = path.split('/');
  const name = rawName === undefined ? undefined : decodeURIComponent(rawName);
  if (resource === 'alarms') {
    if (method === 'POST' && name === undefined) return [201, api.createAlarm(body)];
    if (method === 'POST' && part === 'actions') return [200, api.setActions(name, body.enabled)];
    if (method === 'PUT' && part === 'width') return [200, api.putWidth(name, body)];
    if (method === 'PUT') return [200, api.putAlarm(name, body)];
    if (method === 'DELETE') return [204, api.deleteAlarm(name)];
    if (name === undefined) return [200, api.alarms(query)];
    if (part === undefined) return [200, api.alarm(name)];
    if (part === 'history' || part === 'deliveries') return [200, api[part](name, query)];
  } else if (resource === 'mutes') {
    if (method === 'PUT') return [200, api.putMute(name, body)];
    if (method === 'DELETE') return [204, api.deleteMute(name)];
    return [200, api.mutes(query)];
  } else if (resource === 'backtest' && method === 'POST') {
    return [200, name === 'team' ? api.team(body) : api.backtest(body)];
  } else if (['status', 'now', 'metrics', 'chart', 'topics'].includes(resource)) {
    return [200, api[resource](query)];
  }
  throw new Refusal(404, 'not_found', `There is nothing at ${path}.`);
}

function openEvents(response, state) {
  if (state === 'error') return sendJson(response, 500, { error: { code: 'internal', message: 'no events' } });
  response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' });
  response.write(': connected\n\n');
}

async function sendFile(response, pathname, dist) {
  const isPage = /^\/(now|explore|calendars|alarms(\/[^/]+)?)?$/.test(pathname);
  const file = isPage ? 'index.html' : normalize(decodeURIComponent(pathname)).replace(/^(\.\.[/\\])+/, '');
  try {
    const content = await readFile(join(dist, file));
    response.writeHead(200, { 'Content-Type': TYPES[extname(file)] ?? 'application/octet-stream', 'Content-Security-Policy': POLICY });
    response.end(content);
  } catch {
    response.writeHead(404, { 'Content-Type': 'text/plain' });
    response.end('not found');
  }
}

if (import.meta.filename === process.argv[1]) {
  const { values } = parseArgs({
    options: {
      state: { type: 'string', default: 'demo' },
      port: { type: 'string', default: '8471' },
      dist: { type: 'string', default: join(import.meta.dirname, '..', 'dist') },
    },
  });
  const mock = await startMock({ ...values, port: Number(values.port) });
  console.log(`mock (${values.state}) at ${mock.url}`);
}
