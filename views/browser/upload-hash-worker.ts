import { Sha256 } from './sha256.js';

/** Hashes the file that it is sent: numbers tell how many bytes are done, a text is the hash, null that it cannot be read. */
const worker = self as unknown as {
  onmessage: ((event: MessageEvent<File>) => void) | null;
  postMessage(message: number | string | null): void;
};
const stepBytes = 4_194_304;

worker.onmessage = ({ data: file }) => void hash(file);

async function hash(file: File): Promise<void> {
  const sha = new Sha256();
  try {
    for (let at = 0; at < file.size; at += stepBytes) {
      sha.update(new Uint8Array(await file.slice(at, at + stepBytes).arrayBuffer()));
      worker.postMessage(Math.min(at + stepBytes, file.size));
    }
    worker.postMessage(sha.digest());
  } catch {
    worker.postMessage(null);
  }
}
