/** Detectors and findings of one mock world; asked through routeWatch alone. */
export interface Watch {
  findings(query: URLSearchParams): unknown;
}

export function routeWatch(method: string, path: string, query: URLSearchParams, body: unknown, watch: Watch): [number, unknown] | undefined;
