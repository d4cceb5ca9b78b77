import { writeWav } from '../../../inference/audio/wavWriter.js';
import { greyPng } from '../../../inference/images/encodePng.js';

const [width, height] = [320, 240];

/** A picture that any model of images takes, base64 of a PNG: a bright disc over a slope of greys. */
export function examplePicture(): string {
  const grey = new Uint8Array(width * height);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const isDisc = Math.hypot(x - 200, y - 100) < 60;
      grey[y * width + x] = isDisc ? 240 : Math.floor((x / width) * 120 + (y / height) * 60);
    }
  return greyPng({ height, width }, grey);
}

const rate = 16_000;
const seconds = 3;

/** A sound that any model of sounds takes, a WAV file: a tone that rises, in beats like syllables. */
export function exampleSound(): Uint8Array {
  const samples = Float32Array.from({ length: rate * seconds }, (_, index) => {
    const time = index / rate;
    const loudness = 0.3 * Math.max(0, Math.sin(2 * Math.PI * 2 * time));
    return loudness * Math.sin(2 * Math.PI * (150 + 40 * time) * time);
  });
  return writeWav({ samples, rate });
}
