import { isJsonObject } from '../../config/jsonObject.js';
import type { Sound } from './sound.js';

const headerBytes = 58;
const floatTag = 3;

/** How long a file of `writeWav` plays, when that is what an answer is; else 0. */
export function wavSeconds(answer: unknown): number {
  const bytes = isJsonObject(answer) ? answer.bytes : null;
  if (!(bytes instanceof Uint8Array) || bytes.length <= headerBytes) return 0;
  const rate = new DataView(bytes.buffer, bytes.byteOffset).getUint32(24, true);
  return rate > 0 ? (bytes.length - headerBytes) / 4 / rate : 0;
}

/** A WAV file of 32-bit floats, so that no sample changes. Its `fact` chunk is asked for by the format when samples are no integers. */
export function writeWav({ samples, rate }: Sound): Uint8Array {
  const file = new Uint8Array(headerBytes + samples.length * 4);
  const view = new DataView(file.buffer);
  let at = 0;
  const letters = (text: string) => {
    for (const letter of text) view.setUint8(at++, letter.charCodeAt(0));
  };
  const u32 = (value: number) => {
    view.setUint32(at, value, true);
    at += 4;
  };
  const u16 = (value: number) => {
    view.setUint16(at, value, true);
    at += 2;
  };
  letters('RIFF');
  u32(file.length - 8);
  letters('WAVEfmt ');
  u32(18);
  u16(floatTag);
  u16(1);
  u32(rate);
  u32(rate * 4);
  u16(4);
  u16(32);
  u16(0);
  letters('fact');
  u32(4);
  u32(samples.length);
  letters('data');
  u32(samples.length * 4);
  for (let index = 0; index < samples.length; index += 1) view.setFloat32(at + index * 4, samples[index]!, true);
  return file;
}
