import type { Stored } from './upload-send.js';

export interface Hashing {
  /** Null where it cannot be told: then the file is sent. */
  readonly done: Promise<string | null>;
  cancel(): void;
}

/** The SHA-256 of a file, on a thread of its own. */
export function hashFile(file: File, onProgress: (bytes: number) => void): Hashing {
  const worker = new Worker(new URL('./upload-hash-worker.js', import.meta.url), { type: 'module' });
  let giveUp = (): void => {};
  const done = new Promise<string | null>((resolve) => {
    giveUp = () => resolve(null);
    worker.addEventListener('error', () => resolve(null));
    worker.addEventListener('message', ({ data }: MessageEvent<number | string | null>) => {
      if (typeof data === 'number') onProgress(data);
      else resolve(data);
    });
  });
  worker.postMessage(file);
  void done.finally(() => worker.terminate());
  return { done, cancel: () => giveUp() };
}

/** What this repository has already under the hash, or null. */
export async function askStored(address: string, oid: string, size: number): Promise<Stored | null> {
  try {
    const response = await fetch(`${address}?${new URLSearchParams({ holds: oid, size: String(size) })}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/octet-stream' },
    });
    return response.ok && !response.redirected ? ((await response.json()) as Stored | null) : null;
  } catch {
    return null;
  }
}
