/** An answer as a door sends it. */
export interface AnswerBody {
  readonly contentType: string;
  /** JSON text, or the bytes of a sound or an image. */
  readonly body: string | Uint8Array;
}

const json = 'application/json; charset=utf-8';

/** The answer to send for a pipeline's output: `{bytes, contentType}` goes out as it is, all else as JSON. */
export function answerBody(output: unknown): AnswerBody {
  if (isFile(output)) return { contentType: output.contentType, body: output.bytes };
  return { contentType: json, body: JSON.stringify(output) };
}

function isFile(output: unknown): output is { readonly bytes: Uint8Array; readonly contentType: string } {
  return typeof output === 'object' && output !== null && 'bytes' in output && output.bytes instanceof Uint8Array;
}

/** The answer as JSON has it; a file is `{blob, content-type}`, in base64, as lists of sounds have them. */
export function outputOf({ contentType, body }: AnswerBody): unknown {
  if (typeof body === 'string') return JSON.parse(body) as unknown;
  return { blob: Buffer.from(body).toString('base64'), 'content-type': contentType };
}
