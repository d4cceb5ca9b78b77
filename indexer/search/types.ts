import type { RepoKind, RepoRef } from '../../config/repo.js';
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
  /** Only models that say how many parameters they have, from least to most. */
  readonly parameters?: { readonly least: number; readonly most: number };
  /** Only models that answer here now. */
  readonly ready?: boolean;
  /** Whom they are to answer: a gated model does not answer everybody. Without, all count. */
  readonly runsFor?: RunsFor;
  /** Only those whose files are asked for, or only the others. */
  readonly gated?: boolean;
  /** One of these groups of tags must be present whole. */
  readonly anyTags?: readonly (readonly string[])[];
  readonly sort: 'trending' | 'downloads' | 'likes' | 'modified' | 'created' | 'speed' | 'parameters' | 'size';
  readonly direction: 'descending' | 'ascending';
  readonly limit: number;
  /** 0-based offset page (pages) or an opaque cursor (API); not both. */
  readonly page?: number;
  readonly cursor?: string;
  readonly withFacets?: boolean;
  /** Who asks: private repositories of these owners are included; 'all' for administrators and the indexer itself. */
  readonly scope: SearchScope;
}

/** Of gated models those of these owners and these repositories (`owner/name`) answer, of others all; or none of any. */
export type RunsFor = 'nobody' | { readonly owners: readonly string[]; readonly repos: readonly string[] };

/** Whose private repositories are seen, and which others. */
export type SearchScope = 'all' | { readonly owners: readonly string[]; readonly repos?: readonly RepoRef[] };

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
  readonly gated: boolean;
  /** It answers here now: its widget is ready. */
  readonly ready: boolean;
  readonly record: ModelRecord | null;
}

export interface ModelPage {
  readonly rows: readonly ModelRow[];
  readonly total: number;
  /**
   * By facet, values with the largest count first: task, library, dataset, language, license, metric, inference, other; of datasets
   * task_categories, language, license, size_categories, format, other.
   */
  readonly facets: Readonly<Record<string, readonly FacetCount[]>>;
  readonly nextCursor: string | null;
}

export interface ValueCount {
  readonly value: string;
  readonly models: number;
  readonly datasets: number;
}

/** What a model reports of itself under `model-index`: its best value of one metric on one dataset. */
export interface MetricResult {
  /** `owner/name` */
  readonly model: string;
  readonly task: string;
  /** As the card names it. */
  readonly dataset: string;
  /** `owner/name` where it is a dataset of a hub. */
  readonly datasetId: string;
  /** Configuration and split, '' where the card names none. */
  readonly part: string;
  /** As the card has it. */
  readonly value: string;
  /** Null when it is no number. */
  readonly number: number | null;
  /** How many models report a value on this part of the dataset. */
  readonly total: number;
}

export interface MissingPart {
  /** Every word must occur in the id. */
  readonly search: string;
  readonly limit: number;
}

export interface MissingDatasets {
  readonly rows: readonly FacetCount[];
  readonly total: number;
}

/** Counts over everything that a viewer may see. */
export interface Overview {
  /** Values of a facet (as tags are stored) with the most models first. */
  countValues(facet: string, scope: SearchScope): readonly ValueCount[];
  /** How many repositories carry each of these tags. */
  countTags(kind: RepoKind, names: readonly string[], scope: SearchScope): ReadonlyMap<string, number>;
  /** The best results by dataset, datasets with the most results first. */
  results(metric: string, order: 'highest' | 'lowest', scope: SearchScope): readonly MetricResult[];
  /** Datasets that models name and this hub has not, the most named first, with the number of those models. */
  missingDatasets(scope: SearchScope, part: MissingPart): MissingDatasets;
}

export interface SearchIndex {
  list(query: ModelQuery): Promise<ModelPage>;
  readonly overview: Overview;
}
