import { maxChannels, maxRate, minRate, type Sound, type SoundLimits } from './sound.js';
import { checkLength, soundError } from './soundError.js';

/*
 * A RIFF file is a list of chunks: four letters, a length (little endian, 32 bits), that many bytes, and a byte of padding
 * when the length is odd. `fmt ` says how the samples of `data` are written:
 *
 *   0 format tag   2 channels   4 rate   8 bytes a second   12 bytes a frame   14 bits a sample   24 real tag (extensible)
 *
 * Source: "Multimedia Programming Interface and Data Specifications 1.0" and "Multiple channel audio data and WAVE files"
 * (Microsoft). Read here, since the packages tried scale positive and negative samples by different numbers.
 */

type ReadSample = (view: DataView, at: number) => number;

interface Coding {
  readonly bytes: number;
  readonly read: ReadSample;
}

const codings: Readonly<Record<string, Coding>> = {
  'integer 8': { bytes: 1, read: (view, at) => (view.getUint8(at) - 128) / 128 },
  'integer 16': { bytes: 2, read: (view, at) => view.getInt16(at, true) / 32_768 },
  'integer 24': {
    bytes: 3,
    read: (view, at) => (view.getUint16(at, true) + view.getInt8(at + 2) * 65_536) / 8_388_608,
  },
  'integer 32': { bytes: 4, read: (view, at) => view.getInt32(at, true) / 2_147_483_648 },
  'float 32': { bytes: 4, read: (view, at) => view.getFloat32(at, true) },
  'float 64': { bytes: 8, read: (view, at) => view.getFloat64(at, true) },
  'A-law 8': { bytes: 1, read: (view, at) => aLaw(view.getUint8(at)) / 32_768 },
  'mu-law 8': { bytes: 1, read: (view, at) => muLaw(view.getUint8(at)) / 32_768 },
};

const tags: Readonly<Record<number, string>> = { 1: 'integer', 3: 'float', 6: 'A-law', 7: 'mu-law' };
const extensibleTag = 0xfffe;

interface WavFormat {
  readonly coding: Coding;
  readonly channels: number;
  readonly rate: number;
  readonly frameBytes: number;
}

export function isWav(bytes: Uint8Array): boolean {
  return letters(bytes, 0) === 'RIFF' && letters(bytes, 8) === 'WAVE';
}

/**
 * Reads a WAV file; several channels are averaged. A file that was cut off gives what is there.
 * @throws HubError INFERENCE_INPUT_INVALID
 */
export function readWav(bytes: Uint8Array, limits: SoundLimits): Sound {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let format: WavFormat | null = null;
  let at = 12;
  while (at + 8 <= bytes.length) {
    const name = letters(bytes, at);
    const length = view.getUint32(at + 4, true);
    const start = at + 8;
    const end = Math.min(start + length, bytes.length);
    if (name === 'fmt ') format = readFormat(view, start, end);
    if (name === 'data') {
      if (!format) throw soundError('this WAV file has no format before its samples');
      return { samples: averaged(view, start, end, format, limits), rate: format.rate };
    }
    at = start + length + (length % 2);
  }
  throw soundError('this WAV file has no samples');
}

function readFormat(view: DataView, start: number, end: number): WavFormat {
  if (end - start < 16) throw soundError('the format of this WAV file is cut off');
  const tag = view.getUint16(start, true);
  const isExtensible = tag === extensibleTag && end - start >= 26;
  const kind = tags[isExtensible ? view.getUint16(start + 24, true) : tag];
  const bits = view.getUint16(start + 14, true);
  const coding = codings[`${kind} ${bits}`];
  if (!coding) throw soundError(`WAV files with format tag ${tag} and ${bits} bits a sample are not read here`);
  const channels = view.getUint16(start + 2, true);
  const rate = view.getUint32(start + 4, true);
  const frameBytes = view.getUint16(start + 12, true);
  if (channels < 1 || channels > maxChannels)
    throw soundError(`it has ${channels} channels, 1 to ${maxChannels} are read`);
  checkRate(rate);
  if (frameBytes !== coding.bytes * channels) throw soundError('the format of this WAV file contradicts itself');
  return { coding, channels, rate, frameBytes };
}

/** @throws HubError INFERENCE_INPUT_INVALID */
export function checkRate(rate: number): void {
  if (rate >= minRate && rate <= maxRate) return;
  throw soundError(`it has ${rate} samples a second, ${minRate} to ${maxRate} are read`);
}

function averaged(view: DataView, start: number, end: number, format: WavFormat, limits: SoundLimits): Float32Array {
  const { coding, channels, rate, frameBytes } = format;
  const count = Math.floor((end - start) / frameBytes);
  checkLength(count, rate, limits);
  const samples = new Float32Array(count);
  for (let frame = 0; frame < count; frame += 1) {
    const at = start + frame * frameBytes;
    let sum = 0;
    for (let channel = 0; channel < channels; channel += 1) sum += coding.read(view, at + channel * coding.bytes);
    samples[frame] = sum / channels;
  }
  return samples;
}

/** ITU-T G.711: sign, three bits of exponent, four of mantissa; even bits are inverted. */
function aLaw(byte: number): number {
  const code = byte ^ 0x55;
  const exponent = (code >> 4) & 7;
  const mantissa = ((code & 15) << 4) + 8;
  const size = exponent === 0 ? mantissa : (mantissa + 256) << (exponent - 1);
  return code & 128 ? size : -size;
}

/** ITU-T G.711: as above with all bits inverted and a bias of 132. */
function muLaw(byte: number): number {
  const code = ~byte & 255;
  const size = ((((code & 15) << 3) + 132) << ((code >> 4) & 7)) - 132;
  return code & 128 ? -size : size;
}

function letters(bytes: Uint8Array, at: number): string {
  return String.fromCharCode(...bytes.subarray(at, at + 4));
}
