import type { RepoRef } from '../../config/repo.js';
import type { CardProblem, ParsedCard } from '../card/types.js';
import type { WeightHeader } from '../formats/types.js';
import type { TreeEntry } from '../repository/types.js';

/** Everything the derivation may look at. A pure function turns this into a ModelRecord. */
export interface RevisionFacts {
  readonly repo: RepoRef;
  readonly commit: string;
  /** All files, recursive, in tree order. */
  readonly files: readonly TreeEntry[];
  /** README.md, or null when there is none. */
  readonly card: ParsedCard | null;
  /** Small JSON files by path (config.json, tokenizer_config.json, adapter_config.json, modules.json …), parsed; unparsable ones are absent and named in `problems`. */
  readonly json: Readonly<Record<string, unknown>>;
  /** Keys of config.json's `task_specific_params` as the file has them: a parsed object puts numbers first. */
  readonly taskKeys: readonly string[];
  readonly headers: Readonly<Record<string, WeightHeader>>;
  /** Problems found while reading (JSON that does not parse, headers that are invalid). */
  readonly problems: readonly CardProblem[];
}

export type TagFacet =
  | 'task'
  | 'library' // frameworks, formats, libraries
  | 'language'
  | 'license'
  | 'dataset'
  | 'metric'
  | 'arxiv'
  | 'doi'
  | 'base_model'
  | 'pipeline'
  | 'task_categories' // this and the next two: of datasets
  | 'size_categories'
  | 'format'
  | 'other';

/** Why a tag is there: the rule's name, the file and the key or line that showed it. */
export interface TagEvidence {
  readonly rule: string;
  readonly file?: string;
  readonly key?: string;
}

export interface Tag {
  /** As in the API: `fr`, `dataset:squad`, `license:mit`, `pipeline:summarization`. */
  readonly name: string;
  readonly facet: TagFacet;
  readonly evidence: readonly TagEvidence[];
}

export interface WidgetExample {
  readonly title?: string;
  readonly group?: string;
  /** The example as the card gives it (`text`, `context`, `candidate_labels`, `source_sentence`, `output` …). */
  readonly value: Readonly<Record<string, unknown>>;
}

export interface EvaluationResult {
  readonly task: { readonly type: string; readonly name?: string };
  readonly dataset: { readonly type: string; readonly name: string; readonly config?: string; readonly split?: string };
  readonly metric: {
    readonly type: string;
    readonly name?: string;
    readonly value: number | string;
    /** The card says so; its signature cannot be checked here. */
    readonly verified?: boolean;
  };
  /** Where the numbers come from, when they are somebody else's. */
  readonly source?: { readonly name?: string; readonly url: string };
}

/** What the card says of the emissions beside their number. */
export interface CarbonDetails {
  readonly source?: string;
  readonly trainingType?: string;
  readonly location?: string;
  readonly hardware?: string;
}

/** What the header of a GGUF file says that people choose a file by. */
export interface GgufFacts {
  readonly architecture?: string;
  readonly contextLength?: number;
  /** `Q4_K_M` */
  readonly quantisation?: string;
}

/** Rows of one part of a dataset, as its card declares them. */
export interface DeclaredSplit {
  readonly config?: string;
  readonly name: string;
  readonly rows: number;
}

export interface SpaceFacts {
  readonly sdk: string | null;
  /** `owner/name` */
  readonly models: readonly string[];
  readonly datasets: readonly string[];
}

/** Why a graph does not run, found by trying. */
export interface GraphProblem {
  readonly graph: string;
  /** The task that it does not answer; null = it does not run at all. */
  readonly task: string | null;
  readonly reason: string;
}

export interface BaseModel {
  readonly id: string;
  readonly relation: 'adapter' | 'merge' | 'quantized' | 'finetune' | null;
}

/** What a revision says about itself; stored as JSON in index.sqlite. A pure function of RevisionFacts, but for `check`. */
export interface ModelRecord {
  readonly commit: string;
  /** In the API's order. */
  readonly tags: readonly Tag[];
  readonly pipelineTag: string | null;
  readonly pipelineEvidence: TagEvidence | null;
  readonly libraryName: string | null;
  readonly libraryEvidence: TagEvidence | null;
  readonly modelType: string | null;
  readonly architectures: readonly string[];
  /** Defaults from config.json `task_specific_params`, by sub-key. */
  readonly taskParameters: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly languages: readonly string[];
  readonly license: string | null;
  readonly licenseName: string | null;
  readonly licenseLink: string | null;
  readonly datasets: readonly string[];
  readonly metrics: readonly string[];
  readonly arxiv: readonly string[];
  readonly baseModels: readonly BaseModel[];
  readonly evaluations: readonly EvaluationResult[];
  readonly carbonGrams: number | null;
  readonly carbonDetails?: CarbonDetails;
  /** Id of the model that the card recommends instead of this one. */
  readonly newVersion?: string;
  /** Of a dataset: what its card says under `dataset_info`. */
  readonly declaredSplits?: readonly DeclaredSplit[];
  /** Of a space: what runs it, and the models and datasets that its card says it uses. */
  readonly space?: SpaceFacts;
  /** Parameters per dtype over all shards of the preferred format; null when only pickles. */
  readonly parameters: {
    readonly total: number;
    readonly byDtype: Readonly<Record<string, number>>;
    readonly format: string;
  } | null;
  readonly weights: readonly {
    readonly path: string;
    readonly format: string;
    readonly sizeBytes: number;
    readonly warnings: readonly string[];
    readonly gguf?: GgufFacts;
  }[];
  /** Card's own words; `inference` is false when the card says false, off, no or "false". */
  readonly inference: boolean;
  /** That word, where it is off. */
  readonly inferenceSays?: string;
  readonly inferenceParameters: Readonly<Record<string, unknown>>;
  readonly widgetExamples: readonly WidgetExample[];
  readonly thumbnail: string | null;
  /** First sentence of the card's prose, at most 200 characters. */
  readonly summary: string | null;
  readonly hasCard: boolean;
  /** ONNX graphs that the runner could open, most exact first. */
  readonly graphs: readonly { readonly path: string; readonly label: string; readonly exact: boolean }[];
  /** Why the runner could open none of the graphs that are there; absent when it could, or there is none. */
  readonly graphProblem?: string;
  /** What trying them told: `by` is the code that tried. Graphs that do not run are no longer among `graphs`. Absent = not known yet. */
  readonly check?: { readonly by: string; readonly problems: readonly GraphProblem[] };
  readonly hasTokenizer: boolean;
  readonly problems: readonly CardProblem[];
  readonly usedStorageBytes: number;
}
