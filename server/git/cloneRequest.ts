import type { Readable } from 'node:stream';

/** Twenty thousand ids: more than a clone of any repository of models asks for. */
const maxHeardBytes = 1_048_576;

/** Listens to what a fetch asks; the returned function gives what was said so far, at most 1 MiB of it. */
export function hear(body: Readable): () => string {
  const chunks: Buffer[] = [];
  let length = 0;
  body.on('data', (chunk: Buffer) => {
    if (length < maxHeardBytes) chunks.push(chunk);
    length += chunk.length;
  });
  return () => Buffer.concat(chunks).toString('latin1');
}

/**
 * Whether a fetch (gitprotocol-v2 "fetch", gitprotocol-pack "want" and "have") is a clone: it wants the head and has
 * nothing yet. A later fetch tells what it has; the fetch of a missing blob in a partial clone wants no commit.
 */
export function isClone(said: string, head: string): boolean {
  return said.includes(`want ${head}`) && !said.includes('have ');
}
