import type { RequestHandler } from 'express';
import { languageName, ownLanguageName, twoLetterCodes } from '../../config/vocabulary/languages.js';
import { licenseName, licenses } from '../../config/vocabulary/licenses.js';
import type { ValueCount } from '../../indexer/search/types.js';
import { VocabularyPage, type VocabularyView } from '../../views/pages/vocabulary.js';
import { scopeOf } from '../listing/scope.js';
import type { Services } from '../services.js';
import { chromeOf, queryOf, sendPage } from './respond.js';

interface Vocabulary {
  readonly view: Pick<VocabularyView, 'path' | 'title' | 'lead' | 'facet'>;
  /** The index's name of the facet, and the prefix that its tags may have. */
  readonly facet: string;
  readonly prefix: string;
  readonly known: () => readonly string[];
  readonly name: (id: string) => string;
  readonly hint: (id: string) => string | null;
}

const languages: Vocabulary = {
  view: {
    path: '/languages',
    title: 'Languages',
    lead: 'Codes of ISO 639 that cards name under “language:”; every three-letter code of ISO 639-3 is known as well.',
    facet: 'languages',
  },
  facet: 'language',
  prefix: 'language:',
  known: () => ['multilingual', 'code', ...twoLetterCodes()],
  name: (id) => languageName(id) ?? id,
  hint: ownLanguageName,
};

const licences: Vocabulary = {
  view: {
    path: '/licenses',
    title: 'Licences',
    lead: 'Identifiers that cards name under “license:”. What is none of them is kept, and shown as it was written.',
    facet: 'licenses',
  },
  facet: 'license',
  prefix: 'license:',
  known: () => [...licenses],
  name: licenseName,
  hint: () => null,
};

export const languagesPage = vocabularyPage(languages);
export const licensesPage = vocabularyPage(licences);

function vocabularyPage(vocabulary: Vocabulary): (services: Services) => RequestHandler {
  return (services) => async (request, response) => {
    const counts = services.index.overview.countValues(vocabulary.facet, scopeOf(services.options, request.viewer));
    const search = (queryOf(request).get('search') ?? '').trim().slice(0, 100);
    const rows = rowsOf(vocabulary, counts).filter((row) => matches(row, search.toLowerCase()));
    const view: VocabularyView = { ...vocabulary.view, search, rows };
    const chrome = chromeOf(services, request, response);
    await sendPage(services, request, response, <VocabularyPage chrome={chrome} view={view} />);
  };
}

/** Those in use first, the most used before others; then the rest by name. */
function rowsOf({ prefix, known, name, hint }: Vocabulary, counts: readonly ValueCount[]): VocabularyView['rows'] {
  const found = new Map<string, { models: number; datasets: number }>();
  for (const { value, models, datasets } of counts) {
    const id = value.startsWith(prefix) ? value.slice(prefix.length) : value;
    const sum = found.get(id) ?? { models: 0, datasets: 0 };
    found.set(id, { models: sum.models + models, datasets: sum.datasets + datasets });
  }
  const ids = new Set([...found.keys(), ...known()]);
  return [...ids]
    .map((id) => ({ id, name: name(id), hint: hint(id), ...(found.get(id) ?? { models: 0, datasets: 0 }) }))
    .sort((a, b) => b.models + b.datasets - (a.models + a.datasets) || a.name.localeCompare(b.name, 'en'));
}

function matches({ id, name, hint }: VocabularyView['rows'][number], search: string): boolean {
  return [id, name, hint ?? ''].some((text) => text.toLowerCase().includes(search));
}
