import { createWriteStream } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { finished } from 'node:stream/promises';

/** A checkpoint of random weights: as large as a real one, and of no use. */
export interface RandomModel {
  readonly config: Readonly<Record<string, unknown>>;
  readonly dtype: 'F32' | 'BF16';
  readonly tensors: readonly Tensor[];
  /** Words of its tokenizer. */
  readonly words: number;
}

type Tensor = readonly [name: string, shape: readonly number[]];

const width = { F32: 4, BF16: 2 } as const;

/** Bytes of its weights. */
export function weightBytes({ dtype, tensors }: RandomModel): number {
  return tensors.reduce((sum, [, shape]) => sum + elements(shape), 0) * width[dtype];
}

export async function writeRandomModel(folder: string, model: RandomModel): Promise<void> {
  await writeFile(path.join(folder, 'config.json'), JSON.stringify(model.config));
  await writeFile(path.join(folder, 'tokenizer.json'), JSON.stringify(wordTokenizer(model.words)));
  await writeWeights(path.join(folder, 'model.safetensors'), model);
}

/** safetensors: length of the header, header, data. One block of numbers is written again and again. */
async function writeWeights(file: string, model: RandomModel): Promise<void> {
  const entries: Record<string, unknown> = {};
  let at = 0;
  for (const [name, shape] of model.tensors) {
    const end = at + elements(shape) * width[model.dtype];
    entries[name] = { dtype: model.dtype, shape, data_offsets: [at, end] };
    at = end;
  }
  const header = Buffer.from(JSON.stringify(entries).padEnd(Math.ceil(JSON.stringify(entries).length / 8) * 8));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  const out = createWriteStream(file);
  const write = (bytes: Buffer) => new Promise<void>((done) => out.write(bytes, () => done()));
  await write(length);
  await write(header);
  const block = randomBlock(model.dtype);
  for (let left = at; left > 0; left -= block.length) await write(block.subarray(0, Math.min(left, block.length)));
  out.end();
  await finished(out);
}

/** 4 MiB of numbers from -0.02 to 0.02. */
function randomBlock(dtype: RandomModel['dtype']): Buffer {
  const numbers = Float32Array.from({ length: 2 ** 20 }, () => (Math.random() - 0.5) * 0.04);
  if (dtype === 'F32') return Buffer.from(numbers.buffer);
  // bfloat16 is the upper half of a float32.
  const halves = Uint16Array.from(new Uint32Array(numbers.buffer), (bits) => bits >>> 16);
  return Buffer.from(halves.buffer);
}

/** Splits at blanks; the words are `we` and made ones. */
function wordTokenizer(words: number): unknown {
  const made = Array.from({ length: words - 2 }, (_, index) => [`w${index}`, index + 2]);
  return {
    version: '1.0',
    pre_tokenizer: { type: 'Whitespace' },
    model: { type: 'WordLevel', unk_token: '[UNK]', vocab: { '[UNK]': 0, we: 1, ...Object.fromEntries(made) } },
  };
}

function elements(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

function linear(name: string, out: number, input: number): Tensor[] {
  return [[`${name}.weight`, [out, input]], ...vector(`${name}.bias`, out)];
}

function norm(name: string, size: number): Tensor[] {
  return [...vector(`${name}.weight`, size), ...vector(`${name}.bias`, size)];
}

function vector(name: string, size: number): Tensor[] {
  return [[name, [size]]];
}

function layers(count: number, of: (index: number) => Tensor[]): Tensor[] {
  return Array.from({ length: count }, (_, index) => of(index)).flat();
}

/** As all-MiniLM-L6-v2. */
export function miniLm(): RandomModel {
  const [size, inner, words, count] = [384, 1536, 30_522, 6];
  return {
    config: {
      architectures: ['BertModel'],
      model_type: 'bert',
      hidden_size: size,
      intermediate_size: inner,
      num_hidden_layers: count,
      num_attention_heads: 12,
      vocab_size: words,
      max_position_embeddings: 512,
      type_vocab_size: 2,
      hidden_act: 'gelu',
      layer_norm_eps: 1e-12,
    },
    dtype: 'F32',
    words,
    tensors: [
      ['embeddings.word_embeddings.weight', [words, size]],
      ['embeddings.position_embeddings.weight', [512, size]],
      ['embeddings.token_type_embeddings.weight', [2, size]],
      ...norm('embeddings.LayerNorm', size),
      ...layers(count, (index) => {
        const at = `encoder.layer.${index}`;
        return [
          ...['query', 'key', 'value'].flatMap((name) => linear(`${at}.attention.self.${name}`, size, size)),
          ...linear(`${at}.attention.output.dense`, size, size),
          ...norm(`${at}.attention.output.LayerNorm`, size),
          ...linear(`${at}.intermediate.dense`, inner, size),
          ...linear(`${at}.output.dense`, size, inner),
          ...norm(`${at}.output.LayerNorm`, size),
        ];
      }),
      ...linear('pooler.dense', size, size),
    ],
  };
}

/** As distilbert-base-uncased, with a head that tells two labels apart. */
export function distilBert(): RandomModel {
  const [size, inner, words, count] = [768, 3072, 30_522, 6];
  return {
    config: {
      architectures: ['DistilBertForSequenceClassification'],
      model_type: 'distilbert',
      dim: size,
      hidden_dim: inner,
      n_layers: count,
      n_heads: 12,
      vocab_size: words,
      max_position_embeddings: 512,
      activation: 'gelu',
    },
    dtype: 'F32',
    words,
    tensors: [
      ['distilbert.embeddings.word_embeddings.weight', [words, size]],
      ['distilbert.embeddings.position_embeddings.weight', [512, size]],
      ...norm('distilbert.embeddings.LayerNorm', size),
      ...layers(count, (index) => {
        const at = `distilbert.transformer.layer.${index}`;
        return [
          ...['q_lin', 'k_lin', 'v_lin', 'out_lin'].flatMap((name) => linear(`${at}.attention.${name}`, size, size)),
          ...norm(`${at}.sa_layer_norm`, size),
          ...linear(`${at}.ffn.lin1`, inner, size),
          ...linear(`${at}.ffn.lin2`, size, inner),
          ...norm(`${at}.output_layer_norm`, size),
        ];
      }),
      ...linear('pre_classifier', size, size),
      ...linear('classifier', 2, size),
    ],
  };
}

/** As Qwen2-0.5B: 494 million parameters in bfloat16. */
export function smallDecoder(): RandomModel {
  const [size, inner, words, count, keys] = [896, 4864, 151_936, 24, 128];
  return {
    config: {
      architectures: ['Qwen2ForCausalLM'],
      model_type: 'qwen2',
      hidden_size: size,
      intermediate_size: inner,
      num_hidden_layers: count,
      num_attention_heads: 14,
      num_key_value_heads: 2,
      vocab_size: words,
      max_position_embeddings: 32_768,
      hidden_act: 'silu',
      rms_norm_eps: 1e-6,
      rope_theta: 1_000_000,
      tie_word_embeddings: true,
    },
    dtype: 'BF16',
    words,
    tensors: [
      ['model.embed_tokens.weight', [words, size]],
      ...layers(count, (index) => {
        const at = `model.layers.${index}`;
        return [
          ...vector(`${at}.input_layernorm.weight`, size),
          ...linear(`${at}.self_attn.q_proj`, size, size),
          ...linear(`${at}.self_attn.k_proj`, keys, size),
          ...linear(`${at}.self_attn.v_proj`, keys, size),
          [`${at}.self_attn.o_proj.weight`, [size, size]],
          ...vector(`${at}.post_attention_layernorm.weight`, size),
          [`${at}.mlp.gate_proj.weight`, [inner, size]],
          [`${at}.mlp.up_proj.weight`, [inner, size]],
          [`${at}.mlp.down_proj.weight`, [size, inner]],
        ] satisfies Tensor[];
      }),
      ...vector('model.norm.weight', size),
    ],
  };
}
