import type { Config } from '../../../compile/config.js';
import { add } from '../../arrays.js';
import { NamedWeights } from '../../namedWeights.js';
import type { KeysAndValues } from '../../remembered.js';
import { curveNamed, forwarded, keysOf, type LookShape, lookAt, normOf } from '../../transformerLayer.js';
import { bertHeads, bertParts, epsilon, robertaHeads } from '../bert.js';
import { countedPlaces } from '../bertEmbeddings.js';
import { writtenIds, writtenWords } from '../encoderDecoder.js';
import { type TextHeads, wordScores } from '../textHeads.js';
import type { DecoderInput, TextDecoder } from './textDecoder.js';

const crossParts: LookShape['names'] = {
  query: 'crossattention.self.query',
  key: 'crossattention.self.key',
  value: 'crossattention.self.value',
  mixed: 'crossattention.output.dense',
};

/** What BERT and RoBERTa do differently as decoders. */
interface Kind {
  readonly prefix: string;
  readonly ids: (config: Config, images: number) => readonly number[];
  /** Place of each token, of which a text has so many. */
  readonly places: (config: Config, ids: readonly number[], tokens: number) => readonly number[];
  readonly heads: TextHeads;
}

/** BERT with attention to an encoder in each layer. */
export const bertDecoder = decoderOf({
  prefix: 'bert.',
  ids: writtenIds,
  places: (_, ids, tokens) => ids.map((_, at) => at % tokens),
  heads: bertHeads,
});

/** RoBERTa's places are counted from behind the padding's id. */
export const robertaDecoder = decoderOf({
  prefix: 'roberta.',
  ids: (config, images) => writtenWords(config, 1, images),
  places: (config, ids, tokens) => countedPlaces(ids, config.integer('pad_token_id', 1)!, tokens),
  heads: robertaHeads,
});

function decoderOf(kind: Kind): TextDecoder {
  return {
    layersKey: 'num_hidden_layers',
    size: (config) => config.size('hidden_size', 768),
    inner: (config) => config.size('intermediate_size', 3072),
    async pass(input) {
      const pass = new NamedWeights(input.config, input.weights, [kind.prefix]);
      const ids = kind.ids(input.config, input.images);
      const cross = await crossOf(pass, input);
      const x = await embed(pass, kind, ids, input.images);
      const passed = await passLayers(pass, input.images, x, cross);
      return {
        ...{ ids, cross, ...passed },
        heads: headsOf(input.config, input.images),
        scores: () => wordScores(pass, kind.heads, passed.x),
      };
    },
  };
}

function headsOf(config: Config, images: number) {
  const heads = config.size('num_attention_heads', 12);
  return { rows: images, heads, headSize: config.size('hidden_size', 768) / heads };
}

async function crossOf(pass: NamedWeights, { encoded, depth }: DecoderInput): Promise<readonly KeysAndValues[]> {
  const count = Math.min(depth, pass.config.size('num_hidden_layers', 12));
  const cross: KeysAndValues[] = [];
  for (let layer = 0; layer < count; layer++) {
    const looked = { keys: encoded, values: encoded };
    cross.push(await keysOf(pass, `encoder.layer.${layer}`, { names: crossParts }, looked));
  }
  return cross;
}

/** All tokens are of the first type. */
async function embed(pass: NamedWeights, kind: Kind, ids: readonly number[], images: number): Promise<Float32Array> {
  const table = (name: string, indices: readonly number[]) => pass.rows(`embeddings.${name}`, indices);
  const words = await table('word_embeddings', ids);
  const places = await table('position_embeddings', kind.places(pass.config, ids, ids.length / images));
  const kinds = await table(
    'token_type_embeddings',
    ids.map(() => 0),
  );
  return pass.norm('embeddings.LayerNorm', add(add(words, places), kinds), epsilon(pass.config));
}

async function passLayers(pass: NamedWeights, images: number, embedded: Float32Array, cross: readonly KeysAndValues[]) {
  const { config } = pass;
  const look = { batch: images, heads: headsOf(config, images).heads };
  const own = { ...look, names: bertParts, bias: later };
  const other = { ...look, names: crossParts };
  const forward = { names: bertParts, curve: curveNamed(config, 'hidden_act', 'gelu') };
  const layers = new Map<string, Float32Array>();
  const made: KeysAndValues[] = [];
  let x = embedded;
  for (const [layer, seen] of cross.entries()) {
    const name = `encoder.layer.${layer}`;
    const normed = (part: string, value: Float32Array) => normOf(pass, `${name}.${part}`, value, epsilon(config));
    const keys = await keysOf(pass, name, own, { keys: x, values: x });
    made.push(keys);
    x = await normed('attention.output.LayerNorm', add(x, await lookAt(pass, name, own, x, keys)));
    x = await normed('crossattention.output.LayerNorm', add(x, await lookAt(pass, name, other, x, seen)));
    x = await normed('output.LayerNorm', add(x, await forwarded(pass, name, forward, x)));
    layers.set(name, x);
  }
  return { layers, own: made, x };
}

function later(_: number, __: number, query: number, key: number): number {
  return key > query ? Number.NEGATIVE_INFINITY : 0;
}
