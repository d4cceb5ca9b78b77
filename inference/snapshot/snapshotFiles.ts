import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { HubError } from '../../config/errors.js';

/** A parsed JSON object; values are checked where they are read. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** Most bytes of a JSON file that describes a model; tokenizer.json of large vocabularies reaches 35 MB. */
const maxJsonBytes = 128 * 1024 * 1024;

/** Text of a file in a snapshot, or null when it is absent. @throws HubError INFERENCE_UNAVAILABLE when it is too large */
export async function readSnapshotText(folder: string, name: string): Promise<string | null> {
  const file = path.join(folder, name);
  const size = await sizeOf(file);
  if (size === null) return null;
  if (size > maxJsonBytes) throw unavailable(`${name} has ${size} bytes, at most ${maxJsonBytes} are read`);
  return readFile(file, 'utf8');
}

/** The object in a JSON file, or null when the file is absent. @throws HubError INFERENCE_UNAVAILABLE when it is not JSON */
export async function readSnapshotJson(folder: string, name: string): Promise<JsonObject | null> {
  const text = await readSnapshotText(folder, name);
  return text === null ? null : objectOf(parseJson(text, name));
}

/** @throws HubError INFERENCE_UNAVAILABLE that names the file */
export function parseJson(text: string, name: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw unavailable(`${name} is not valid JSON: ${(error as Error).message}`);
  }
}

/** The value when it is an object, else an empty one: a field of the wrong type counts as absent. */
export function objectOf(value: unknown): JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};
}

export function numberOf(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}

export function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

/** Bytes of a file, or null when there is none. */
export async function sizeOf(file: string): Promise<number | null> {
  const found = await stat(file).catch(() => null);
  return found?.isFile() ? found.size : null;
}

/** Why a model cannot be run, when that is what an error says; null for errors of other kinds. */
export function unavailableReason(error: unknown): string | null {
  if (!(error instanceof HubError)) return null;
  if (error.code === 'INFERENCE_UNAVAILABLE') return String(error.details.reason);
  return error.code === 'WEIGHT_HEADER_INVALID' ? error.message : null;
}

export function unavailable(reason: string): HubError {
  return new HubError('INFERENCE_UNAVAILABLE', { reason });
}
