import type { Watch } from './watch.mjs';

/** One mock world's answers, by the names of docs/api.md; the tests' fake server is made of it. */
export function makeApi(state: string): {
  status(query?: URLSearchParams): unknown;
  now(query?: URLSearchParams): unknown;
  metrics(query: URLSearchParams): unknown;
  chart(query: URLSearchParams): unknown;
  topics(query?: URLSearchParams): unknown;
  alarms(query: URLSearchParams): unknown;
  alarm(name: string): unknown;
  history(name: string): unknown;
  deliveries(name: string): unknown;
  backtest(body: unknown): unknown;
  team(body: unknown): unknown;
  putWidth(name: string, body: unknown): unknown;
  createAlarm(body: unknown): unknown;
  putAlarm(name: string, body: unknown): unknown;
  deleteAlarm(name: string): unknown;
  setActions(name: string, enabled: boolean): unknown;
  mutes(query: URLSearchParams): unknown;
  putMute(name: string, body: unknown): unknown;
  deleteMute(name: string): unknown;
  watch: Watch;
};

export class Refusal extends Error {
  constructor(status: number, code: string, message: string, field?: string);
  status: number;
  code: string;
  field?: string;
}
