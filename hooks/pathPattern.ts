/*
 * Patterns of gitattributes(5), which are those of gitignore(5) without negation and folders. Matched by two pointers and never
 * by a regular expression: `*a*a*a*a*b` of a stranger would keep one busy for hours.
 */

export type PathPattern = (path: string) => boolean;

/** A character, any one (`?`), a class (`[a-z]`), or any number (`*`). */
type Token = string | ((character: string) => boolean) | null;
const anyNumber = null;
const anyOne = (): boolean => true;

/** @param pattern as written, without quotes; a path has `/` between its parts and none before them */
export function pathPattern(pattern: string): PathPattern {
  if (pattern.endsWith('/')) return () => false; // a folder has no attributes
  const isAnchored = pattern.includes('/');
  const parts = pattern.replace(/^\//, '').split('/');
  const matchers = parts.map((part) => (part === '**' ? anyNumber : segmentMatcher(part)));
  if (!isAnchored) return (path) => (matchers[0] ?? anyOne)(path.slice(path.lastIndexOf('/') + 1));
  return (path) => matchSegments(path.split('/'), matchers);
}

function segmentMatcher(part: string): (segment: string) => boolean {
  const tokens = tokensOf(part);
  return (segment) =>
    isMatch(segment.length, tokens, (token, at) => {
      if (typeof token === 'string') return token === segment[at];
      return token === anyNumber || token(segment[at]!);
    });
}

/** `**` stands for any number of folders; at the end it stands for something inside. */
function matchSegments(path: readonly string[], matchers: readonly (((segment: string) => boolean) | null)[]): boolean {
  const endsInside = matchers.at(-1) === anyNumber;
  const wanted = endsInside ? [...matchers, anyOne] : matchers;
  return isMatch(path.length, wanted, (matcher, at) => matcher === anyNumber || matcher(path[at]!));
}

/** Glob by two pointers: after a mismatch the last star takes one more. At most `length` times `tokens` steps. */
function isMatch<T>(
  length: number,
  tokens: readonly (T | null)[],
  fits: (token: T | null, at: number) => boolean,
): boolean {
  let at = 0;
  let token = 0;
  let star = -1;
  let starAt = 0;
  while (at < length) {
    const wanted = tokens[token];
    if (wanted === anyNumber) {
      star = token++;
      starAt = at;
    } else if (wanted !== undefined && fits(wanted, at)) {
      at += 1;
      token += 1;
    } else if (star >= 0) {
      token = star + 1;
      at = ++starAt;
    } else return false;
  }
  while (tokens[token] === anyNumber) token += 1;
  return token === tokens.length;
}

function tokensOf(part: string): readonly Token[] {
  const tokens: Token[] = [];
  for (let at = 0; at < part.length; at++) {
    const character = part[at]!;
    if (character === '*') {
      if (tokens.at(-1) !== anyNumber) tokens.push(anyNumber);
    } else if (character === '?') tokens.push(anyOne);
    else if (character === '\\' && at + 1 < part.length) tokens.push(part[++at]!);
    else if (character === '[') {
      const found = classAt(part, at);
      tokens.push(found.fits);
      at = found.end;
    } else tokens.push(character);
  }
  return tokens;
}

const named: Readonly<Record<string, RegExp>> = {
  space: /\s/,
  blank: /[ \t]/,
  digit: /\d/,
  alpha: /[a-z]/i,
  alnum: /[a-z\d]/i,
  upper: /[A-Z]/,
  lower: /[a-z]/,
  punct: /[!-/:-@[-`{-~]/,
  xdigit: /[\da-f]/i,
  cntrl: /[\u0000-\u001f\u007f]/,
};

/** A bracket expression and the position of its end; one that does not end fits nothing, as in git. */
function classAt(part: string, start: number): { fits: (character: string) => boolean; end: number } {
  let at = start + 1;
  const isNegated = part[at] === '!' || part[at] === '^';
  if (isNegated) at += 1;
  const first = at;
  const tests: ((character: string) => boolean)[] = [];
  for (; at < part.length; at++) {
    if (part[at] === ']' && at > first) {
      return { fits: (character) => tests.some((test) => test(character)) !== isNegated, end: at };
    }
    const name = /^\[:([a-z]+):\]/.exec(part.slice(at, at + 12))?.[1];
    if (name && named[name]) {
      tests.push((character) => named[name]!.test(character));
      at += name.length + 3;
      continue;
    }
    if (part[at] === '\\') at += 1;
    const from = part[at] ?? '';
    if (part[at + 1] === '-' && at + 2 < part.length && part[at + 2] !== ']') {
      at += part[at + 2] === '\\' ? 3 : 2;
      const to = part[at] ?? '';
      tests.push((character) => character >= from && character <= to);
    } else tests.push((character) => character === from);
  }
  return { fits: () => false, end: part.length };
}
