import type { Response } from 'express';

/**
 * Server-sent events, begun with the first one: what fails before it is answered as an error with its own status. `signal`
 * aborts when the caller leaves.
 */
export class EventStream {
  readonly #response: Response;
  readonly #headers: () => Readonly<Record<string, string>>;

  /** `headers` are asked for when the stream begins. */
  constructor(response: Response, headers: () => Readonly<Record<string, string>> = () => ({})) {
    this.#response = response;
    this.#headers = headers;
  }

  get isBegun(): boolean {
    return this.#response.headersSent;
  }

  /** One event; objects go as JSON. */
  send(data: unknown): void {
    if (this.#response.destroyed || this.#response.writableEnded) return;
    this.#begin();
    this.#response.write(`data: ${typeof data === 'string' ? data : JSON.stringify(data)}\n\n`);
  }

  end(): void {
    this.#begin();
    this.#response.end();
  }

  #begin(): void {
    if (this.#response.headersSent) return;
    this.#response.set({
      'Content-Type': 'text/event-stream; charset=utf-8',
      'Cache-Control': 'no-store',
      // A proxy that gathers the answer would take the point from it.
      'X-Accel-Buffering': 'no',
      ...this.#headers(),
    });
    this.#response.flushHeaders();
  }
}

/** Aborts when the caller of a response leaves before its end. */
export function goneSignal(response: Response): AbortSignal {
  const gone = new AbortController();
  response.on('close', () => {
    if (!response.writableFinished) gone.abort();
  });
  return gone.signal;
}
