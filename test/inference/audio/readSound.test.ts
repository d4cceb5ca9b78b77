import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { HubError } from '../../../config/errors.js';
import { readSound } from '../../../inference/audio/readSound.js';
import { soundLimits } from '../../../inference/audio/sound.js';
import { writeWav } from '../../../inference/audio/wavWriter.js';

const folder = new URL('../../fixtures/audio/', import.meta.url);
const fixture = (name: string) => new Uint8Array(readFileSync(new URL(name, folder)));
const files = readdirSync(folder).filter((name) => /\.(wav|flac|mp3|ogg|opus)$/.test(name));
const answers = JSON.parse(readFileSync(new URL('sounds.json', folder), 'utf8')) as Record<
  string,
  { readonly length: number; readonly samples: readonly number[] }
>;

describe('reading a sound', () => {
  for (const name of files) {
    it(`gives the samples of ${name} that libsndfile and torchaudio give, at 16 kHz and on one channel`, async () => {
      const samples = await readSound(fixture(name), 16_000);
      const { length, samples: wanted } = answers[name]!;
      assert.equal(samples.length, length);
      for (const [index, sample] of wanted.entries()) assert.ok(Math.abs(samples[200 + index]! - sample) < 2e-6);
    });
  }

  it('gives back what was written as WAV', async () => {
    const samples = Float32Array.of(0, 0.5, -1, 0.123456789, 1.5);
    assert.deepEqual(await readSound(writeWav({ samples, rate: 22_050 }), 22_050), samples);
  });

  it('passes over chunks of odd length', async () => {
    const plain = writeWav({ samples: Float32Array.of(0.25, -0.25), rate: 16_000 });
    const chunk = Uint8Array.of(...Buffer.from('LIST'), 3, 0, 0, 0, 1, 2, 3, 0);
    const sound = await readSound(Buffer.concat([plain.subarray(0, 12), chunk, plain.subarray(12)]), 16_000);
    assert.deepEqual(sound, Float32Array.of(0.25, -0.25));
  });

  it('gives what is there of a WAV file that was cut off or streamed with a length of 2^32 - 1', async () => {
    const wav = fixture('integers.wav');
    const whole = await readSound(wav, 16_000);
    const cut = await readSound(wav.subarray(0, wav.length - 402), 16_000);
    assert.deepEqual(cut, whole.subarray(0, whole.length - 101));
    const streamed = writeWav({ samples: whole, rate: 16_000 });
    new DataView(streamed.buffer).setUint32(54, 0xffffffff, true);
    assert.deepEqual(await readSound(streamed, 16_000), whole);
  });

  const refusals: readonly (readonly [string, Uint8Array, RegExp])[] = [
    ['nothing', new Uint8Array(), /the sound is empty/],
    ['a text', Buffer.from('hello, this is no sound'), /no WAV, FLAC, MP3, Ogg Vorbis or Ogg Opus/],
    ['a WAV file without samples', fixture('bytes.wav').subarray(0, 40), /has no samples/],
    ['a WAV file that contradicts itself', changed('bytes.wav', 32, 7), /contradicts itself/],
    ['a WAV file of an unknown coding', changed('bytes.wav', 20, 85), /format tag 85 and 8 bits/],
    ['a WAV file without channels', changed('bytes.wav', 22, 0), /0 channels/],
    ['a FLAC file of its header only', fixture('mono.flac').subarray(0, 86), /no sound|damaged/],
  ];
  for (const [what, bytes, reason] of refusals) {
    it(`refuses ${what}`, () => assert.rejects(readSound(bytes, 16_000), hubError(reason)));
  }

  it('refuses what is larger, longer or slower to decode than the limits', async () => {
    const small = { ...soundLimits, bytes: 100 };
    await assert.rejects(readSound(fixture('bytes.wav'), 16_000, undefined, small), hubError(/at most 100 bytes/));
    for (const name of files) {
      const short = { ...soundLimits, seconds: 0.05 };
      await assert.rejects(readSound(fixture(name), 16_000, undefined, short), hubError(/at most 0.05 s/), name);
    }
    const hurried = { ...soundLimits, decodeMs: 1 };
    const long = Buffer.concat(Array.from({ length: 500 }, () => fixture('mono.mp3')));
    await assert.rejects(readSound(long, 16_000, undefined, hurried), hubError(/more than 0.001 s/));
  });

  it('ends when the caller has left', async () => {
    const signal = AbortSignal.abort();
    await assert.rejects(readSound(fixture('mono.mp3'), 16_000, signal), (error) => {
      return error instanceof HubError && error.code === 'CALL_CANCELLED';
    });
  });

  for (const name of files) {
    it(`bears damage in ${name}: an answer or a reason, nothing else`, async () => {
      const bytes = fixture(name);
      for (let round = 0; round < 12; round += 1) {
        const damaged = bytes.slice(0, round % 3 === 0 ? Math.floor((bytes.length * (round + 1)) / 13) : bytes.length);
        for (let hit = 0; hit < round; hit += 1)
          damaged[(hit * 7919 + round * 104_729) % damaged.length]! ^= 1 << (hit % 8);
        try {
          assert.ok((await readSound(damaged, 16_000)).length >= 0);
        } catch (error) {
          assert.ok(error instanceof HubError && error.code === 'INFERENCE_INPUT_INVALID', String(error));
        }
      }
    });
  }
});

function changed(name: string, at: number, value: number): Uint8Array {
  const bytes = fixture(name);
  bytes[at] = value;
  return bytes;
}

function hubError(reason: RegExp) {
  return (error: unknown) =>
    error instanceof HubError && error.code === 'INFERENCE_INPUT_INVALID' && reason.test(error.message);
}
