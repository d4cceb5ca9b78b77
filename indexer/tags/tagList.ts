import type { Tag, TagEvidence, TagFacet } from './types.js';

/** Tags in the order they were first put. Putting one again adds its evidence, unless that stands there already. */
export class TagList {
  readonly #byName = new Map<string, { name: string; facet: TagFacet; evidence: TagEvidence[] }>();

  put(name: string, facet: TagFacet, evidence: TagEvidence): void {
    const known = this.#byName.get(name);
    if (!known) {
      this.#byName.set(name, { name, facet, evidence: [evidence] });
      return;
    }
    if (known.facet === 'other' && facet === 'library') known.facet = facet; // a model_type named like its library
    if (!known.evidence.some((other) => isSame(other, evidence))) known.evidence.push(evidence);
  }

  add(tag: Tag): void {
    for (const evidence of tag.evidence) this.put(tag.name, tag.facet, evidence);
  }

  get tags(): readonly Tag[] {
    return [...this.#byName.values()];
  }
}

function isSame(a: TagEvidence, b: TagEvidence): boolean {
  return a.rule === b.rule && a.file === b.file && a.key === b.key;
}
