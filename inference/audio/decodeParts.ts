import type { Decoded, DecodeReply, Decoder } from './codecs.js';
import { maxChannels, type SoundLimits } from './sound.js';
import { checkLength, soundError } from './soundError.js';
import { checkRate } from './wav.js';

/**
 * So many bytes are decoded at once. A FLAC or Opus file of silence grows ten thousand times, so that what one part may
 * become must fit into memory before anybody can count it.
 */
const partBytes = 2048;

/**
 * Decodes part by part, averages the channels, and stops as soon as the sound is too long.
 * @throws HubError INFERENCE_INPUT_INVALID
 */
export async function decodeParts(
  decoder: Decoder,
  bytes: Uint8Array,
  limits: SoundLimits,
): Promise<Extract<DecodeReply, { ok: true }>> {
  const parts: Float32Array[] = [];
  let length = 0;
  let rate = 0;
  const take = (decoded: Decoded) => {
    const count = decoded.channelData[0]?.length ?? 0;
    if (count === 0) return;
    checkRate(decoded.sampleRate);
    if (rate !== 0 && decoded.sampleRate !== rate) throw soundError('its rate changes within the file');
    rate = decoded.sampleRate;
    length += count;
    checkLength(length, rate, limits);
    parts.push(averaged(decoded));
  };
  for (let at = 0; at < bytes.length; at += partBytes) take(await decoder.decode(bytes.subarray(at, at + partBytes)));
  take(await decoder.flush());
  if (length === 0) throw soundError('there is no sound in this file');
  return { ok: true, samples: joined(parts, length), rate };
}

function averaged({ channelData, integerBits }: Decoded): Float32Array {
  if (channelData.length > maxChannels)
    throw soundError(`it has ${channelData.length} channels, 1 to ${maxChannels} are read`);
  const scale = integerBits ? (2 ** (integerBits - 1) - 1) / 2 ** (integerBits - 1) : 1;
  return channelData[0]!.map((_, index) => {
    let sum = 0;
    for (const channel of channelData) sum += channel[index]!;
    return (sum * scale) / channelData.length;
  });
}

function joined(parts: readonly Float32Array[], length: number): Float32Array {
  const samples = new Float32Array(length);
  let at = 0;
  for (const part of parts) {
    samples.set(part, at);
    at += part.length;
  }
  return samples;
}
