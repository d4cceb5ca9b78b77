import { z } from 'zod';
import type { RepoKind } from '../../../config/repo.js';
import { facetLabel } from '../../../views/labels.js';
import type { FacetKey } from '../../../views/listing.js';
import { scopeOf } from '../../listing/scope.js';
import { operation } from '../frame/operation.js';

/** Types as the Hub names them, the facet of the index that each is, and what its values are called by. */
const types: Readonly<Record<'model' | 'dataset', readonly (readonly [type: string, facet: string, key: FacetKey])[]>> =
  {
    model: [
      ['pipeline_tag', 'task', 'tasks'],
      ['library', 'library', 'libraries'],
      ['language', 'language', 'languages'],
      ['license', 'license', 'licenses'],
      ['dataset', 'dataset', 'datasets'],
      ['other', 'other', 'other'],
    ],
    dataset: [
      ['task_categories', 'task_categories', 'categories'],
      ['size_categories', 'size_categories', 'sizes'],
      ['format', 'format', 'formats'],
      ['language', 'language', 'languages'],
      ['license', 'license', 'licenses'],
      ['other', 'other', 'other'],
    ],
  };

const tag = z.strictObject({ type: z.string(), id: z.string(), label: z.string() });

export const listModelTags = tagsOf('model', 'listModelTags', '/api/models-tags-by-type', 'Tags of models, by type');
export const listDatasetTags = tagsOf(
  'dataset',
  'listDatasetTags',
  '/api/datasets-tags-by-type',
  'Tags of data sets, by type',
);

function tagsOf(kind: Extract<RepoKind, 'model' | 'dataset'>, id: string, path: string, summary: string) {
  return operation({
    id,
    method: 'GET',
    path,
    summary,
    about: 'The ids are what `filter=` of the list takes.',
    access: 'anyone',
    answer: z.record(z.string(), z.array(tag)),
    handle({ index, options }, { viewer }) {
      const scope = scopeOf(options, viewer);
      const counted = kind === 'model' ? 'models' : 'datasets';
      return Object.fromEntries(
        types[kind].map(([type, facet, key]) => [
          type,
          index.overview
            .countValues(facet, scope)
            .filter((count) => count[counted] > 0)
            .map(({ value }) => ({ type, id: value, label: facetLabel(key, withoutPrefix(value, type)) })),
        ]),
      );
    },
  });
}

function withoutPrefix(value: string, type: string): string {
  return value.startsWith(`${type}:`) ? value.slice(type.length + 1) : value;
}
