import type { Model } from '../../pipelines/model.js';
import { soundError } from '../soundError.js';
import { idsIn, type Json, readAddedTokens, readJson, specialTokens, unavailable } from '../tokenFiles.js';

/** What transformers' VitsTokenizer reads of its files. */
interface Characters {
  /** Tokens of vocab.json, in the order of the file. */
  readonly vocabulary: ReadonlyMap<string, number>;
  /** Tokens that are found in a text as they stand. */
  readonly added: ReadonlyMap<string, number>;
  readonly unknown: string;
  readonly settings: Json;
}

/**
 * The ids of a text for VITS: its characters in lower case, those that are no tokens left out, a blank around each.
 * @throws HubError INFERENCE_INPUT_INVALID when nothing of the text is left, or it needs another alphabet;
 * INFERENCE_UNAVAILABLE
 */
export async function characterIds(model: Model, text: string): Promise<readonly number[]> {
  const characters = await readCharacters(model);
  const ids = prepared(text, characters).flatMap((part) => idsOf(part, characters));
  if (ids.length > 0) return ids;
  throw soundError('the text has no character that this model can say');
}

async function readCharacters(model: Model): Promise<Characters> {
  const settings = model.settings.tokenizer;
  if (settings.phonemize === true)
    throw unavailable('its tokenizer turns texts into phonemes by the program espeak, which is not run here');
  const vocabulary = idsIn(await readJson(model, 'vocab.json'));
  if (vocabulary.size === 0) throw unavailable('it has no vocab.json, which says what its characters mean');
  const special = await specialTokens(model);
  const unknown = special('unk_token', '<unk>');
  const listed = await readAddedTokens(model);
  const own = [special('pad_token', '<pad>'), unknown].filter((token) => vocabulary.has(token));
  const added = listed.size > 0 ? listed : new Map(own.map((token) => [token, vocabulary.get(token)!]));
  return { vocabulary, added, unknown, settings };
}

/** The text as the model reads it, cut at the tokens that stand in it. */
function prepared(text: string, characters: Characters): readonly string[] {
  const { vocabulary, settings } = characters;
  const isNormalised = settings.normalize !== false;
  const lowered = isNormalised ? loweredText(text, characters) : text;
  const spelled = settings.language === 'ron' ? lowered.replaceAll('ț', 'ţ') : lowered;
  if (settings.is_uroman === true && /[^\p{ASCII}]/u.test(spelled))
    throw soundError('this model reads Latin letters only: send the text romanised (uroman)');
  const said = isNormalised
    ? [...spelled]
        .filter((character) => vocabulary.has(character))
        .join('')
        .trim()
    : spelled;
  return cutAtTokens(said, characters.added);
}

/** Lower case, but for tokens of the vocabulary that stand in the text as they are. */
function loweredText(text: string, { vocabulary, added }: Characters): string {
  const words = [...vocabulary.keys(), ...added.keys()].filter((word) => word !== '');
  const byFirst = grouped(words);
  let lowered = '';
  for (let at = 0; at < text.length; ) {
    const character = String.fromCodePoint(text.codePointAt(at)!);
    const word = byFirst.get(character)?.find((one) => text.startsWith(one, at));
    lowered += word ?? character.toLowerCase();
    at += (word ?? character).length;
  }
  return lowered;
}

/** By their first characters, each in order. */
function grouped(words: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const groups = new Map<string, string[]>();
  for (const word of words) {
    const first = String.fromCodePoint(word.codePointAt(0)!);
    const group = groups.get(first);
    if (group) group.push(word);
    else groups.set(first, [word]);
  }
  return groups;
}

/** At each place the longest token that stands there is a part of its own. */
function cutAtTokens(text: string, tokens: ReadonlyMap<string, number>): readonly string[] {
  const longest = [...tokens.keys()].sort((a, b) => b.length - a.length);
  const parts: string[] = [];
  let rest = '';
  for (let at = 0; at < text.length; ) {
    const token = longest.find((one) => text.startsWith(one, at));
    if (token === undefined) {
      const character = String.fromCodePoint(text.codePointAt(at)!);
      rest += character;
      at += character.length;
      continue;
    }
    if (rest !== '') parts.push(rest);
    rest = '';
    parts.push(token);
    at += token.length;
  }
  return rest === '' ? parts : [...parts, rest];
}

function idsOf(part: string, { vocabulary, added, unknown, settings }: Characters): readonly number[] {
  const known = added.get(part);
  if (known !== undefined) return [known];
  const unknownId = added.get(unknown) ?? vocabulary.get(unknown) ?? 0;
  const ids = [...part].map((character) => added.get(character) ?? vocabulary.get(character) ?? unknownId);
  return settings.add_blank === false ? ids : [0, ...ids.flatMap((id) => [id, 0])];
}
