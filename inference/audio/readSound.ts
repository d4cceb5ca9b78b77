import { HubError } from '../../config/errors.js';
import { codecOf } from './codecs.js';
import { decodeOnThread } from './decoderThread.js';
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
