import { isUtf8 } from 'node:buffer';
import express, { type Request, type RequestHandler } from 'express';
import { HubError } from '../../../config/errors.js';
import { isJsonObject } from '../../../config/jsonObject.js';
import { parseInOrder } from '../../../config/orderedKeys.js';

/** Largest image or sound. */
export const maxFileBytes = 10 * 1_048_576;
/** The same as base64, with room for the parameters beside it. */
const maxBodyBytes = Math.ceil((maxFileBytes * 4) / 3) + 65_536;

/** What a caller asks. The body of an image or a sound alone is `inputs` as bytes. */
export interface QuestionBody {
  readonly inputs: unknown;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly options: Readonly<Record<string, unknown>>;
  /** What stands beside these, where older clients put parameters. */
  readonly rest: Readonly<Record<string, unknown>>;
}

/** Reads the body, whatever it says it is; `questionOf` tells what it holds. */
export function readQuestionBody(): RequestHandler {
  return express.raw({ limit: maxBodyBytes, type: () => true });
}

/**
 * The question of a body: a file as it is (`image/*`, `audio/*`, or anything that is no text), or a JSON object with `inputs`.
 * Clients that send JSON often name no type or a wrong one, so a body that is text is read as JSON.
 * @throws HubError BAD_REQUEST (no JSON), INFERENCE_INPUT_INVALID (no question), TOO_LARGE, UNSUPPORTED_MEDIA
 */
export function questionOf(request: Request): QuestionBody {
  const bytes: unknown = request.body;
  const type = request.headers['content-type'] ?? '';
  if (!(bytes instanceof Uint8Array) || bytes.length === 0)
    throw invalid('The body must be a JSON object with "inputs"');
  if (/^multipart\//i.test(type)) {
    throw new HubError('UNSUPPORTED_MEDIA', { wanted: 'JSON, or an image or a sound as the body itself, but no form' });
  }
  if (!isFile(type, bytes)) return jsonQuestion(bytes);
  if (bytes.length > maxFileBytes) throw new HubError('TOO_LARGE', { what: 'The file', limitBytes: maxFileBytes });
  // A view of its own: buffers say themselves in JSON and in messages as lists of numbers.
  return {
    inputs: new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length),
    parameters: {},
    options: {},
    rest: {},
  };
}

function isFile(type: string, bytes: Uint8Array): boolean {
  if (/^(image|audio|video)\//i.test(type)) return true;
  return !/json/i.test(type) && (bytes.includes(0) || !isUtf8(bytes));
}

function jsonQuestion(bytes: Uint8Array): QuestionBody {
  const text = new TextDecoder().decode(bytes);
  const body = parseJson(text);
  if (!isJsonObject(body)) throw invalid('The body must be a JSON object with "inputs"');
  const { inputs: given, parameters, options, ...rest } = body;
  const inputs = inputsOf(given, rest);
  if (inputs === undefined) throw invalid('The body must be a JSON object with "inputs"');
  if (parameters !== undefined && parameters !== null && !isJsonObject(parameters)) {
    throw invalid('"parameters" must be a JSON object');
  }
  return {
    inputs: hasTable(inputs) ? inputsInOrder(text) : inputs,
    parameters: parameters ?? {},
    options: isJsonObject(options) ? options : {},
    rest,
  };
}

/**
 * Some clients put inputs beside `inputs`: widgets of 2022 the image, that of huggingface_hub a table of rows to judge, and
 * a question with its image.
 */
function inputsOf(given: unknown, { image, table, question }: Readonly<Record<string, unknown>>): unknown {
  if (typeof question === 'string' && typeof image === 'string') return { question, image };
  if (isJsonObject(table) && (given ?? null) === null) return { data: table };
  return given === undefined ? image : given;
}

function hasTable(inputs: unknown): boolean {
  return [inputs]
    .flat()
    .some((input) => isJsonObject(input) && (typeof input.table === 'object' || isJsonObject(input.data)));
}

function inputsInOrder(text: string): unknown {
  const { inputs, ...rest } = parseInOrder(text) as Readonly<Record<string, unknown>>;
  return inputsOf(inputs, rest);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new HubError('BAD_REQUEST', { reason: `The body is not valid JSON (${(error as Error).message})` });
  }
}

function invalid(reason: string): HubError {
  return new HubError('INFERENCE_INPUT_INVALID', { reason });
}
