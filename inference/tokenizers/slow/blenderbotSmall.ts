import { readSnapshotJson, readSnapshotText, unavailable } from '../../snapshot/snapshotFiles.js';
import { pythonSpace, strip } from '../pythonText.js';
import type { SpecialTokens } from '../specialTokens.js';
import type { SlowKind } from './slowTokenizer.js';
import { vocabularyOf } from './vocabulary.js';

const words = new RegExp(`[^${pythonSpace}]+\\n?`, 'g');
const manySpaces = new RegExp(`[${pythonSpace}]{2,}`, 'g');
const wordEnd = '</w>';
const goesOn = '@@';
/** Words are merged pair by pair, which takes the square of their length. */
const maxWordLength = 5000;

/** Blenderbot of 90 M parameters: small letters, punctuation apart, pairs of letters merged; `@@` marks what goes on. */
export async function readBlenderbotSmall(folder: string, special: SpecialTokens): Promise<SlowKind> {
  const json = await readSnapshotJson(folder, 'vocab.json');
  const merges = await readSnapshotText(folder, 'merges.txt');
  if (!json || merges === null) throw unavailable('it lacks vocab.json or merges.txt, which its tokenizer needs');
  const vocabulary = vocabularyOf(json, 'vocab.json');
  const ranks = new Map(
    merges
      .split('\n')
      .slice(1, -1)
      .map((line, rank) => [pairKey(line), rank]),
  );
  const unknown = special.named('unk_token') ?? '__unk__';
  return {
    cut: (text) => (text.match(words) ?? []).flatMap((word) => partsOf(word, ranks)),
    ownId: (token) => vocabulary.idOf(token.toLowerCase()),
    unknownId: vocabulary.idOf(unknown),
    tokenOf: (id) => vocabulary.tokenOf(id) ?? unknown,
    text: (tokens) => strip(tokens.join(' ').replaceAll(`${goesOn} `, '')),
    ending: [],
    vocabularySize: vocabulary.size,
  };
}

function pairKey(line: string): string {
  return line.trim().split(/\s+/).join(' ');
}

/** What stands between spaces may be several words: punctuation is none of its neighbours. */
function partsOf(word: string, ranks: ReadonlyMap<string, number>): readonly string[] {
  const spaced = word
    .replace(/([.,!?()])/g, ' $1')
    .replaceAll("'", " ' ")
    .replace(manySpaces, ' ')
    .replaceAll('\n', ' __newln__');
  const parts = spaced.split(' ').filter((part) => part !== '');
  return parts.flatMap((part) => merged(part.toLowerCase(), ranks));
}

function merged(word: string, ranks: ReadonlyMap<string, number>): readonly string[] {
  let symbols = [...word];
  if (symbols.length < 2 || symbols.length > maxWordLength) return [word];
  symbols[symbols.length - 1] += wordEnd;
  while (symbols.length > 1) {
    const best = bestPair(symbols, ranks);
    if (best === null) break;
    symbols = withMerged(symbols, best);
  }
  const text = symbols.join(`${goesOn} `);
  return text.slice(0, -wordEnd.length).split(' ');
}

/** The pair that was merged first when the vocabulary was made, or null. */
function bestPair(symbols: readonly string[], ranks: ReadonlyMap<string, number>): string | null {
  let best: { pair: string; rank: number } | null = null;
  for (let index = 1; index < symbols.length; index++) {
    const pair = `${symbols[index - 1]} ${symbols[index]}`;
    const rank = ranks.get(pair);
    if (rank !== undefined && (best === null || rank < best.rank)) best = { pair, rank };
  }
  return best?.pair ?? null;
}

function withMerged(symbols: readonly string[], pair: string): string[] {
  const found: string[] = [];
  for (let index = 0; index < symbols.length; index++) {
    if (`${symbols[index]} ${symbols[index + 1]}` === pair) {
      found.push(`${symbols[index]}${symbols[index + 1]}`);
      index += 1;
    } else found.push(symbols[index]!);
  }
  return found;
}
