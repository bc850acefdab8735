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

  /** Something before the server, such as a proxy that asks for a password, has answered in its place. */
  get isSignedOut() {
    return this.code === SIGNED_OUT;
  }
}

const SIGNED_OUT = 'signed_out';
const signedOut = (status: number) => new ApiError(status, SIGNED_OUT, 'You are signed out. Reload to sign in.');
const notUnderstood = (status: number) => new ApiError(status, 'not_understood', 'The answer was not understood.');
const isPage = (response: Response) => /^text\/html/.test(response.headers.get('content-type') ?? '');

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
  if (!error && (response.status === 401 || response.status === 403)) return signedOut(response.status);
  if (!error) return new ApiError(response.status, 'http_error', `The server answered ${response.status}.`, undefined, requestId);
  return new ApiError(response.status, error.code, error.message, error.field, requestId);
}

async function request(url: string, init: RequestInit): Promise<Response> {
  let response: Response;
  try {
    // The server redirects nobody; what stands before it does, to where one signs in.
    response = await fetch(url, { ...init, redirect: 'manual' });
  } catch (cause) {
    // A cancelled request is no failure of the server: let the caller's library see it as what it is.
    if (cause instanceof DOMException && cause.name === 'AbortError') throw cause;
    throw new ApiError(0, 'unreachable', 'The server cannot be reached.');
  }
  if (response.type === 'opaqueredirect') throw signedOut(response.status);
  if (!response.ok) throw await toApiError(response);
  return response;
}

/** `member`: one that every such answer has; without it the answer is somebody else's. */
async function read<T>(response: Response, member?: keyof T): Promise<T> {
  if (isPage(response)) throw signedOut(response.status);
  const body = (await response.json().catch((cause: unknown) => {
    if (cause instanceof DOMException && cause.name === 'AbortError') throw cause;
    return null;
  })) as T | null;
  const isOurs = typeof body === 'object' && body !== null && (member === undefined ? Object.keys(body).length > 0 : member in body);
  if (!isOurs) throw notUnderstood(response.status);
  return body;
}

export async function getJson<T>(path: string, query: Query = {}, signal?: AbortSignal, member?: keyof T): Promise<T> {
  return read<T>(await request(apiUrl(path, query), { signal, headers: { Accept: 'application/json' } }), member);
}

export async function postJson<T>(path: string, body: unknown, init: Pick<RequestInit, 'signal' | 'headers'> = {}): Promise<T> {
  const response = await request(apiUrl(path), {
    method: 'POST',
    signal: init.signal,
    headers: { 'Content-Type': 'application/json', ...init.headers },
    body: JSON.stringify(body),
  });
  return read<T>(response);
}

export async function putJson<T>(path: string, body: unknown): Promise<T> {
  const response = await request(apiUrl(path), {
    method: 'PUT',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  });
  return read<T>(response);
}

/** A DELETE that answers what is left. */
export async function deleteJson<T>(path: string): Promise<T> {
  return read<T>(await request(apiUrl(path), { method: 'DELETE' }));
}

export async function deleteAt(path: string): Promise<void> {
  const response = await request(apiUrl(path), { method: 'DELETE' });
  if (isPage(response)) throw signedOut(response.status);
}
