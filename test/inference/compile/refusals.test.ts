import assert from 'node:assert/strict';
import { buildGraphs } from '../../../inference/compile/index.js';
import type { StoredTensor } from '../../../inference/compile/weights.js';

const llama = {
  model_type: 'llama',
  architectures: ['LlamaForCausalLM'],
  vocab_size: 40,
  hidden_size: 8,
  intermediate_size: 12,
  num_hidden_layers: 1,
  num_attention_heads: 2,
  num_key_value_heads: 1,
};

const shapes: Readonly<Record<string, readonly number[]>> = {
  'model.embed_tokens.weight': [40, 8],
  'model.layers.0.input_layernorm.weight': [8],
  'model.layers.0.self_attn.q_proj.weight': [8, 8],
  'model.layers.0.self_attn.k_proj.weight': [4, 8],
  'model.layers.0.self_attn.v_proj.weight': [4, 8],
  'model.layers.0.self_attn.o_proj.weight': [8, 8],
  'model.layers.0.post_attention_layernorm.weight': [8],
  'model.layers.0.mlp.gate_proj.weight': [12, 8],
  'model.layers.0.mlp.up_proj.weight': [12, 8],
  'model.layers.0.mlp.down_proj.weight': [8, 12],
  'model.norm.weight': [8],
  'lm_head.weight': [40, 8],
};

function tensors(changes: Readonly<Record<string, readonly number[] | null>> = {}): StoredTensor[] {
  return Object.entries({ ...shapes, ...changes }).flatMap(([name, shape]) =>
    shape ? [{ name, file: 'model.safetensors', dtype: 'F32', shape, offset: 0, sizeBytes: 0 }] : [],
  );
}

describe('a checkpoint that is not understood', () => {
  it('is understood as it stands here', () => {
    assert.equal(buildGraphs(llama, tensors()).length, 1);
  });

  const cases: readonly [string, object, Readonly<Record<string, readonly number[] | null>>, RegExp][] = [
    [
      'a kind of rotary scaling',
      { rope_scaling: { rope_type: 'xpos', factor: 2 } },
      {},
      /"xpos" for rope_scaling\.rope_type/,
    ],
    ['a scaling without its factor', { rope_scaling: { type: 'linear' } }, {}, /nothing for rope_scaling\.factor/],
    ['an activation', { hidden_act: 'snake' }, {}, /"snake" for hidden_act/],
    ['a model type', { model_type: 'rwkv' }, {}, /model_type "rwkv"/],
    ['a head', { architectures: ['LlamaForObjectDetection'] }, {}, /LlamaForObjectDetection/],
    ['quantised weights', { quantization_config: { quant_method: 'gptq' } }, {}, /quantization_config/],
    [
      'heads that do not divide',
      { num_attention_heads: 3, num_key_value_heads: 2, head_dim: 4 },
      {
        'model.layers.0.self_attn.q_proj.weight': [12, 8],
        'model.layers.0.self_attn.k_proj.weight': [8, 8],
        'model.layers.0.self_attn.v_proj.weight': [8, 8],
        'model.layers.0.self_attn.o_proj.weight': [8, 12],
      },
      /3 attention heads for 2 of keys/,
    ],
    ['a missing tensor', {}, { 'model.norm.weight': null }, /model\.norm\.weight|norm\.weight is missing/],
    ['an unused tensor', {}, { 'model.layers.0.self_attn.q_proj.bias': [8] }, /q_proj\.bias/],
    [
      'another vocabulary',
      { vocab_size: 41 },
      {},
      /embed_tokens\.weight has the shape \[40, 8\]; config\.json says \[41, 8\]/,
    ],
    ['layers that are not there', { num_hidden_layers: 2_000_000_000 }, {}, /layers\.1\..*missing/],
    ['a head as large as memory', { head_dim: 2_000_000_000 }, {}, /2000000000 numbers of a head/],
  ];
  for (const [what, config, changes, message] of cases) {
    it(`names ${what}`, () => {
      assert.throws(() => buildGraphs({ ...llama, ...config }, tensors(changes)), message);
    });
  }

  it('may have windows and other kinds of layers, which are named', () => {
    const qwen = {
      ...llama,
      model_type: 'qwen2',
      architectures: ['Qwen2ForCausalLM'],
      layer_types: ['linear_attention'],
    };
    assert.throws(() => buildGraphs(qwen, tensors()), /"linear_attention" in layer_types/);
  });
});
