import { Piscina } from 'piscina';
import { HubError } from '../../config/errors.js';
import { codecOf, type DecodeReply, type DecodeTask } from './codecs.js';
import { resample } from './resample.js';
import { type Sound, type SoundLimits, soundLimits } from './sound.js';
import { soundError } from './soundError.js';
import { isWav, readWav } from './wav.js';

/**
 * One channel of a WAV, FLAC, MP3, Ogg Vorbis or Ogg Opus file at the rate that a model takes; several channels are
 * averaged. @throws HubError INFERENCE_INPUT_INVALID (no such format, damaged, beyond the limits), CALL_CANCELLED
 */
export async function readSound(
  bytes: Uint8Array,
  rate: number,
  signal?: AbortSignal,
  limits: SoundLimits = soundLimits,
): Promise<Float32Array> {
  if (bytes.length === 0) throw soundError('the sound is empty');
  if (bytes.length > limits.bytes) throw soundError(`a sound has at most ${limits.bytes} bytes`);
  const sound = isWav(bytes) ? readWav(bytes, limits) : await readCompressed(bytes, limits, signal);
  return resample(sound, rate);
}

async function readCompressed(bytes: Uint8Array, limits: SoundLimits, signal?: AbortSignal): Promise<Sound> {
  const codec = codecOf(bytes);
  if (!codec)
    throw soundError('this is no WAV, FLAC, MP3, Ogg Vorbis or Ogg Opus file; other formats are not read here');
  const reply = await decodeOnThread({ codec, bytes, limits }, signal);
  if (!reply.ok) throw new HubError('INFERENCE_INPUT_INVALID', { reason: reply.reason });
  return reply;
}

/**
 * Decoders run beside the thread of the model, which a made-up file must not hang: the thread is ended when it takes too long,
 * and when the caller leaves.
 */
async function decodeOnThread(task: DecodeTask, signal?: AbortSignal): Promise<DecodeReply> {
  const deadline = AbortSignal.timeout(task.limits.decodeMs);
  try {
    return await decoders().run(task, { signal: signal ? AbortSignal.any([signal, deadline]) : deadline });
  } catch {
    if (signal?.aborted) throw new HubError('CALL_CANCELLED', {});
    const seconds = task.limits.decodeMs / 1000;
    const why = deadline.aborted ? `takes more than ${seconds} s to decode` : 'cannot be decoded';
    return { ok: false, reason: `inputs: this ${task.codec} file ${why}` };
  }
}

let pool: Piscina<DecodeTask, DecodeReply> | null = null;

function decoders(): Piscina<DecodeTask, DecodeReply> {
  if (pool) return pool;
  pool = new Piscina<DecodeTask, DecodeReply>({
    filename: new URL(`./decodeThread${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`, import.meta.url).href,
    minThreads: 0,
    maxThreads: 1,
    idleTimeout: 10_000,
    recordTiming: false,
    resourceLimits: { maxOldGenerationSizeMb: 512 },
  });
  // The failed file hears of it too; without a listener the process would end.
  pool.on('error', () => {});
  return pool;
}
