// The mock server's answers, over msw: tests and pictures see the same world.
import { http, HttpResponse, type HttpHandler } from 'msw';
import { setupServer } from 'msw/node';
import { makeApi, Refusal } from '../../scripts/mock/api.mjs';
import { routeWatch } from '../../scripts/mock/watch.mjs';

const BASE = '*/api/tidemark/v1';

export const server = setupServer();

/** Lets the API answer as the mock's state says: demo, calm, empty, one-point, many. */
export function serveState(state: string) {
  const api = makeApi(state);
  const reply = (status: number, answer: () => unknown) => {
    try {
      const body = answer();
      return status === 204 ? new HttpResponse(null, { status }) : HttpResponse.json(body as object, { status });
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      const { status: code, message, field } = error;
      return HttpResponse.json({ error: { code: error.code, message, field, request_id: 'test-1' } }, { status: code });
    }
  };
  const named = (name: unknown) => String(name);
  const get = (path: string, answer: (query: URLSearchParams) => unknown): HttpHandler =>
    http.get(`${BASE}/${path}`, ({ request }) => reply(200, () => answer(new URL(request.url).searchParams)));
  const watched = ['findings', 'findings/*', 'detectors', 'detectors/*', 'calendars', 'calendars/*', 'missed'].map((path) =>
    http.all(`${BASE}/${path}`, async ({ request }) => {
      const { pathname, searchParams } = new URL(request.url);
      const body = /^(POST|PUT)$/.test(request.method) ? await request.json() : undefined;
      const own = pathname.slice(pathname.indexOf('/v1/') + '/v1'.length);
      return reply(request.method === 'DELETE' && /^\/(detectors|calendars)/.test(own) ? 204 : 200, () => routeWatch(request.method, own, searchParams, body, api.watch)?.[1]);
    }),
  );
  server.use(
    ...watched,
    get('status', api.status),
    get('now', api.now),
    get('metrics', api.metrics),
    get('chart', api.chart),
    get('topics', api.topics),
    get('alarms', api.alarms),
    http.get(`${BASE}/alarms/:name`, ({ params }) => reply(200, () => api.alarm(named(params.name)))),
    http.get(`${BASE}/alarms/:name/history`, ({ params }) => reply(200, () => api.history(named(params.name)))),
    http.get(`${BASE}/alarms/:name/deliveries`, ({ params }) => reply(200, () => api.deliveries(named(params.name)))),
    http.put(`${BASE}/alarms/:name`, async ({ params, request }) => {
      const body = await request.json();
      return reply(200, () => api.putAlarm(named(params.name), body));
    }),
    http.post(`${BASE}/alarms`, async ({ request }) => {
      const body = await request.json();
      return reply(201, () => api.createAlarm(body));
    }),
    http.post(`${BASE}/backtest`, async ({ request }) => {
      const body = await request.json();
      return reply(200, () => api.backtest(body));
    }),
    http.post(`${BASE}/backtest/team`, async ({ request }) => {
      const body = await request.json();
      return reply(200, () => api.team(body));
    }),
    http.put(`${BASE}/alarms/:name/width`, async ({ params, request }) => {
      const body = await request.json();
      return reply(200, () => api.putWidth(named(params.name), body));
    }),
    get('mutes', api.mutes),
    http.put(`${BASE}/mutes/:name`, async ({ params, request }) => {
      const body = await request.json();
      return reply(200, () => api.putMute(named(params.name), body));
    }),
    http.delete(`${BASE}/mutes/:name`, ({ params }) => reply(204, () => api.deleteMute(named(params.name)))),
    http.delete(`${BASE}/alarms/:name`, ({ params }) => reply(204, () => api.deleteAlarm(named(params.name)))),
    http.post(`${BASE}/alarms/:name/actions`, async ({ params, request }) => {
      const { enabled } = (await request.json()) as { enabled: boolean };
      return reply(200, () => api.setActions(named(params.name), enabled));
    }),
  );
}

/** One call that fails, whatever the state says of it. */
export function serveError(path: string, status = 500, error: object = { code: 'internal', message: 'The disk is on fire.', request_id: 'test-2' }) {
  server.use(http.all(`${BASE}/${path}`, () => HttpResponse.json({ error }, { status })));
}

/** From now on nothing can be reached. */
export function serveNothing() {
  server.use(http.all('*', () => HttpResponse.error()));
}

/** What is asked of the server from now on, in order; the body of writes comes a moment later. */
export function recordRequests() {
  const seen: { method: string; path: string; body?: unknown; query?: Record<string, string> }[] = [];
  server.events.on('request:start', ({ request }) => {
    const { pathname, searchParams } = new URL(request.url);
    const entry: (typeof seen)[number] = { method: request.method, path: pathname.slice(pathname.indexOf('/v1/') + '/v1'.length) };
    if (searchParams.size > 0) entry.query = Object.fromEntries(searchParams);
    seen.push(entry);
    if (/^(POST|PUT)$/.test(request.method)) void request.clone().json().then((body) => (entry.body = body));
  });
  return seen;
}
