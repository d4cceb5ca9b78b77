import { HubError } from '../../config/errors.js';

/** The first bytes of the formats that are read; what else the library knows (SVG, HEIF) is not for strangers' files. */
const formats: readonly { readonly name: string; readonly begins: RegExp }[] = [
  { name: 'PNG', begins: /^\x89PNG\r\n\x1a\n/ },
  { name: 'JPEG', begins: /^\xff\xd8\xff/ },
  { name: 'WebP', begins: /^RIFF.{4}WEBP/s },
  { name: 'GIF', begins: /^GIF8[79]a/ },
  { name: 'TIFF', begins: /^(II\*\0|MM\0\*)/ },
];

/** @throws HubError INFERENCE_INPUT_INVALID unless the file begins as an image that the hub reads */
export function checkImageKind(file: Uint8Array): void {
  const start = Buffer.from(file.buffer, file.byteOffset, Math.min(file.length, 16)).toString('latin1');
  if (formats.some(({ begins }) => begins.test(start))) return;
  const known = formats.map(({ name }) => name).join(', ');
  throw new HubError('INFERENCE_INPUT_INVALID', {
    reason: `the file is no image of a kind that is read here (${known})`,
  });
}
