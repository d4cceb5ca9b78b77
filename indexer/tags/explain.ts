import type { ModelRecord, TagEvidence, TagFacet } from './types.js';

/** Why one tag is there, as data and in words. */
export interface TagExplanation {
  readonly tag: string;
  readonly facet: TagFacet;
  /** The task or the library that the model page and the runner go by. */
  readonly decides: 'task' | 'library' | null;
  readonly evidence: readonly TagEvidence[];
  /** One phrase for each evidence: `config.json, key architectures (architecture BertForMaskedLM)`. */
  readonly because: readonly string[];
}

/** "Why these tags?": every tag of a record in order, with what showed it. For `?explain=1` and the page's section. */
export function explainRecord(record: ModelRecord): readonly TagExplanation[] {
  return record.tags.map(({ name, facet, evidence }) => ({
    tag: name,
    facet,
    decides: name === record.pipelineTag ? 'task' : name === record.libraryName ? 'library' : null,
    evidence,
    because: evidence.map(inWords),
  }));
}

function inWords({ rule, file, key }: TagEvidence): string {
  if (!file) return rule;
  const place = key ? `${file}, key ${key}` : file;
  return rule === 'config' || rule === 'card' ? place : `${place} (${rule})`;
}
