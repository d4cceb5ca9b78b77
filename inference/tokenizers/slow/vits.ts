import { HubError } from '../../../config/errors.js';
import { type JsonObject, readSnapshotJson, unavailable } from '../../snapshot/snapshotFiles.js';
import { strip } from '../pythonText.js';
import type { SpecialTokens } from '../specialTokens.js';
import type { SlowKind } from './slowTokenizer.js';
import { vocabularyOf } from './vocabulary.js';

/**
 * VITS and MMS: every character is a token, with a blank (id 0) before, between and behind them. What is no character of
 * the vocabulary goes, and capitals become small where the vocabulary has none.
 * @throws HubError INFERENCE_UNAVAILABLE (phonemes are asked for, which need a program of their own)
 */
export async function readVits(
  folder: string,
  settings: JsonObject,
  special: SpecialTokens,
  added: readonly string[],
): Promise<SlowKind> {
  if (settings.phonemize !== false) {
    throw unavailable(
      'tokenizer_config.json asks for phonemes (phonemize), which no part of this hub makes; models of characters say "phonemize": false',
    );
  }
  const json = await readSnapshotJson(folder, 'vocab.json');
  if (!json) throw unavailable('it has no vocab.json, which its tokenizer needs');
  const vocabulary = vocabularyOf(json, 'vocab.json');
  const blank = vocabulary.tokenOf(0);
  const addsBlanks = settings.add_blank !== false;
  if (addsBlanks && blank === null) throw unavailable('vocab.json has no token 0, which stands between characters');
  const lower = lowered([...vocabulary.tokens, ...added]);
  const unknown = special.named('unk_token') ?? '<unk>';
  const normalizes = settings.normalize !== false;
  return {
    prepare(text) {
      const small = normalizes ? lower(text) : text;
      const letters = settings.language === 'ron' ? small.replaceAll('ț', 'ţ') : small;
      if (settings.is_uroman === true && /[^\0-\x7f]/.test(letters)) throw needsRomanLetters();
      if (!normalizes) return letters;
      return strip([...letters].filter((character) => vocabulary.idOf(character) !== null).join(''));
    },
    cut(text) {
      const characters = [...text];
      return addsBlanks ? [blank!, ...characters.flatMap((character) => [character, blank!])] : characters;
    },
    ownId: (token) => vocabulary.idOf(token),
    unknownId: vocabulary.idOf(unknown),
    tokenOf: (id) => vocabulary.tokenOf(id),
    text: (tokens) =>
      (addsBlanks && tokens.length > 1 ? tokens.filter((_, index) => index % 2 === 1) : tokens).join(''),
    ending: [],
    vocabularySize: vocabulary.size,
  };
}

function needsRomanLetters(): HubError {
  return new HubError('INFERENCE_INPUT_INVALID', {
    reason: 'the model reads Roman letters only (is_uroman): write the text with those',
  });
}

/** A text in small letters but for the tokens that it spells, of which those that stand first in the file win. */
function lowered(tokens: readonly string[]): (text: string) => string {
  const byStart = new Map<string, string[]>();
  for (const token of tokens) {
    const start = [...token][0];
    if (start !== undefined) byStart.set(start, [...(byStart.get(start) ?? []), token]);
  }
  return (text) => {
    let small = '';
    for (let at = 0; at < text.length; ) {
      const character = String.fromCodePoint(text.codePointAt(at)!);
      const token = byStart.get(character)?.find((one) => text.startsWith(one, at));
      small += token ?? character.toLowerCase();
      at += (token ?? character).length;
    }
    return small;
  };
}
