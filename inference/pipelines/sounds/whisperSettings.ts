import type { Wish } from '../../audio/transcription/whisper/startTokens.js';
import type { WhisperFacts } from '../../audio/transcription/whisper/whisperFacts.js';
import { type GenerationSettings, generationFields, mergedSettings } from '../../generation/settings.js';
import { invalidInput } from '../request.js';
import type { SpeechParameters } from './speechTask.js';

type Values = Readonly<Record<string, unknown>>;

/** Settings that would change what Whisper writes, and are not followed here. */
const refused = [
  'prompt_ids',
  'condition_on_prev_tokens',
  'compression_ratio_threshold',
  'logprob_threshold',
  'no_speech_threshold',
] as const;

/** What is asked of the decoder, wherever in the body it stands; `generate_kwargs` wins. */
function askedOf({ generate_kwargs, generation_parameters, ...others }: SpeechParameters): Values {
  return { ...others, ...generation_parameters, ...generate_kwargs };
}

/** Language and task, of the request or else of generation_config.json. @throws HubError INFERENCE_INPUT_INVALID */
export function speechWish(parameters: SpeechParameters, { generation }: WhisperFacts, withTimes: boolean): Wish {
  const asked = askedOf(parameters);
  const text = (name: 'language' | 'task') => {
    const value = asked[name] ?? generation[name] ?? null;
    if (value === null || typeof value === 'string') return value;
    throw invalidInput(`parameters.${name}: takes a text`);
  };
  return { language: text('language'), task: text('task'), withTimes };
}

/**
 * How tokens are chosen. Python's pipeline has five beams and 256 tokens unless the files or the caller say otherwise, and
 * draws at random only where a temperature is asked for.
 * @throws HubError INFERENCE_INPUT_INVALID, INFERENCE_UNAVAILABLE
 */
export function speechSettings(facts: WhisperFacts, parameters: SpeechParameters): GenerationSettings {
  const asked = askedOf(parameters);
  for (const name of refused) {
    const value = asked[name] ?? facts.generation[name];
    if (value !== undefined && value !== null && value !== false)
      throw invalidInput(`parameters.${name}: this is not followed here; leave it out`);
  }
  const { max_length, ...file } = known(facts.generation);
  const layers = [
    { name: 'the engine', values: { max_new_tokens: 256 } },
    // 20 is what files of older versions say where nothing was said.
    {
      name: 'generation_config.json',
      values: max_length === 20 ? file : { ...file, max_length },
      replacesLengths: true,
    },
    { name: 'the engine', values: { num_beams: 5 } },
    { name: 'parameters', values: known(asked), isRequest: true, replacesLengths: true },
  ];
  const { temperature, ...settings } = mergedSettings(layers);
  const drawn = typeof asked.temperature === 'number' && asked.temperature > 0;
  const chosen = drawn ? { temperature, do_sample: true, num_beams: 1 } : { do_sample: false };
  return { ...settings, ...chosen, num_return_sequences: 1, eos_token_id: settings.eos_token_id ?? [facts.endId] };
}

function known(values: Values): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).filter(([name]) => Object.hasOwn(generationFields, name)));
}
