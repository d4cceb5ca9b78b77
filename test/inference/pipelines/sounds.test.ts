import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { projectRoot } from '../../../config/projectRoot.js';
import { soundLimits } from '../../../inference/audio/sound.js';
import { readWav } from '../../../inference/audio/wav.js';
import { writeWav } from '../../../inference/audio/wavWriter.js';
import { requireShared } from '../../support/require.js';
import { type Asker, loadedFolder } from '../loadedFixture.js';

interface Case {
  readonly name?: string;
  readonly task: string;
  readonly inputs: string;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly output?: unknown;
  readonly error?: unknown;
}

const fixtures = path.join(projectRoot, 'test', 'fixtures');
const models = path.join(fixtures, 'soundModels');
const shared = ['wav2vec2-ctc', 'wav2vec2-audiocls', 'vits-tts', 'whisper-asr'];

describe('models of sounds', () => {
  for (const name of readdirSync(models).filter((entry) => !entry.includes('.'))) {
    it(`${name} answers as Python does`, async () => {
      assert.deepEqual(await problemsOf(path.join(models, name), path.join(fixtures, 'audio')), []);
    }).timeout(60_000);
  }

  for (const name of shared) {
    it(`${name} of the shared models answers as Python does`, async function () {
      const folder = path.join(requireShared(this), 'models');
      assert.deepEqual(await problemsOf(path.join(folder, name), folder), []);
    }).timeout(60_000);
  }
});

describe('Whisper', () => {
  let ask: Asker;
  before(async () => {
    ask = await loadedFolder(path.join(models, 'whisper-multilingual'));
  });

  it('hears a sound that is longer than its window, where Python asks for timestamps first', async () => {
    const parameters = { generate_kwargs: { num_beams: 1 } };
    const plain = await ask('automatic-speech-recognition', chirp(5.3), parameters);
    const timed = await ask('automatic-speech-recognition', chirp(5.3), { ...parameters, return_timestamps: true });
    assert.deepEqual(plain, { text: (timed as { readonly text: string }).text });
  });

  const refusals: readonly (readonly [Record<string, unknown>, RegExp])[] = [
    [{ generate_kwargs: { language: 'klingon' } }, /does not know "klingon"; it knows de, en, zh/],
    [{ generate_kwargs: { task: 'sing' } }, /does not know "sing"; it knows transcribe, translate/],
    [{ generate_kwargs: { condition_on_prev_tokens: true } }, /condition_on_prev_tokens/],
    [{ generate_kwargs: { num_beams: 1000 } }, /num_beams/],
    [{ return_timestamps: 'char' }, /true or "word"/],
    [{ chunk_length_s: 1, stride_length_s: 0.5 }, /longer than both strides/],
  ];
  for (const [parameters, reason] of refusals) {
    it(`refuses ${JSON.stringify(parameters)}`, () =>
      assert.rejects(ask('automatic-speech-recognition', chirp(0.5), parameters), reason));
  }
});

/** What differs from Python's answers, a line for each case. */
async function problemsOf(folder: string, sounds: string): Promise<string[]> {
  const ask = await loadedFolder(folder);
  const cases = JSON.parse(readFileSync(path.join(folder, 'reference.json'), 'utf8')) as Case[];
  const problems: string[] = [];
  for (const one of cases) {
    const problem = await problemOf(ask, one, sounds);
    if (problem) problems.push(`${one.name ?? one.inputs} ${JSON.stringify(one.parameters)}: ${problem}`);
  }
  return problems;
}

async function problemOf(ask: Asker, one: Case, sounds: string): Promise<string | null> {
  try {
    const got = await ask(one.task, inputOf(one, sounds), one.parameters);
    if (one.error) return `Python refuses: ${JSON.stringify(one.error)}`;
    return isSpeech(one) ? speechDifference(one.output as Speech, got) : difference(one.output, got, 'answer');
  } catch (error) {
    return one.error ? null : String(error);
  }
}

function isSpeech({ task }: Case): boolean {
  return task === 'text-to-speech' || task === 'text-to-audio';
}

interface Speech {
  readonly sampling_rate: number;
  readonly audio: { readonly shape: readonly number[]; readonly first: readonly number[]; readonly mean_abs: number };
}

/** Samples within 1e-3. */
function speechDifference({ sampling_rate, audio }: Speech, got: unknown): string | null {
  const { samples, rate } = readWav((got as { readonly bytes: Uint8Array }).bytes, soundLimits);
  const length = audio.shape.at(-1);
  if (rate !== sampling_rate || samples.length !== length)
    return `want ${length} samples at ${sampling_rate}, got ${samples.length} at ${rate}`;
  const at = audio.first.findIndex((sample, index) => !(Math.abs(sample - samples[index]!) <= 1e-3));
  if (at >= 0) return `sample ${at}: want ${audio.first[at]}, got ${samples[at]}`;
  const mean = samples.reduce((sum, sample) => sum + Math.abs(sample), 0) / samples.length;
  return Math.abs(mean - audio.mean_abs) <= 1e-3 ? null : `mean: want ${audio.mean_abs}, got ${mean}`;
}

function inputOf(one: Case, sounds: string): Uint8Array | string {
  const { inputs } = one;
  if (isSpeech(one)) return inputs;
  if (inputs.startsWith('chirp:')) return chirp(Number(inputs.slice(6)));
  return new Uint8Array(readFileSync(path.join(sounds, inputs)));
}

/** The made-up sound of test/fixtures/soundModels/make.py. */
function chirp(seconds: number): Uint8Array {
  const rate = 16_000;
  const samples = Float32Array.from({ length: Math.floor(rate * seconds) }, (_, i) => {
    const t = i / rate;
    return 0.3 * Math.sin(2 * Math.PI * (300 + 400 * Math.sin(3 * t)) * t) * (0.6 + 0.4 * Math.sin(11 * t));
  });
  return writeWav({ samples, rate });
}

/** Texts equal, numbers within 1e-4. */
function difference(want: unknown, got: unknown, at: string): string | null {
  if (typeof want === 'number' && typeof got === 'number' && Math.abs(want - got) <= 1e-4) return null;
  if (typeof want !== 'object' || want === null || typeof got !== 'object' || got === null)
    return want === got ? null : `${at}: want ${JSON.stringify(want)}, got ${JSON.stringify(got)}`;
  if (Array.isArray(want) && want.length !== (got as unknown[]).length)
    return `${at}: want ${want.length} rows, got ${(got as unknown[]).length}`;
  for (const [key, value] of Object.entries(want)) {
    const found = difference(value, (got as Record<string, unknown>)[key], `${at}.${key}`);
    if (found) return found;
  }
  return null;
}
