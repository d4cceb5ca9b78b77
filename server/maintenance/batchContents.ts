import { HubError } from '../../config/errors.js';

/** Contents in the output of `git cat-file --batch`: for each object a line `<oid> <type> <size>`, its bytes and a newline. */
export function* batchContents(output: Buffer): Generator<Buffer> {
  let at = 0;
  while (at < output.length) {
    const lineEnd = output.indexOf(10, at);
    const size = Number(output.toString('latin1', at, lineEnd).split(' ')[2]);
    // Guessing here would free objects that are in use.
    if (lineEnd < 0 || !Number.isInteger(size))
      throw new HubError('GIT_FAILED', { command: 'cat-file', reason: 'unreadable answer' });
    yield output.subarray(lineEnd + 1, lineEnd + 1 + size);
    at = lineEnd + size + 2;
  }
}
