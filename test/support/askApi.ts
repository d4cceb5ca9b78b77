import type { RealHub } from './realHub.js';

export interface ApiAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** null = nothing was said. Read where it is asked for: an error may be no JSON. */
  // What a row answers is held to its schema by the hub of the tests.
  // biome-ignore lint/suspicious/noExplicitAny: tests read it by what they expect
  readonly json: any;
}

type Asked = Pick<RealHub, 'url' | 'token'>;

/**
 * What a program sends to the API; redirects are left to the test.
 * @param address a path, or a whole link of an answer
 * @param token the administrator's without it; null = nobody's
 */
export function callApi(
  hub: Asked,
  method: string,
  address: string,
  body?: unknown,
  token: string | null = hub.token,
): Promise<Response> {
  return fetch(new URL(address, hub.url), {
    method,
    redirect: 'manual',
    headers: { 'Content-Type': 'application/json', ...(token ? { Authorization: `Bearer ${token}` } : {}) },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
}

/** The same, and the answer read. */
export async function askApi(...call: Parameters<typeof callApi>): Promise<ApiAnswer> {
  const answer = await callApi(...call);
  const text = await answer.text();
  return {
    status: answer.status,
    headers: answer.headers,
    text,
    get json() {
      return JSON.parse(text || 'null');
    },
  };
}
