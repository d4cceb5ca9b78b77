import { createRequire } from 'node:module';

/** Values of `language:` that are no language. */
const special: ReadonlyMap<string, string> = new Map([
  ['multilingual', 'Multilingual'],
  ['code', 'Code'],
]);

const require = createRequire(import.meta.url);
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
  return english.of(code) ?? rareName(code);
}

let rareLanguages: typeof import('@huggingface/languages') | undefined;

/** Seven thousand rows take 11 MB: a hub that meets no such code does without them. */
function rareName(code: string): string | null {
  rareLanguages ??= require('@huggingface/languages') as typeof import('@huggingface/languages');
  return rareLanguages.language(code)?.name ?? null;
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

let byName: ReadonlyMap<string, string> | undefined;

/** Two-letter codes by English name in lower case: each pair of letters that names a language, in today's spelling. */
function codesByName(): ReadonlyMap<string, string> {
  if (byName) return byName;
  const letters = [...'abcdefghijklmnopqrstuvwxyz'];
  byName = new Map(
    letters
      .flatMap((a) => letters.map((b) => a + b))
      .filter((code) => english.of(code) !== undefined && Intl.getCanonicalLocales(code)[0] === code)
      .map((code) => [english.of(code)!.toLowerCase(), code]),
  );
  return byName;
}

/** Two-letter codes, for suggestions. */
export function twoLetterCodes(): readonly string[] {
  return [...codesByName().values()];
}

/** The code of a language by its English name (`French` → `fr`), or null. */
export function languageCode(name: string): string | null {
  return codesByName().get(name.toLowerCase()) ?? null;
}
