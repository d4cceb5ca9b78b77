import type { RepoKind } from '../../config/repo.js';
import type { ModelRecord } from '../tags/types.js';

/**
 * The question every listing asks, page or API. The engine for millions of models implements the same interface.
 * Values within `any` groups are OR-ed; everything else is AND-ed.
 */
export interface ModelQuery {
  readonly kind: RepoKind;
  /** Every word must occur in owner/name. */
  readonly search?: string;
  readonly author?: string;
  /** Tags as stored (`fr`, `dataset:glue`, `pytorch`): all must be present. */
  readonly tags: readonly string[];
  /** Tasks: one of them (a model has one). */
  readonly tasks: readonly string[];
  /** Licence ids without prefix: one of them. */
  readonly licenses: readonly string[];
  /** Only models that were measured here, and answer within so many milliseconds. */
  readonly maxMs?: number;
  readonly sort: 'trending' | 'downloads' | 'likes' | 'modified' | 'created' | 'speed';
  readonly direction: 'descending' | 'ascending';
  readonly limit: number;
  /** 0-based offset page (pages) or an opaque cursor (API); not both. */
  readonly page?: number;
  readonly cursor?: string;
  readonly withFacets?: boolean;
  /** Who asks: private repositories of these owners are included; 'all' for administrators and the indexer itself. */
  readonly scope: SearchScope;
}

export type SearchScope = 'all' | { readonly owners: readonly string[] };

export interface FacetCount {
  readonly value: string;
  readonly count: number;
}

export interface ModelRow {
  readonly kind: RepoKind;
  readonly id: string;
  readonly owner: string;
  readonly name: string;
  readonly private: boolean;
  readonly head: string | null;
  readonly createdAtMs: number;
  readonly modifiedAtMs: number;
  /** Of the last 30 days. */
  readonly downloads: number;
  readonly downloadsAllTime: number;
  readonly likes: number;
  readonly trending: number;
  /** Calls a second on this host; 0 = not measured. */
  readonly speed: number;
  readonly record: ModelRecord | null;
}

export interface ModelPage {
  readonly rows: readonly ModelRow[];
  readonly total: number;
  /** By facet: task, library, dataset, language, license, other; values with the largest count first. */
  readonly facets: Readonly<Record<string, readonly FacetCount[]>>;
  readonly nextCursor: string | null;
}

export interface SearchIndex {
  list(query: ModelQuery): Promise<ModelPage>;
}
