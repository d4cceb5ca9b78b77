import type { SaidToken } from './mergeSequences.js';

/** A word, and the places of its tokens. */
export interface SaidWord {
  readonly text: string;
  readonly places: readonly number[];
}

type Decode = (ids: readonly number[]) => Promise<string>;

const withoutSpaces = new Set(['chinese', 'japanese', 'thai', 'lao', 'myanmar', 'cantonese']);
const opening = '"\'“¡¿([{-';
const closing = '"\'.。,，!！?？:：”)]}、';
const punctuation = '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~';
const replacement = '\ufffd';

/** The words that tokens make: parted at spaces, or in languages without them at characters; punctuation joins its word. */
export async function wordsOf(
  tokens: readonly SaidToken[],
  language: string | null,
  endId: number,
  decode: Decode,
): Promise<readonly SaidWord[]> {
  const ids = tokens.map(({ id }) => id);
  const parts = await wholeCharacters(ids, decode);
  const words = withoutSpaces.has(language ?? '') ? parts : joinedAtSpaces(parts, ids, endId);
  return withPunctuation(words);
}

/** Tokens are joined until they are whole characters; one may take several. */
async function wholeCharacters(ids: readonly number[], decode: Decode): Promise<readonly SaidWord[]> {
  const whole = [...(await decode(ids))];
  const parts: SaidWord[] = [];
  let places: number[] = [];
  let offset = 0;
  for (const place of ids.keys()) {
    places.push(place);
    const text = await decode(places.map((one) => ids[one]!));
    const broken = [...text].indexOf(replacement);
    if (broken >= 0 && whole[offset + broken] !== replacement) continue;
    parts.push({ text, places });
    offset += [...text].length;
    places = [];
  }
  return parts;
}

function joinedAtSpaces(parts: readonly SaidWord[], ids: readonly number[], endId: number): readonly SaidWord[] {
  const words: SaidWord[] = [];
  for (const part of parts) {
    const last = words.at(-1);
    const isSpecial = ids[part.places[0]!]! >= endId;
    const begins = isSpecial || part.text.startsWith(' ') || punctuation.includes(part.text.trim());
    if (last && !begins) words[words.length - 1] = joined(last, part);
    else words.push(part);
  }
  return words;
}

/** Opening punctuation joins the word behind it, closing punctuation the one before it. */
function withPunctuation(parts: readonly SaidWord[]): readonly SaidWord[] {
  const words = [...parts];
  const nothing: SaidWord = { text: '', places: [] };
  for (let at = words.length - 2, next = words.length - 1; at >= 0; at -= 1) {
    const { text } = words[at]!;
    if (text.startsWith(' ') && opening.includes(text.trim())) {
      words[next] = joined(words[at]!, words[next]!);
      words[at] = nothing;
    } else next = at;
  }
  for (let at = 0, next = 1; next < words.length; next += 1) {
    if (!words[at]!.text.endsWith(' ') && closing.includes(words[next]!.text)) {
      words[at] = joined(words[at]!, words[next]!);
      words[next] = nothing;
    } else at = next;
  }
  return words.filter(({ text }) => text !== '');
}

function joined(first: SaidWord, second: SaidWord): SaidWord {
  return { text: first.text + second.text, places: [...first.places, ...second.places] };
}
