import { type JsonObject, objectOf, readSnapshotJson, textOf } from '../snapshot/snapshotFiles.js';

/** A token that is found in a text before the text is cut. */
export interface AddedToken {
  readonly id: number;
  readonly content: string;
  /** It takes the spaces before it. */
  readonly lstrip: boolean;
  /** It takes the spaces behind it. */
  readonly rstrip: boolean;
  readonly singleWord: boolean;
  readonly normalized: boolean;
  readonly special: boolean;
}

/** The tokens that tokenizer_config.json, or the older added_tokens.json, names beside the vocabulary, by id. */
export async function readAddedTokens(folder: string, settings: JsonObject): Promise<readonly AddedToken[]> {
  const decoder = Object.entries(objectOf(settings.added_tokens_decoder));
  const older = Object.entries(decoder.length > 0 ? {} : objectOf(await readSnapshotJson(folder, 'added_tokens.json')));
  const rows = [
    ...decoder.map(([id, token]) => addedToken(Number(id), objectOf(token))),
    ...older.map(([content, id]) => addedToken(Number(id), { content })),
  ];
  return rows.filter(({ id, content }) => Number.isInteger(id) && content !== '').sort((a, b) => a.id - b.id);
}

export function addedToken(id: number, token: JsonObject): AddedToken {
  const special = token.special === true;
  return {
    id,
    content: textOf(token.content) ?? '',
    lstrip: token.lstrip === true,
    rstrip: token.rstrip === true,
    singleWord: token.single_word === true,
    normalized: typeof token.normalized === 'boolean' ? token.normalized : !special,
    special,
  };
}
