import type { Config } from '../../compile/config.js';
import { add } from '../arrays.js';
import { noise } from '../madeInputs.js';
import { convolution, toTokens } from '../maps.js';
import { Tensors } from '../tensors.js';
import { normOf } from '../transformerLayer.js';
import type { Feeds, ForwardInput, Passed, Referee } from '../types.js';
import { passVitLayers, tokensAt, vitLayerCost, withTokens } from './visionTransformer.js';

/** Patches over time that are looked at: so few that the published size is passed whole. */
const mostColumns = 2;
const specialTokens = ['cls_token', 'distillation_token'];

/** The audio spectrogram transformer (arXiv 2104.01778): ViT over patches of a spectrogram that overlap. */
export const audioSpectrogramReferee: Referee = {
  modelTypes: ['audio-spectrogram-transformer'],
  graph: 'model',
  layersKey: 'num_hidden_layers',
  shorten: (config) => {
    const [rows, all] = gridOf(config);
    const columns = Math.min(mostColumns, all);
    return {
      json: { max_length: config.size('patch_size', 16) + (columns - 1) * config.size('time_stride', 10) },
      tables: [[/embeddings\.position_embeddings$/, rows * columns + specialTokens.length]],
    };
  },
  layerCost: (config) => {
    const [rows, columns] = gridOf(config);
    return vitLayerCost(config, rows * columns + specialTokens.length);
  },
  feeds: (config) => ({
    input_values: noise(4, [1, config.size('max_length', 1024), config.size('num_mel_bins', 128)]),
  }),
  forward: passSpectrogram,
};

/** Patches over filters and over time: only where a whole one fits. */
function gridOf(config: Config): readonly [number, number] {
  const kernel = config.size('patch_size', 16);
  const steps = (length: number, stride: number) => Math.floor((length - kernel) / stride) + 1;
  return [
    steps(config.size('num_mel_bins', 128), config.size('frequency_stride', 10)),
    steps(config.size('max_length', 1024), config.size('time_stride', 10)),
  ];
}

async function passSpectrogram(input: ForwardInput): Promise<Passed> {
  const { config, feeds, weights, className, hasHead } = input;
  const tensors = new Tensors(weights, 'audio_spectrogram_transformer.');
  const embedded = await withTokens(tensors, await patchesOf(tensors, config, feeds), specialTokens, 1);
  const { layers, x } = await passVitLayers(input, tensors, 1, embedded);
  if (!hasHead) return { layers, outputs: new Map() };
  const epsilon = config.number('layer_norm_eps', 1e-12);
  const size = config.size('hidden_size', 768);
  const last = await normOf(tensors, 'layernorm', x, epsilon);
  const pooled = add(tokensAt(last, 1, size, 0), tokensAt(last, 1, size, 1)).map((value) => value / 2);
  if (!className.endsWith('ForAudioClassification')) {
    const outputs = new Map([
      ['last_hidden_state', last],
      ['pooler_output', pooled],
    ]);
    return { layers, outputs };
  }
  const normed = await normOf(tensors, 'classifier.layernorm', pooled, epsilon);
  return { layers, outputs: new Map([['logits', await tensors.dense('classifier.dense', normed)]]) };
}

/** The spectrogram [frames, filters] is an image with the filters from top to bottom and time from left to right. */
async function patchesOf(tensors: Tensors, config: Config, feeds: Feeds): Promise<Float32Array> {
  const { data, dims } = feeds.input_values!;
  const [, frames = 0, filters = 0] = dims;
  const image = new Float32Array(frames * filters);
  for (let frame = 0; frame < frames; frame++)
    for (let filter = 0; filter < filters; filter++)
      image[filter * frames + frame] = Number(data[frame * filters + filter]);
  const map = { data: image, batch: 1, channels: 1, height: filters, width: frames };
  const stride = [config.size('frequency_stride', 10), config.size('time_stride', 10)] as const;
  return toTokens(await convolution(tensors, 'embeddings.patch_embeddings.projection', map, { stride }));
}
