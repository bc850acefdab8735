import type { ErrorBody } from './types';

const BASE = '/api/tidemark/v1';

/** A refusal by the server, in its own words; `status` 0 means that it could not be reached at all. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly field?: string,
    readonly requestId?: string,
  ) {
    super(message);
    this.name = 'ApiError';
  }

  get isUnreachable() {
    return this.status === 0;
  }
}

type Query = Record<string, string | number | undefined>;

/** `/alarms/{ref}` with the `ref` of an `Alarm`, or its name, as one safe segment. */
export const alarmPath = (ref: string) => `/alarms/${encodeURIComponent(ref)}`;
export const mutePath = (name: string) => `/mutes/${encodeURIComponent(name)}`;

/** `/findings/{id}`, and what lies below it. */
export const findingPath = (id: string) => `/findings/${encodeURIComponent(id)}`;
export const calendarPath = (name: string) => `/calendars/${encodeURIComponent(name)}`;
export const detectorPath = (id: string) => `/detectors/${encodeURIComponent(id)}`;

export function apiUrl(path: string, query: Query = {}): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== '') search.set(name, String(value));
  }
  const text = search.toString();
  return BASE + path + (text ? `?${text}` : '');
}

async function toApiError(response: Response): Promise<ApiError> {
  const body = (await response.json().catch(() => null)) as ErrorBody | null;
  const error = body?.error;
  const requestId = error?.request_id ?? response.headers.get('x-request-id') ?? undefined;
  if (!error) return new ApiError(response.status, 'http_error', `The server answered ${response.status}.`, undefined, requestId);
  return new ApiError(response.status, error.code, error.message, error.field, requestId);
}

async function request(url: string, init: RequestInit): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(url, init);
  } catch (cause) {
    // A cancelled request is no failure of the server: let the caller's library see it as what it is.
    if (cause instanceof DOMException && cause.name === 'AbortError') throw cause;
    throw new ApiError(0, 'unreachable', 'The server cannot be reached.');
  }
  if (!response.ok) throw await toApiError(response);
  return response;
}

export async function getJson<T>(path: string, query: Query = {}, signal?: AbortSignal): Promise<T> {
  const response = await request(apiUrl(path, query), { signal, headers: { Accept: 'application/json' } });
  return (await response.json()) as T;
}

export async function postJson<T>(path: string, body: unknown, init: Pick<RequestInit, 'signal' | 'headers'> = {}): Promise<T> {
  const response = await request(apiUrl(path), {
    method: 'POST',
    signal: init.signal,
    headers: { 'Content-Type': 'application/json', ...init.headers },
    body: JSON.stringify(body),
  });
  return (await response.json()) as T;
}

export async function putJson<T>(path: string, body: unknown): Promise<T> {
  const response = await request(apiUrl(path), {
    method: 'PUT',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  });
  return (await response.json()) as T;
}

/** A DELETE that answers what is left. */
export async function deleteJson<T>(path: string): Promise<T> {
  const response = await request(apiUrl(path), { method: 'DELETE' });
  return (await response.json()) as T;
}

export async function deleteAt(path: string): Promise<void> {
  await request(apiUrl(path), { method: 'DELETE' });
}
