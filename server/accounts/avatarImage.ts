import { HubError } from '../../config/errors.js';
import { checkImageKind } from '../../inference/images/imageKind.js';

const maxBytes = 4_194_304;
/** 4096 × 4096 */
const maxPixels = 16_777_216;
const sidePixels = 192;

/**
 * An uploaded picture as the hub keeps it: a square WebP without whatever else the file carried.
 * @throws HubError BAD_REQUEST for other kinds of files and damaged ones, TOO_LARGE
 */
export async function avatarImage(file: Uint8Array): Promise<Buffer> {
  if (file.length > maxBytes) throw new HubError('TOO_LARGE', { what: 'The picture', limitBytes: maxBytes });
  checkImageKind(file);
  const { default: sharp } = await import('sharp');
  try {
    return await sharp(file, { limitInputPixels: maxPixels, failOn: 'error' })
      .timeout({ seconds: 10 })
      .autoOrient()
      .resize(sidePixels, sidePixels, { fit: 'cover' })
      .webp({ quality: 85 })
      .toBuffer();
  } catch (cause) {
    const isLarge = (cause as Error).message.includes('pixel limit');
    const reason = isLarge ? 'The picture has more than 4096 × 4096 pixels' : 'The picture cannot be read';
    throw new HubError('BAD_REQUEST', { reason }, { cause });
  }
}
