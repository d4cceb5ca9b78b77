import { HubError } from '../../../config/errors.js';
import { crossDecoder } from '../../generation/decoders.js';
import type { Model, TypedTensor } from '../model.js';
import type { PipelineCall } from '../pipeline.js';
import { generationIdOf, type Writing, type WritingParameters } from './generationParameters.js';
import { type WrittenText, writtenTexts } from './writtenText.js';

/** What an encoder–decoder writes when it has read `tokens`. */
export async function readAndWrite(
  model: Model,
  tokens: readonly number[],
  writing: Writing,
  parameters: WritingParameters,
  call: PipelineCall,
): Promise<readonly WrittenText[]> {
  const start = startToken(model, writing);
  const cleansUp = parameters.clean_up_tokenization_spaces === true;
  return writtenTexts(model, {
    decoder: crossDecoder(model, { outputs: await encoded(model, tokens), mask: tokens.map(() => 1) }),
    prompt: [start],
    encoderTokens: tokens,
    writing,
    textOf: (ids) => model.tokenizer.decode([start, ...ids], true, cleansUp),
    cleansUp,
    streams: parameters.stream === true,
    wantsTokens: parameters.details === true,
    topTokens: parameters.top_n_tokens ?? 0,
    call,
  });
}

/** The token that a decoder begins with. @throws HubError INFERENCE_UNAVAILABLE when no file names it */
export function startToken(model: Model, { settings }: Writing): number {
  const start = settings.decoder_start_token_id ?? settings.bos_token_id ?? generationIdOf(model, 'bos_token_id');
  if (start !== null) return start;
  throw new HubError('INFERENCE_UNAVAILABLE', {
    reason: 'neither config.json nor generation_config.json names the decoder_start_token_id that its texts begin with',
  });
}

async function encoded(model: Model, tokens: readonly number[]): Promise<ReadonlyMap<string, TypedTensor>> {
  const encoder = model.graph('encoder_model');
  if (!encoder) throw new HubError('INFERENCE_UNAVAILABLE', { reason: 'it has no graph encoder_model.onnx' });
  const feeds: Record<string, TypedTensor> = {};
  for (const { name, type } of encoder.inputs) {
    const values = name === 'input_ids' ? tokens : tokens.map(() => 1);
    if (name !== 'input_ids' && name !== 'attention_mask') {
      throw new HubError('INFERENCE_UNAVAILABLE', {
        reason: `its encoder asks for the input "${name}", which texts do not have`,
      });
    }
    feeds[name] =
      type === 'int32'
        ? { type, data: Int32Array.from(values), dims: [1, values.length] }
        : { type: 'int64', data: BigInt64Array.from(values, BigInt), dims: [1, values.length] };
  }
  return encoder.run(feeds);
}
