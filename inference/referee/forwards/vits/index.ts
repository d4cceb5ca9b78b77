import type { Config } from '../../../compile/config.js';
import type { TypedTensor } from '../../../pipelines/model.js';
import { noise } from '../../madeInputs.js';
import { vocabularyOf } from '../../madeTexts.js';
import { lineOf } from '../../soundLine.js';
import { Tensors } from '../../tensors.js';
import type { Feeds, ForwardInput, Passed, Referee } from '../../types.js';
import { logDurations } from './durations.js';
import { speakerOf } from './speaker.js';
import { frameCost, passSpeech } from './speech.js';
import { passText, textLayerCost } from './text.js';

/** Tokens of the made text: more than look at each other in a way of their own. */
const tokens = 12;
/** Frames of the made sound, at most; each is some hundred samples. */
const mostFrames = 5;
/** Multiplications that the sound may take. */
const soundCost = 1.5e9;

/** VITS (arXiv 2106.06103): from a text to what each token sounds like and for how long, and from made frames to a sound. */
export const vitsReferee: Referee = {
  modelTypes: ['vits'],
  graph: 'encoder_model',
  layersKey: 'num_hidden_layers',
  usualLayers: 6,
  cutAlike: ['prior_encoder_num_flows'],
  layerCost: (config) => tokens * textLayerCost(config),
  feeds: textFeeds,
  forward: passVits,
};

/** Noise that durations are drawn from reaches beyond the splines, of which the bound is 5. */
function textFeeds(config: Config): Feeds {
  const { word } = vocabularyOf(config);
  const ids = BigInt64Array.from({ length: tokens }, () => BigInt(word()));
  const { data, dims } = noise(17, [1, 2, tokens]);
  const drawn = (data as Float32Array).map((value) => value * 3);
  return {
    input_ids: { type: 'int64', data: ids, dims: [1, tokens] },
    duration_noise: { type: 'float32', data: drawn, dims },
    ...speakerFeeds(config),
  };
}

/** Half a speaker, so that a share that is not heeded shows. */
function speakerFeeds(config: Config): Feeds {
  const last = BigInt(config.size('num_speakers', 1) - 1);
  return {
    speaker_id: { type: 'int64', data: BigInt64Array.of(last), dims: [1] },
    speaker_share: { type: 'float32', data: Float32Array.of(0.5), dims: [1] },
  };
}

/** As many frames as the sound may take, two at least. */
function latentsOf(config: Config): TypedTensor {
  const frames = Math.max(2, Math.min(mostFrames, Math.floor(soundCost / frameCost(config))));
  return noise(18, [1, config.size('flow_size', 192), frames]);
}

async function passVits({ config, weights, feeds, depth, hasHead }: ForwardInput): Promise<Passed> {
  const tensors = new Tensors(weights);
  const speaker = await speakerOf(config, tensors, feeds);
  const text = await passText(config, tensors, feeds, depth);
  const soundFeeds = { latents: latentsOf(config), ...speakerFeeds(config) };
  const frames = lineOf(soundFeeds.latents.data as Float32Array, config.size('flow_size', 192));
  const sound = await passSpeech(config, tensors, frames, speaker);
  const further = { ...sound, graph: 'decoder_model', feeds: soundFeeds };
  if (!hasHead) return { layers: text.layers, outputs: new Map(), further: { ...further, outputs: new Map() } };
  const durations = await logDurations(config, tensors, text.hidden, feeds, speaker);
  return { layers: text.layers, outputs: new Map([...text.outputs, ['log_durations', durations]]), further };
}
