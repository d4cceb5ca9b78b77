import assert from 'node:assert/strict';

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

/** A browser without script: cookies, redirects left to the test, forms filled in from the page that shows them. */
export class WebClient {
  private readonly cookies = new Map<string, string>();

  constructor(readonly url: string) {}

  async request(path: string, init: RequestInit = {}): Promise<Answer> {
    const headers = new Headers(init.headers);
    if (!headers.has('Accept')) headers.set('Accept', 'text/html,*/*;q=0.8');
    if (this.cookies.size > 0)
      headers.set('Cookie', [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; '));
    const response = await fetch(this.url + path, { redirect: 'manual', ...init, headers });
    for (const cookie of response.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(cookie)!;
      if (value === '') this.cookies.delete(name!);
      else this.cookies.set(name!, value!);
    }
    return { status: response.status, headers: response.headers, text: await response.text() };
  }

  get(path: string, headers: Record<string, string> = {}): Promise<Answer> {
    return this.request(path, { headers });
  }

  /** Opens `page`, takes the token of its form to `action`, and posts the fields. */
  async submit(page: string, fields: Record<string, string>, action = page.split('?')[0]!): Promise<Answer> {
    const { text } = await this.get(page);
    const csrf = csrfOf(text);
    assert.ok(csrf, `${page} has no form`);
    return this.post(action, { csrf, ...fields });
  }

  post(path: string, fields: Record<string, string>, headers: Record<string, string> = {}): Promise<Answer> {
    return this.request(path, {
      method: 'POST',
      body: new URLSearchParams(fields),
      headers: { 'Content-Type': 'application/x-www-form-urlencoded', Origin: this.url, ...headers },
    });
  }

  async logIn(name: string, password = 'correct horse'): Promise<void> {
    const { status, text } = await this.submit('/login', { name, password });
    assert.equal(status, 303, text);
  }

  cookie(name: string): string | undefined {
    return this.cookies.get(name);
  }
}

export function csrfOf(html: string): string | null {
  return /name="csrf" value="([^"]+)"/.exec(html)?.[1] ?? null;
}
