import type { ModelGraph, Port, TypedTensor } from '../../pipelines/model.js';
import { type JsonObject, numberOf, unavailable } from '../../snapshot/snapshotFiles.js';

type Graphs = ReadonlyMap<string, ModelGraph>;

/** Models whose body reads a text with the encoder and, one place to the right, with the decoder, whose vectors it gives. */
const readTwice: ReadonlySet<unknown> = new Set(['bart', 'mbart']);

/**
 * A model as one graph that reads texts: its whole graph, else its encoder. A decoder begins with nothing remembered, and
 * gives what it knows of the text, not what generation goes on from. @throws HubError INFERENCE_UNAVAILABLE when the model
 * has no graph that reads texts
 */
export function textGraph(graphs: Graphs, config: JsonObject): ModelGraph {
  const whole = graphs.get('model');
  if (whole && readTwice.has(config.model_type)) return readingTwice(whole, config);
  if (whole) return isWriter(whole) ? reading(whole) : whole;
  const encoder = graphs.get('encoder_model');
  if (!encoder) throw unavailable('it has no graph that reads a text');
  return readTwice.has(config.model_type) ? throughDecoder(encoder, graphs, config) : reading(encoder);
}

function isWriter({ inputs }: ModelGraph): boolean {
  return inputs.some(({ name }) => name.startsWith(pastPrefix));
}

const pastPrefix = 'past_key_values.';
const presentPrefix = 'present.';
const oneScore: TypedTensor = { type: 'int64', data: BigInt64Array.of(1n), dims: [] };

/** The graph without what generation needs; of its scores, those of the last token are for generation too. */
function reading(graph: ModelGraph): ModelGraph {
  const keepsOne = graph.inputs.some(({ name }) => name === 'num_logits_to_keep');
  const past = graph.inputs.filter(({ name }) => name.startsWith(pastPrefix));
  const outputs = graph.outputs.filter(
    ({ name }) => !name.startsWith(presentPrefix) && !(keepsOne && name === 'logits'),
  );
  return {
    inputs: graph.inputs.filter((input) => !past.includes(input) && input.name !== 'num_logits_to_keep'),
    outputs,
    run: (feeds, wanted = outputs.map(({ name }) => name)) => {
      const rows = feeds.input_ids?.dims[0] ?? 1;
      const nothing = past.map((input) => [input.name, emptyPast(input, rows)] as const);
      return graph.run(
        { ...feeds, ...Object.fromEntries(nothing), ...(keepsOne && { num_logits_to_keep: oneScore }) },
        wanted,
      );
    },
  };
}

/** The graph of both halves, where it takes the decoder's text apart from the encoder's. */
function readingTwice(graph: ModelGraph, config: JsonObject): ModelGraph {
  const isDecoders = ({ name }: Port) => name.startsWith('decoder_');
  if (!graph.inputs.some(isDecoders)) return graph;
  return {
    inputs: graph.inputs.filter((input) => !isDecoders(input)),
    outputs: graph.outputs.filter(({ name }) => !name.startsWith(presentPrefix) && !name.startsWith('encoder_')),
    run: (feeds, wanted) => {
      const { input_ids: ids, attention_mask: mask } = feeds;
      if (ids?.type !== 'int64' || !mask) throw unavailable('its graph takes no tokens (input_ids, attention_mask)');
      const given: Record<string, TypedTensor> = { ...feeds, decoder_input_ids: shiftedText(ids, config) };
      if (graph.inputs.some(({ name }) => name === 'decoder_attention_mask'))
        given.decoder_attention_mask = { ...ids, data: ids.data.map(() => 1n) };
      return graph.run(given, wanted ?? ['last_hidden_state']);
    },
  };
}

function throughDecoder(encoder: ModelGraph, graphs: Graphs, config: JsonObject): ModelGraph {
  const vectors = ({ outputs }: ModelGraph) => outputs.filter(({ name }) => name === 'last_hidden_state');
  const decoder = ['decoder_model_merged', 'decoder_model']
    .flatMap((name) => graphs.get(name) ?? [])
    .find((graph) => vectors(graph).length > 0);
  if (!decoder)
    throw unavailable(
      'its decoder does not give the vectors of a text (the output last_hidden_state); export it for feature-extraction',
    );
  const outputs = vectors(decoder);
  return {
    inputs: encoder.inputs,
    outputs,
    async run(feeds) {
      const { input_ids: ids, attention_mask: mask } = feeds;
      if (ids?.type !== 'int64' || !mask) throw unavailable('its encoder takes no tokens (input_ids, attention_mask)');
      const encoded = await encoder.run(feeds);
      const given: Record<string, TypedTensor> = {
        input_ids: shiftedText(ids, config),
        encoder_attention_mask: mask,
        use_cache_branch: { type: 'bool', data: Uint8Array.of(0), dims: [1] },
      };
      const states = encoded.get('last_hidden_state');
      if (states) given.encoder_hidden_states = states;
      for (const input of decoder.inputs) {
        const kept = encoded.get(input.name.replace(pastPrefix, presentPrefix));
        given[input.name] ??= kept ?? emptyPast(input, ids.dims[0]!);
      }
      const asked = decoder.inputs.map(({ name }) => [name, given[name]!] as const);
      return decoder.run(Object.fromEntries(asked), ['last_hidden_state']);
    },
  };
}

/** Each row one place to the right, behind the token that texts begin with. */
function shiftedText(ids: TypedTensor & { readonly type: 'int64' }, config: JsonObject): TypedTensor {
  const start = BigInt(numberOf(config.decoder_start_token_id) ?? 2);
  const [, length = 1] = ids.dims;
  return { ...ids, data: ids.data.map((_, at) => (at % length === 0 ? start : ids.data[at - 1]!)) };
}

/** Keys or values of no tokens. @throws HubError INFERENCE_UNAVAILABLE when the graph does not say of how many heads */
function emptyPast({ name, type, dims }: Port, rows: number): TypedTensor {
  const [, heads, , size] = dims;
  if (!heads || !size || type !== 'float32')
    throw unavailable(`its graph does not say which keys and values it takes for "${name}"`);
  return { type, data: new Float32Array(0), dims: [rows, heads, 0, size] };
}
