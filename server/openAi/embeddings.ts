import type { z } from 'zod';
import { HubError } from '../../config/errors.js';
import { type Asking, ask } from './asking.js';
import type { embeddingBody } from './requestBody.js';

/** A vector for each text, as the repository's modules make it, else the mean of its tokens' vectors. */
export async function answerEmbeddings(asking: Asking, body: z.output<typeof embeddingBody>): Promise<void> {
  const put = {
    task: 'feature-extraction',
    inputs: body.input,
    parameters: { pooling: 'sentence', details: true },
    names: { inputs: 'input' },
  };
  const { embeddings, input_length } = (await ask(asking, put)) as Answer;
  const size = embeddings[0]?.length ?? 0;
  if (body.dimensions && body.dimensions !== size) {
    throw new HubError('INFERENCE_INPUT_INVALID', {
      reason: `dimensions: the embeddings of this model have ${size}, and are not shortened`,
    });
  }
  asking.response.json({
    object: 'list',
    data: embeddings.map((numbers, index) => ({
      object: 'embedding',
      index,
      embedding: body.encoding_format === 'base64' ? base64(numbers) : numbers,
    })),
    model: asking.id,
    usage: { prompt_tokens: input_length, total_tokens: input_length },
  });
}

interface Answer {
  readonly embeddings: readonly (readonly number[])[];
  readonly input_length: number;
}

/** As little-endian float32. */
function base64(numbers: readonly number[]): string {
  const bytes = Buffer.alloc(numbers.length * 4);
  for (const [index, number] of numbers.entries()) bytes.writeFloatLE(number, index * 4);
  return bytes.toString('base64');
}
