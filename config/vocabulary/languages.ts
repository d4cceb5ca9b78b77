import { language } from '@huggingface/languages';

/** Values of `language:` that are no language. */
const special: ReadonlyMap<string, string> = new Map([
  ['multilingual', 'Multilingual'],
  ['code', 'Code'],
]);

const english = new Intl.DisplayNames(['en'], { type: 'language', fallback: 'none' });
const rightToLeft = new Set('ar arc ckb dv fa he ks ku nqo ps sd syr ug ur yi'.split(' '));

/**
 * English name of an ISO 639-1, -2 or -3 code, or null. Node's Unicode data knows the common ones and the older
 * spellings (`iw`, `ger`); the table of ISO 639-3 knows the other seven thousand.
 */
export function languageName(code: string): string | null {
  const known = special.get(code);
  if (known) return known;
  if (!/^[a-z]{2,3}$/.test(code)) return null;
  return english.of(code) ?? language(code)?.name ?? null;
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

const letters = [...'abcdefghijklmnopqrstuvwxyz'];
const twoLetter = letters.flatMap((a) => letters.map((b) => a + b)).filter((code) => languageName(code) !== null);
const codesByName = new Map(twoLetter.map((code) => [languageName(code)!.toLowerCase(), code]));

/** Two-letter codes, for suggestions: each pair of letters that names a language. */
export function twoLetterCodes(): readonly string[] {
  return twoLetter;
}

/** The code of a language by its English name (`French` → `fr`), or null. */
export function languageCode(name: string): string | null {
  return codesByName.get(name.toLowerCase()) ?? null;
}
