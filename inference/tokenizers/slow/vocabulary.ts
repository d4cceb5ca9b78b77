import { type JsonObject, unavailable } from '../../snapshot/snapshotFiles.js';

/** Tokens and their ids. */
export interface Vocabulary {
  readonly size: number;
  /** In the order of the file. */
  readonly tokens: readonly string[];
  idOf(token: string): number | null;
  tokenOf(id: number): string | null;
}

/** A map of tokens to ids, as vocab.json holds it. @throws HubError INFERENCE_UNAVAILABLE that names the file */
export function vocabularyOf(json: JsonObject, name: string): Vocabulary {
  const ids = new Map<string, number>();
  const tokens = new Map<number, string>();
  for (const [token, id] of Object.entries(json)) {
    if (!Number.isInteger(id) || (id as number) < 0) throw unavailable(`${name} gives "${token.slice(0, 50)}" no id`);
    ids.set(token, id as number);
    tokens.set(id as number, token);
  }
  return {
    size: ids.size,
    tokens: [...ids.keys()],
    idOf: (token) => ids.get(token) ?? null,
    tokenOf: (id) => tokens.get(id) ?? null,
  };
}
