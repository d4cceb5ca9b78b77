import { z } from 'zod';
import type { RepoKind } from '../../../config/repo.js';
import { facetLabel } from '../../../views/labels.js';
import { type FacetKey, facetParameters } from '../../../views/listing.js';
import { panelRows } from '../../listing/panel.js';
import { scopeOf } from '../../listing/scope.js';
import { operation } from '../frame/operation.js';

/** Facets that are told; the Hub calls their types as it calls the parameters of its lists. */
const told: Readonly<Record<'model' | 'dataset', readonly FacetKey[]>> = {
  model: ['tasks', 'libraries', 'languages', 'licenses', 'datasets', 'other'],
  dataset: ['categories', 'sizes', 'formats', 'languages', 'licenses', 'other'],
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
        told[kind].map((key) => {
          const type = facetParameters[key];
          const values = index.overview
            .countValues(panelRows[key].facet, scope)
            .filter((count) => count[counted] > 0)
            .map(({ value }) => ({ type, id: value, label: facetLabel(key, withoutPrefix(value, type)) }));
          return [type, values];
        }),
      );
    },
  });
}

function withoutPrefix(value: string, type: string): string {
  return value.startsWith(`${type}:`) ? value.slice(type.length + 1) : value;
}
