/** Values of `language:` that are no language. */
const special: ReadonlyMap<string, string> = new Map([
  ['multilingual', 'Multilingual'],
  ['code', 'Code'],
]);

const english = new Intl.DisplayNames(['en'], { type: 'language', fallback: 'none' });
const rightToLeft = new Set('ar arc ckb dv fa he ks ku nqo ps sd syr ug ur yi'.split(' '));

/** English name of an ISO 639-1, -2 or -3 code (from the Unicode data that Node carries), or null. */
export function languageName(code: string): string | null {
  const known = special.get(code);
  if (known) return known;
  if (!/^[a-z]{2,3}$/.test(code)) return null;
  return english.of(code) ?? null;
}

/** The language's name in itself, where Unicode knows it and it differs from the English one. */
export function ownLanguageName(code: string): string | null {
  if (!/^[a-z]{2,3}$/.test(code)) return null;
  const own = new Intl.DisplayNames([code], { type: 'language', fallback: 'none' }).of(code);
  return own && own !== languageName(code) ? own : null;
}

export function isRightToLeft(code: string): boolean {
  return rightToLeft.has(code);
}

/** Two-letter codes, for suggestions: each pair of letters that names a language. */
export function twoLetterCodes(): readonly string[] {
  const letters = [...'abcdefghijklmnopqrstuvwxyz'];
  return letters.flatMap((a) => letters.map((b) => a + b)).filter((code) => languageName(code) !== null);
}
