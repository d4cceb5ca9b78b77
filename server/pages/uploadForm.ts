import express, { type Request, type Response } from 'express';
import { HubError } from '../../config/errors.js';
import { type Form, readFormUnchecked } from '../csrf.js';
import { maxFileBytes } from '../inference/calls/questionBody.js';

export interface UploadForm {
  readonly fields: Form;
  /** The first file that is not empty. */
  readonly file: Uint8Array | null;
}

/** The file and some fields beside it. */
const maxBytes = maxFileBytes + 1_048_576;
const parse = express.raw({ type: 'multipart/form-data', limit: maxBytes });

/** A posted form, with a file or without. @throws HubError BAD_REQUEST, TOO_LARGE */
export async function readUploadForm(request: Request, response: Response): Promise<UploadForm> {
  const type = request.headers['content-type'] ?? '';
  if (!/^multipart\/form-data\b/i.test(type)) return { fields: await readFormUnchecked(request, response), file: null };
  await new Promise<void>((resolve, reject) => {
    parse(request, response, (error?: unknown) => (error ? reject(refusal(error)) : resolve()));
  });
  const body: unknown = request.body;
  const parts = await partsOf(body instanceof Uint8Array ? body : new Uint8Array(), type);
  const fields: Record<string, string> = {};
  let file: Uint8Array | null = null;
  for (const [name, value] of parts) {
    if (typeof value === 'string') fields[name] = value;
    else if (value.size > maxFileBytes) throw new HubError('TOO_LARGE', { what: 'The file', limitBytes: maxFileBytes });
    else if (value.size > 0) file ??= new Uint8Array(await value.arrayBuffer());
  }
  return { fields, file };
}

type Part = readonly [name: string, value: string | File];

/** Node's own reader of forms; the body is whole and its size bounded. */
async function partsOf(body: Uint8Array, type: string): Promise<Iterable<Part>> {
  try {
    const form = await new Response(new Uint8Array(body), { headers: { 'content-type': type } }).formData();
    // Node's types leave out that a form can be walked through.
    return form as unknown as Iterable<Part>;
  } catch (cause) {
    throw new HubError('BAD_REQUEST', { reason: 'The form cannot be read' }, { cause });
  }
}

function refusal(error: unknown): HubError {
  if ((error as { readonly status?: number }).status === 413) {
    return new HubError('TOO_LARGE', { what: 'The form', limitBytes: maxBytes });
  }
  return new HubError('BAD_REQUEST', { reason: 'The form cannot be read' }, { cause: error });
}
