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
  if (!isCode.test(code)) return special.get(code) ?? null;
  return remembered(englishNames, code, () => english.of(code) ?? rareName(code));
}

/** Codes of two letters, and those of three that Unicode's data names: rarer ones are also words such as `vit`. */
export function isCommonLanguage(code: string): boolean {
  return special.has(code) || (isCode.test(code) && english.of(code) !== undefined);
}

const isCode = /^[a-z]{2,3}$/;
/** By code: Unicode's data takes some microseconds to ask, and a list asks for hundreds. */
const englishNames = new Map<string, string | null>();
const ownNames = new Map<string, string | null>();

function remembered(names: Map<string, string | null>, code: string, ask: () => string | null): string | null {
  const known = names.get(code);
  if (known !== undefined) return known;
  const name = ask();
  names.set(code, name);
  return name;
}

let rareLanguages: typeof import('@huggingface/languages') | undefined;

/** Seven thousand rows take 11 MB: a hub that meets no such code does without them. */
function rareName(code: string): string | null {
  rareLanguages ??= require('@huggingface/languages') as typeof import('@huggingface/languages');
  return rareLanguages.language(code)?.name ?? null;
}

/** The language's name in itself, where Unicode knows it and it differs from the English one. */
export function ownLanguageName(code: string): string | null {
  if (!isCode.test(code)) return null;
  return remembered(ownNames, code, () => {
    const own = new Intl.DisplayNames([code], { type: 'language', fallback: 'none' }).of(code);
    return own && own !== languageName(code) ? own : null;
  });
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
