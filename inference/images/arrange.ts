import type { RgbImage, Size } from './rgbImage.js';

/** The middle of the image in the wanted size, black where the image ends before. */
export function centreCrop(image: RgbImage, { height, width }: Size): RgbImage {
  // Where the crop begins in the image; negative: the image begins in the crop.
  const top = Math.floor((image.height - height) / 2);
  const left = Math.floor((image.width - width) / 2);
  const data = new Uint8Array(height * width * 3);
  const from = Math.max(0, left);
  const to = Math.min(image.width, left + width);
  for (let y = Math.max(0, top); y < Math.min(image.height, top + height); y++) {
    const row = y * image.width;
    data.set(image.data.subarray((row + from) * 3, (row + to) * 3), ((y - top) * width + from - left) * 3);
  }
  return { height, width, data };
}
