import { nearest } from '../nearest.js';

/** Licence identifiers that the Hub's cards use, lower case. Others are kept and shown, with a warning. */
const identifiers = `
  apache-2.0 mit openrail bigscience-openrail-m creativeml-openrail-m bigscience-bloom-rail-1.0
  bigcode-openrail-m afl-3.0 artistic-2.0 bsl-1.0 bsd bsd-2-clause bsd-3-clause bsd-3-clause-clear c-uda cc
  cc0-1.0 cc-by-2.0 cc-by-2.5 cc-by-3.0 cc-by-4.0 cc-by-sa-3.0 cc-by-sa-4.0 cc-by-nc-2.0 cc-by-nc-3.0
  cc-by-nc-4.0 cc-by-nd-4.0 cc-by-nc-nd-3.0 cc-by-nc-nd-4.0 cc-by-nc-sa-2.0 cc-by-nc-sa-3.0 cc-by-nc-sa-4.0
  cdla-sharing-1.0 cdla-permissive-1.0 cdla-permissive-2.0 wtfpl ecl-2.0 epl-1.0 epl-2.0 etalab-2.0 eupl-1.1
  eupl-1.2 agpl-3.0 gfdl gpl gpl-2.0 gpl-3.0 lgpl lgpl-2.1 lgpl-3.0 isc h-research intel-research lppl-1.3c
  ms-pl apple-ascl apple-amlr mpl-2.0 odc-by odbl openmdw-1.0 openmdw-1.1 openrail++ osl-3.0 postgresql ofl-1.1
  ncsa unlicense zlib pddl lgpl-lr deepfloyd-if-license fair-noncommercial-research-license llama2 llama3
  llama3.1 llama3.2 llama3.3 llama4 grok2-community gemma 0bsd bsd-4-clause unknown other
`;

export const licenses: ReadonlySet<string> = new Set(identifiers.trim().split(/\s+/));

const bySqueezed = new Map([...licenses].map((id) => [squeeze(id), id]));

/**
 * The identifier that a licence's name means most likely (`Apache License 2.0`, `GPLv3`, `cc-by-sa`); `other` for a name
 * that is near to none.
 */
export function nearestLicense(name: string): string {
  const wanted = squeeze(name);
  const begun = bySqueezed.get(wanted) ?? newestBeginningWith(wanted);
  return begun ?? bySqueezed.get(nearest(wanted, bySqueezed.keys()) ?? '') ?? 'other';
}

/** Of identifiers that go on where `squeezed` ends, the shortest, and of equals the last, which is the newest version. */
function newestBeginningWith(squeezed: string): string | null {
  if (squeezed.length < 3) return null;
  const longer = [...bySqueezed.keys()].filter((id) => id.startsWith(squeezed));
  const shortest = Math.min(...longer.map((id) => id.length));
  return bySqueezed.get(longer.findLast((id) => id.length === shortest) ?? '') ?? null;
}

/** What two spellings of one licence share: letters and digits, without "the", "license", "version" and the v of v3. */
function squeeze(name: string): string {
  return name
    .toLowerCase()
    .slice(0, 100)
    .replace(/\b(the|licen[cs]e|version|ver)\b/g, '')
    .replace(/v(?=\.?\s?\d)/g, '')
    .replace(/[^a-z0-9+]/g, '');
}

/** A licence as people write it: `apache-2.0` → `Apache-2.0`, `cc-by-4.0` → `CC-BY-4.0`. */
export function licenseLabel(id: string): string {
  if (
    /^(cc|gpl|lgpl|agpl|mit$|bsd|isc$|mpl|eupl|gfdl|afl|ecl|epl|osl|bsl|odc|cdla|ofl|0bsd|ncsa|pddl|wtfpl)/.test(id)
  ) {
    return id.toUpperCase();
  }
  return id.replace(/^[a-z]/, (letter) => letter.toUpperCase());
}
