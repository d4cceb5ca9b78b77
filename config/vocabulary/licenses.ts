import { nearest } from '../nearest.js';

/** Licence identifiers that the Hub's cards use, lower case, with their names. Others are kept and shown, with a warning. */
const names: Readonly<Record<string, string>> = {
  'apache-2.0': 'Apache License 2.0',
  mit: 'MIT License',
  openrail: 'OpenRAIL licences',
  'bigscience-openrail-m': 'BigScience OpenRAIL-M',
  'creativeml-openrail-m': 'CreativeML OpenRAIL-M',
  'bigscience-bloom-rail-1.0': 'BigScience BLOOM RAIL 1.0',
  'bigcode-openrail-m': 'BigCode OpenRAIL-M',
  'afl-3.0': 'Academic Free License 3.0',
  'artistic-2.0': 'Artistic License 2.0',
  'bsl-1.0': 'Boost Software License 1.0',
  bsd: 'BSD licences',
  'bsd-2-clause': 'BSD 2-Clause “Simplified” License',
  'bsd-3-clause': 'BSD 3-Clause “New” License',
  'bsd-3-clause-clear': 'BSD 3-Clause Clear License',
  'c-uda': 'Computational Use of Data Agreement',
  cc: 'Creative Commons licences',
  'cc0-1.0': 'Creative Commons Zero 1.0',
  'cc-by-2.0': 'Creative Commons Attribution 2.0',
  'cc-by-2.5': 'Creative Commons Attribution 2.5',
  'cc-by-3.0': 'Creative Commons Attribution 3.0',
  'cc-by-4.0': 'Creative Commons Attribution 4.0',
  'cc-by-sa-3.0': 'Creative Commons Attribution Share Alike 3.0',
  'cc-by-sa-4.0': 'Creative Commons Attribution Share Alike 4.0',
  'cc-by-nc-2.0': 'Creative Commons Attribution Non Commercial 2.0',
  'cc-by-nc-3.0': 'Creative Commons Attribution Non Commercial 3.0',
  'cc-by-nc-4.0': 'Creative Commons Attribution Non Commercial 4.0',
  'cc-by-nd-4.0': 'Creative Commons Attribution No Derivatives 4.0',
  'cc-by-nc-nd-3.0': 'Creative Commons Attribution Non Commercial No Derivatives 3.0',
  'cc-by-nc-nd-4.0': 'Creative Commons Attribution Non Commercial No Derivatives 4.0',
  'cc-by-nc-sa-2.0': 'Creative Commons Attribution Non Commercial Share Alike 2.0',
  'cc-by-nc-sa-3.0': 'Creative Commons Attribution Non Commercial Share Alike 3.0',
  'cc-by-nc-sa-4.0': 'Creative Commons Attribution Non Commercial Share Alike 4.0',
  'cdla-sharing-1.0': 'Community Data License Agreement, Sharing 1.0',
  'cdla-permissive-1.0': 'Community Data License Agreement, Permissive 1.0',
  'cdla-permissive-2.0': 'Community Data License Agreement, Permissive 2.0',
  wtfpl: 'Do What The F*ck You Want To Public License',
  'ecl-2.0': 'Educational Community License 2.0',
  'epl-1.0': 'Eclipse Public License 1.0',
  'epl-2.0': 'Eclipse Public License 2.0',
  'etalab-2.0': 'Etalab Open License 2.0',
  'eupl-1.1': 'European Union Public License 1.1',
  'eupl-1.2': 'European Union Public License 1.2',
  'agpl-3.0': 'GNU Affero General Public License 3.0',
  gfdl: 'GNU Free Documentation License',
  gpl: 'GNU General Public License, any version',
  'gpl-2.0': 'GNU General Public License 2.0',
  'gpl-3.0': 'GNU General Public License 3.0',
  lgpl: 'GNU Lesser General Public License, any version',
  'lgpl-2.1': 'GNU Lesser General Public License 2.1',
  'lgpl-3.0': 'GNU Lesser General Public License 3.0',
  isc: 'ISC License',
  'h-research': 'H Research License',
  'intel-research': 'Intel Research Use License',
  'lppl-1.3c': 'LaTeX Project Public License 1.3c',
  'ms-pl': 'Microsoft Public License',
  'apple-ascl': 'Apple Sample Code License',
  'apple-amlr': 'Apple Machine Learning Research Model License',
  'mpl-2.0': 'Mozilla Public License 2.0',
  'odc-by': 'Open Data Commons Attribution License',
  odbl: 'Open Database License',
  'openmdw-1.0': 'Open Model, Data and Weights License 1.0',
  'openmdw-1.1': 'Open Model, Data and Weights License 1.1',
  'openrail++': 'OpenRAIL++-M',
  'osl-3.0': 'Open Software License 3.0',
  postgresql: 'PostgreSQL License',
  'ofl-1.1': 'SIL Open Font License 1.1',
  ncsa: 'University of Illinois/NCSA Open Source License',
  unlicense: 'The Unlicense',
  zlib: 'zlib License',
  pddl: 'Open Data Commons Public Domain Dedication and License',
  'lgpl-lr': 'Lesser General Public License for Linguistic Resources',
  'deepfloyd-if-license': 'DeepFloyd IF License',
  'fair-noncommercial-research-license': 'FAIR Noncommercial Research License',
  llama2: 'Llama 2 Community License',
  llama3: 'Llama 3 Community License',
  'llama3.1': 'Llama 3.1 Community License',
  'llama3.2': 'Llama 3.2 Community License',
  'llama3.3': 'Llama 3.3 Community License',
  llama4: 'Llama 4 Community License',
  'grok2-community': 'Grok 2 Community License',
  gemma: 'Gemma Terms of Use',
  '0bsd': 'BSD Zero Clause License',
  'bsd-4-clause': 'BSD 4-Clause “Original” License',
  unknown: 'Unknown',
  other: 'Other',
};

export const licenses: ReadonlySet<string> = new Set(Object.keys(names));

const bySqueezed = new Map([...licenses].map((id) => [squeeze(id), id]));

/** The identifier that a licence's name means most likely (`Apache License 2.0`, `GPLv3`, `cc-by-sa`); null where none is near. */
export function nearestLicense(name: string): string | null {
  const wanted = squeeze(name);
  const begun = bySqueezed.get(wanted) ?? newestBeginningWith(wanted);
  return begun ?? bySqueezed.get(nearest(wanted, bySqueezed.keys()) ?? '') ?? null;
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

/** Parts of identifiers that are not written with one capital. */
const spellings: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    '0bsd afl agpl amlr ascl bsd bsl by cc cc0 cdla ecl epl eupl fair gfdl gpl if isc lgpl lppl lr mit mpl ms nc ncsa nd odc ofl osl pddl pl rail sa uda wtfpl'
      .split(' ')
      .map((part) => [part, part.toUpperCase()]),
  ),
  bigcode: 'BigCode',
  bigscience: 'BigScience',
  creativeml: 'CreativeML',
  deepfloyd: 'DeepFloyd',
  odbl: 'ODbL',
  openmdw: 'OpenMDW',
  openrail: 'OpenRAIL',
  'openrail++': 'OpenRAIL++',
  postgresql: 'PostgreSQL',
  zlib: 'zlib',
  '1.3c': '1.3c',
};

/** An identifier as people write it: `apache-2.0` → `Apache-2.0`, `cc-by-4.0` → `CC-BY-4.0`; unknown ones as they are. */
export function licenseLabel(id: string): string {
  if (!licenses.has(id)) return id;
  return id
    .split('-')
    .map((part) => spellings[part] ?? part.replace(/^[a-z]/, (letter) => letter.toUpperCase()))
    .join('-');
}

/** The name of a licence: `mit` → `MIT License`; of an unknown one, its identifier. */
export function licenseName(id: string): string {
  return licenses.has(id) ? names[id]! : id;
}

/** The identifier that was written as such or as a name, in any case; null where there is none. */
export function licenseOf(text: string): string | null {
  const wanted = text.trim().toLowerCase();
  if (licenses.has(wanted)) return wanted;
  return Object.entries(names).find(([, name]) => name.toLowerCase() === wanted)?.[0] ?? null;
}
