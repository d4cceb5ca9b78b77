import { z } from 'zod';
import { isJsonObject } from '../../../config/jsonObject.js';
import { crossDecoder } from '../../generation/decoders.js';
import { mediaList } from '../media.js';
import type { Model, ModelSettings } from '../model.js';
import { definePipeline } from '../pipeline.js';
import { forEachInput } from '../request.js';
import { writingOf, writingSchema } from '../writing/generationParameters.js';
import { startToken } from '../writing/readAndWrite.js';
import { writtenTexts } from '../writing/writtenText.js';
import { outputsOnImage, seenImage } from './imageGraph.js';

const task = 'image-to-text';

/** Clients of the Hub and of Python put the parameters of the writing into an object of their own. */
const parameters = z.preprocess((value) => {
  if (!isJsonObject(value)) return value;
  const { generate_kwargs, generation_parameters, ...others } = value;
  const nested = [generation_parameters, generate_kwargs].filter(isJsonObject);
  return Object.assign({}, ...nested, others) as unknown;
}, writingSchema);

/** A text about an image, `[{generated_text}]`, by an encoder of images and a decoder that writes. */
export const imageToText = definePipeline({
  inputs: mediaList,
  parameters,
  async answer(model, inputs, asked, call) {
    const decoder = decoderConfig(model);
    const writing = writingOf({ settings: writingSettings(model, decoder) }, 'caption', task, asked);
    const start = startToken(model, writing);
    return forEachInput(inputs, async (file) => {
      const { pixels } = await seenImage(model, file);
      const outputs = await outputsOnImage(model, { pixels }, task, 'encoder_model');
      const written = await writtenTexts(model, {
        decoder: crossDecoder(model, { outputs, mask: null }, decoder),
        prompt: [start],
        encoderTokens: null,
        writing,
        textOf: (ids) => model.tokenizer.decode([start, ...ids], true),
        cleansUp: model.settings.tokenizer.clean_up_tokenization_spaces === true,
        streams: asked.stream === true,
        wantsTokens: asked.details === true,
        topTokens: asked.top_n_tokens ?? 0,
        call,
      });
      return written.map(({ text, details }) => ({ generated_text: text, ...(asked.details ? { details } : {}) }));
    });
  },
});

/** The part of config.json that describes the decoder, where it has two. */
function decoderConfig({ settings: { config } }: Model): Readonly<Record<string, unknown>> {
  return isJsonObject(config.decoder) ? config.decoder : config;
}

/** What the decoder's part says of writing stands below what the whole says. */
function writingSettings({ settings }: Model, decoder: Readonly<Record<string, unknown>>): ModelSettings {
  const said = Object.fromEntries(Object.entries(settings.config).filter(([, value]) => value !== null));
  return { ...settings, config: { ...decoder, ...said } };
}
