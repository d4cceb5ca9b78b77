import { add, attention, columnsOf, type ScoreBias } from '../../arrays.js';
import { NamedWeights } from '../../namedWeights.js';
import type { KeysAndValues } from '../../remembered.js';
import { writtenIds } from '../encoderDecoder.js';
import { gpt2Columns, gpt2Forward, gpt2Norm, gpt2Scale, gpt2Sizes, gpt2Words } from '../gpt2.js';
import type { DecoderInput, TextDecoder } from './textDecoder.js';

/** GPT-2 with attention to an encoder in each layer, behind that to its own tokens. */
export const gpt2Decoder: TextDecoder = {
  layersKey: 'n_layer',
  size: (config) => gpt2Sizes(config).size,
  inner: (config) => gpt2Sizes(config).inner,
  async pass(input) {
    const { config, weights, images } = input;
    const pass = new NamedWeights(config, weights, ['transformer.']);
    const ids = writtenIds(config, images);
    const cross = await crossOf(pass, input);
    const passed = await passLayers(pass, images, ids, cross);
    const { heads, headSize } = gpt2Sizes(config);
    return {
      ...{ ids, cross, ...passed },
      heads: { rows: images, heads, headSize },
      scores: () => pass.scores(`${gpt2Words(config)}.weight`, null, passed.x),
    };
  },
};

async function crossOf(pass: NamedWeights, { encoded, depth }: DecoderInput): Promise<readonly KeysAndValues[]> {
  const cross: KeysAndValues[] = [];
  for (let layer = 0; layer < Math.min(depth, pass.config.size('n_layer', 12)); layer++) {
    const [key, value] = parts(await gpt2Columns(pass, `h.${layer}.crossattention.c_attn`, encoded), pass, 2);
    cross.push({ key: key!, value: value! });
  }
  return cross;
}

/** So many results of one linear layer. */
function parts(x: Float32Array, { config }: NamedWeights, count: number): readonly Float32Array[] {
  const { size } = gpt2Sizes(config);
  return Array.from({ length: count }, (_, at) => columnsOf(x, count * size, at * size, (at + 1) * size));
}

async function passLayers(pass: NamedWeights, images: number, ids: readonly number[], cross: readonly KeysAndValues[]) {
  const places = ids.map((_, at) => at % (ids.length / images));
  const layers = new Map<string, Float32Array>();
  const own: KeysAndValues[] = [];
  let x = add(await pass.rows('wte', ids), await pass.rows('wpe', places));
  for (const [layer, seen] of cross.entries()) {
    const name = `h.${layer}`;
    const mixed = async (part: string, query: Float32Array, keys: KeysAndValues, bias: ScoreBias) =>
      gpt2Columns(pass, `${name}.${part}.c_proj`, lookAt(pass, images, layer, query, keys, bias));
    const all = await gpt2Columns(pass, `${name}.attn.c_attn`, await gpt2Norm(pass, `${name}.ln_1`, x));
    const [query, key, value] = parts(all, pass, 3);
    own.push({ key: key!, value: value! });
    x = add(x, await mixed('attn', query!, own.at(-1)!, later));
    const outside = await gpt2Norm(pass, `${name}.ln_cross_attn`, x);
    const asked = await gpt2Columns(pass, `${name}.crossattention.q_attn`, outside);
    x = add(x, await mixed('crossattention', asked, seen, () => 0));
    x = await gpt2Forward(pass, name, x);
    layers.set(name, x);
  }
  return { layers, own, x: await gpt2Norm(pass, 'ln_f', x) };
}

function lookAt(
  { config }: NamedWeights,
  images: number,
  layer: number,
  query: Float32Array,
  { key, value }: KeysAndValues,
  bias: ScoreBias,
): Float32Array {
  const { size, heads, headSize } = gpt2Sizes(config);
  const tokens = (x: Float32Array) => x.length / size / images;
  const of = { batch: images, queries: tokens(query), keys: tokens(key), heads, keyHeads: heads, headSize };
  return attention(query, key, value, { ...of, scale: gpt2Scale(config, layer) }, bias);
}

function later(_: number, __: number, query: number, key: number): number {
  return key > query ? Number.NEGATIVE_INFINITY : 0;
}
