import { parentPort } from 'node:worker_threads';
import { HubError } from '../../config/errors.js';
import { codecs, type DecodeReply, type DecodeTask } from './codecs.js';
import { decodeParts } from './decodeParts.js';

// Decoders print a line for each damaged frame, of which a made-up file has millions.
console.error = () => undefined;
console.warn = () => undefined;

/** Decodes one file. Never rejects. */
async function decode({ codec, bytes, limits }: DecodeTask): Promise<DecodeReply> {
  try {
    return await decodeParts(await codecs[codec].open(), bytes, limits);
  } catch (error) {
    const isKnown = error instanceof HubError;
    return { ok: false, reason: isKnown ? error.message : `inputs: this ${codec} file is damaged` };
  }
}

parentPort?.on('message', async (task: DecodeTask) => {
  const reply = await decode(task);
  parentPort?.postMessage(reply, reply.ok ? [reply.samples.buffer as ArrayBuffer] : []);
});
