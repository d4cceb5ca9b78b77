import type { RepoKind } from '../../../config/repo.js';
import { tasks } from '../../../config/tasks.js';
import { languageName, twoLetterCodes } from '../../../config/vocabulary/languages.js';
import { libraries } from '../../../config/vocabulary/libraries.js';
import { licenseName, licenses } from '../../../config/vocabulary/licenses.js';
import { metricIds, metricLabel } from '../../../config/vocabulary/metrics.js';
import { checkCard } from '../../../indexer/card/fields.js';
import { parseCard } from '../../../indexer/card/frontMatter.js';
import { cardParts, missingParts } from '../../../indexer/card/parts.js';
import { emptyListing } from '../../../views/listing.js';
import { exampleFields, type FieldValues, metadataFields } from '../../../views/pages/writing/metadataFields.js';
import type { MetadataView } from '../../../views/pages/writing/metadataForm.js';
import type { RepoRow, Viewer } from '../../accounts/types.js';
import { exampleRows, fieldValues, withFieldValues } from '../../cards/cardFields.js';
import type { Form } from '../../csrf.js';
import { toModelQuery } from '../../listing/queryParameters.js';
import { scopeOf } from '../../listing/scope.js';
import { isLocalDataset } from '../../maintenance/repoFacts.js';
import type { Services } from '../../services.js';

/** The card is one file; a README.md of a folder is any text. */
export function isCardPath(path: string | undefined): boolean {
  return path?.trim() === 'README.md';
}

/** The form of a card's metadata, with what the rules of a push say of the text. */
export async function metadataView(
  services: Services,
  viewer: Viewer,
  row: RepoRow,
  text: string,
  { checked = false, isNew = false }: Partial<Pick<MetadataView, 'checked' | 'isNew'>>,
): Promise<MetadataView> {
  const card = parseCard(text);
  const { kind } = row.ref;
  const task = taskOf(services, row, card.metadata.pipeline_tag);
  const values = fieldValues(card, kind, task);
  return {
    fields: metadataFields[kind],
    values,
    example: kind === 'model' ? exampleFields(task) : [],
    rows: exampleRows(card),
    known: { ...known(), ...(await repositoriesOf(services, viewer)) },
    problems: [
      ...card.problems,
      ...checkCard(card, { kind, isLocalDataset: (id) => isLocalDataset(services.catalog, id) }),
    ],
    missing: kind === 'model' ? missingParts(card).map((part) => cardParts[part]) : [],
    checked,
    isNew: isNew || Object.values(values).filter(Boolean).length < 3,
  };
}

type Known = MetadataView['known'];
type Vocabulary = 'licenses' | 'libraries' | 'tasks' | 'languages' | 'metrics';

let vocabulary: Pick<Known, Vocabulary> | undefined;

/** Names of all languages take a moment: made when the first card is edited. */
function known(): Pick<Known, Vocabulary> {
  vocabulary ??= {
    licenses: [...licenses].sort().map((id) => [id, licenseName(id)]),
    libraries: Object.entries(libraries),
    tasks: Object.entries(tasks).map(([id, { label }]) => [id, label]),
    languages: twoLetterCodes().map((code) => [code, languageName(code) ?? code]),
    metrics: metricIds.map((id) => [id, metricLabel(id)]),
  };
  return vocabulary;
}

const maxSuggested = 100;

/** What is here that the writer may see: the most downloaded. */
async function repositoriesOf(
  { index, options }: Services,
  viewer: Viewer,
): Promise<Pick<Known, 'datasets' | 'models'>> {
  const scope = scopeOf(options, viewer);
  const idsOf = async (kind: RepoKind): Promise<readonly (readonly [string, string])[]> => {
    const { rows } = await index.list(toModelQuery(emptyListing(kind), { scope, limit: maxSuggested }));
    return rows.map(({ id }) => [id, id] as const);
  };
  const [datasets, models] = await Promise.all([idsOf('dataset'), idsOf('model')]);
  return { datasets, models };
}

/** What the card names, else what the files say. */
function taskOf({ index }: Services, row: RepoRow, named: unknown): string | null {
  return typeof named === 'string' && named ? named : (index.get(row.ref)?.record?.pipelineTag ?? null);
}

/** The text of a posted form with what its fields of metadata changed, or null where they cannot be written into it. */
export async function textWithMetadata(services: Services, row: RepoRow, form: Form): Promise<string | null> {
  const text = (form.content ?? '').replace(/\r\n?/g, '\n');
  const now = Object.fromEntries(
    Object.entries(form).flatMap(([name, value]) => (name.startsWith('meta.') ? [[name.slice(5), value]] : [])),
  );
  const task = taskOf(services, row, parseCard(text).metadata.pipeline_tag);
  return withFieldValues(text, { kind: row.ref.kind, task, was: shownBefore(form), now });
}

function shownBefore({ was = '' }: Form): FieldValues {
  try {
    const read: unknown = JSON.parse(was);
    if (typeof read !== 'object' || read === null) return {};
    return Object.fromEntries(Object.entries(read).map(([name, value]) => [name, String(value)]));
  } catch {
    return {};
  }
}
