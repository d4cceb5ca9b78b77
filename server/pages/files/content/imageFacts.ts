import type { RangeReader } from '../../../../indexer/formats/types.js';
import { formatCount } from '../../../../views/format.js';
import { sizeOf } from '../../widgets/pictureOf.js';

/** Where formats say how large they are. */
const headBytes = 262_144;

/** `320 × 200 pixels`; null where the head does not say. */
export async function imageFacts(reader: RangeReader): Promise<string | null> {
  const size = await sizeOf(await reader.read(0, Math.min(reader.sizeBytes, headBytes)));
  return size && `${formatCount(size.width)} × ${formatCount(size.height)} pixels`;
}
