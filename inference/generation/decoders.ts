import { HubError } from '../../config/errors.js';
import type { Model } from '../pipelines/model.js';
import { firstPositionOf } from '../snapshot/firstPosition.js';
import { numberOf } from '../snapshot/snapshotFiles.js';
import { type EncoderStates, GraphDecoder } from './graphDecoder.js';
import type { HeadShape } from './keyValueCache.js';

type Settings = Readonly<Record<string, unknown>>;

/** Models whose positions are distances: no table of them ends, whatever config.json says. */
const relativePositions = new Set(['t5', 'mt5', 'umt5', 'longt5', 'switch_transformers', 'bloom', 'mpt']);

/** Whether the model reads with an encoder and writes with a decoder. */
export function isEncoderDecoder(model: Model): boolean {
  return model.graph('encoder_model') !== null;
}

/** A decoder that goes on from a prompt. @throws HubError INFERENCE_UNAVAILABLE */
export function causalDecoder(model: Model): GraphDecoder {
  return decoderOf(model, model.settings.config, null);
}

/**
 * A decoder that looks at what an encoder gave. `config` is the part of config.json that describes the decoder.
 * @throws HubError INFERENCE_UNAVAILABLE
 */
export function crossDecoder(
  model: Model,
  encoder: EncoderStates,
  config: Settings = model.settings.config,
): GraphDecoder {
  return decoderOf(model, config, encoder);
}

function decoderOf(model: Model, config: Settings, encoder: EncoderStates | null): GraphDecoder {
  const first =
    model.graph('decoder_model_merged') ?? model.graph('decoder_model') ?? (encoder ? null : model.graph('model'));
  if (!encoder) refuseReader(model);
  if (!first)
    throw unavailable('it has no graph of a decoder (model.onnx, decoder_model_merged.onnx or decoder_model.onnx)');
  const isMerged = model.graph('decoder_model_merged') !== null;
  const later = (isMerged ? null : model.graph('decoder_with_past_model')) ?? first;
  return new GraphDecoder({
    first,
    later,
    shape: headShape(config),
    maxLength: model.isCompiled && growsWithText(config) ? null : positionsOf(config),
    encoder,
    readsAgainBehind: longRopeLimit(config),
  });
}

/** Where LongRoPE changes: Python's Phi-3 then forgets its keys, and so do we. */
function longRopeLimit({ model_type, rope_scaling, original_max_position_embeddings }: Settings): number | null {
  if (model_type !== 'phi3' || !rope_scaling) return null;
  return numberOf(original_max_position_embeddings) ?? 4096;
}

/** Turns grow with the text, without end; a graph that was exported has kept those of the text it was exported with. */
function growsWithText({ rope_scaling, rope_parameters }: Settings): boolean {
  const scaling = (rope_scaling ?? rope_parameters ?? {}) as Settings;
  return (scaling.rope_type ?? scaling.type) === 'dynamic';
}

/** Classes that read a text, and write none. */
const readers =
  /For(MaskedLM|PreTraining|SequenceClassification|TokenClassification|QuestionAnswering|MultipleChoice)$/;

function refuseReader({ config: { architectures }, graph, isCompiled }: Model): void {
  const [name] = architectures;
  const whole = graph('model');
  if (!name && isCompiled && whole && !whole.inputs.some((input) => input.name.startsWith('past_key_values.')))
    throw unavailable(
      'its checkpoint is compiled as a model that reads texts and writes none, since config.json names no class that writes ' +
        '("architectures")',
    );
  if (name && readers.test(name) && !graph('decoder_model_merged') && !graph('decoder_model'))
    throw unavailable(`config.json names the class ${name.slice(0, 100)}, which writes no text`);
}

/** Most tokens that a decoder has positions for; null = no limit. */
export function positionsOf(config: Settings): number | null {
  if (relativePositions.has(String(config.model_type))) return null;
  const names = ['max_position_embeddings', 'n_positions', 'max_target_positions', 'n_ctx', 'max_seq_len'] as const;
  for (const name of names) {
    const positions = numberOf(config[name]);
    if (positions !== null && positions >= 1) return Math.floor(positions) - firstPositionOf(config);
  }
  return null;
}

/** Heads of a decoder by config.json, whose families name them differently; used only where a graph does not say. */
function headShape(config: Settings): HeadShape {
  const first = (...names: readonly string[]) =>
    names.map((name) => numberOf(config[name])).find((value) => value !== null && value > 0) ?? 0;
  const all = first('decoder_attention_heads', 'num_attention_heads', 'num_heads', 'n_head');
  const width = first('hidden_size', 'd_model', 'n_embd');
  return {
    heads: first('num_key_value_heads') || all,
    size: first('head_dim', 'd_kv') || (all > 0 ? Math.floor(width / all) : 0),
  };
}

function unavailable(reason: string): HubError {
  return new HubError('INFERENCE_UNAVAILABLE', { reason });
}
