import { Agent, type IncomingMessage, request } from 'node:http';

/** One connection, kept alive, as a client library holds it. */
export interface Connection {
  /** The body of an answer with status 200. @throws Error with the beginning of any other answer */
  send(
    method: 'GET' | 'POST',
    url: string,
    body?: unknown,
    headers?: Readonly<Record<string, string>>,
  ): Promise<Buffer>;
  close(): void;
}

export function connect(): Connection {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  return {
    async send(method, url, body, headers = {}) {
      const payload = body === undefined ? undefined : JSON.stringify(body);
      const answer = await new Promise<IncomingMessage>((resolve, reject) => {
        const sent = request(url, { method, agent, headers: { 'Content-Type': 'application/json', ...headers } });
        sent.on('response', resolve).on('error', reject).end(payload);
      });
      const chunks: Buffer[] = [];
      for await (const chunk of answer as AsyncIterable<Buffer>) chunks.push(chunk);
      const content = Buffer.concat(chunks);
      if (answer.statusCode !== 200)
        throw new Error(`${url}: ${answer.statusCode} ${content.toString().slice(0, 300)}`);
      return content;
    },
    close: () => agent.destroy(),
  };
}
