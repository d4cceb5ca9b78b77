import type { ParsedCard } from './types.js';

/*
 * What a reader of a model's card looks for. Nobody must write it, and cards are written in many ways: a part is there when a
 * heading names it and words stand below. What stands under any other heading describes the model.
 */

export type CardPart = 'description' | 'uses' | 'training' | 'evaluation';

/** What each is called, in the order of the template. */
export const cardParts: Readonly<Record<CardPart, string>> = {
  description: 'a description',
  uses: 'intended uses and limitations',
  training: 'training',
  evaluation: 'datasets and evaluation',
};

/** The first that a heading matches, so "Training data" is of the datasets and "How to use" of none. */
const headings: readonly (readonly [pattern: RegExp, part: CardPart])[] = [
  [/how to|usage|quick ?start|getting started/i, 'description'],
  [
    /\b(data|data ?sets?|corpus|corpora|eval\w*|results?|benchmarks?|performance|metrics?|scores?|test\w*)\b/i,
    'evaluation',
  ],
  [/\b(pre-?train\w*|train\w*|fine-?tun\w*|hyper-?param\w*|experiments?|procedure|optimi[sz]\w*)\b/i, 'training'],
  [
    /\b(intended|uses?|limitations?|bias(es)?|ethic\w*|risks?|out[- ]of[- ]scope|caveats?|safety|responsib\w*)\b/i,
    'uses',
  ],
];
const placeholder = /^\W*(more information needed|todo|tbd|to do|coming soon|n\/a|\.\.\.|…)\W*$/i;
const leastLetters = 20;
const maxLines = 20_000;

/** Which parts a model's card says nothing of, in the order of `cardParts`. */
export function missingParts({ body, metadata }: ParsedCard): readonly CardPart[] {
  const letters = lettersOf(body);
  const results = metadata['model-index'];
  const hasResults = Array.isArray(results) && results.length > 0;
  return (Object.keys(cardParts) as CardPart[]).filter(
    (part) => letters[part] < leastLetters && !(part === 'evaluation' && hasResults),
  );
}

function lettersOf(body: string): Record<CardPart, number> {
  const letters = { description: 0, uses: 0, training: 0, evaluation: 0 };
  let current: { part: CardPart; depth: number } = { part: 'description', depth: 0 };
  let isCode = false;
  for (const line of withoutComments(body)
    .split(/\r\n?|\n/)
    .slice(0, maxLines)) {
    if (/^\s*(```|~~~)/.test(line)) isCode = !isCode;
    const heading = isCode ? null : headingOf(line);
    if (heading) current = partOf(heading, current);
    else if (!placeholder.test(line) && !(isCode && current.part === 'description'))
      letters[current.part] += line.replace(/<[^>]*>|!\[[^\]]*\]\([^)]*\)|[^\p{L}\p{N}]/gu, '').length;
  }
  return letters;
}

/** What asks the author for words is written as a comment. */
function withoutComments(text: string): string {
  return text.replace(/<!--[\s\S]*?(-->|$)/g, '');
}

interface Heading {
  readonly text: string;
  /** 1 is the largest; a line that is bold is smaller than each. */
  readonly depth: number;
}

function headingOf(line: string): Heading | null {
  const [, marks, text] = /^ {0,3}(#{1,6})\s+(.*)$/.exec(line) ?? [];
  if (marks) return { text: text ?? '', depth: marks.length };
  const [, bold] = /^\s*(?:\*\*|__)([^*_]{2,80})(?:\*\*|__):?\s*$/.exec(line) ?? [];
  if (bold) return { text: bold, depth: 7 };
  const [, level, html] = /^\s*<h([1-6])[^>]*>(.*?)<\/h[1-6]>/i.exec(line) ?? [];
  return level ? { text: html ?? '', depth: Number(level) } : null;
}

function partOf({ text, depth }: Heading, current: { part: CardPart; depth: number }): typeof current {
  const named = headings.find(([pattern]) => pattern.test(text))?.[1];
  if (named) return { part: named, depth };
  // A smaller heading goes on with what the larger one names.
  return depth > current.depth ? current : { part: 'description', depth };
}
