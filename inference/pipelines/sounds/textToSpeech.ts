import { z } from 'zod';
import { characterIds } from '../../audio/speech/characters.js';
import { speak } from '../../audio/speech/speak.js';
import { writeWav } from '../../audio/wavWriter.js';
import { freshSeed, seededRandom } from '../../generation/random.js';
import { definePipeline } from '../pipeline.js';

const scale = z.number().min(0).max(10).nullish();
const manner = {
  speaker_id: z.number().int().min(0).nullish(),
  speaking_rate: z.number().min(0.1).max(10).nullish(),
  noise_scale: scale,
  noise_scale_duration: scale,
  seed: z.number().int().min(0).max(Number.MAX_SAFE_INTEGER).nullish(),
};
const layer = z.object(manner).nullish();

/** Speech as a WAV file of 32-bit floats, at the model's own rate. The same `seed` gives the same speech. */
export const textToSpeech = definePipeline({
  // Characters are read from vocab.json.
  needsTokenizer: false,
  inputs: z.string().min(1, { error: 'is an empty text' }).max(100_000),
  // Python's pipeline and the Hub's clients put them into a part of their own.
  parameters: z.object({ ...manner, forward_params: layer, generation_parameters: layer }),
  async answer(model, inputs, { forward_params, generation_parameters, ...own }) {
    const asked = { ...own, ...generation_parameters, ...forward_params };
    const sound = await speak(model, await characterIds(model, inputs), {
      speakerId: asked.speaker_id ?? null,
      speakingRate: asked.speaking_rate ?? null,
      noiseScale: asked.noise_scale ?? null,
      durationNoiseScale: asked.noise_scale_duration ?? null,
      random: seededRandom(asked.seed ?? freshSeed()),
    });
    return { bytes: writeWav(sound), contentType: 'audio/wav' };
  },
});
