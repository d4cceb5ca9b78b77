import type { Tag, TagEvidence, TagFacet } from './types.js';

/** Tags in the order they were first put; putting one again adds its evidence. */
export class TagList {
  readonly #byName = new Map<string, { name: string; facet: TagFacet; evidence: TagEvidence[] }>();

  put(name: string, facet: TagFacet, evidence: TagEvidence): void {
    const known = this.#byName.get(name);
    if (known) known.evidence.push(evidence);
    else this.#byName.set(name, { name, facet, evidence: [evidence] });
  }

  add(tag: Tag): void {
    for (const evidence of tag.evidence) this.put(tag.name, tag.facet, evidence);
  }

  get tags(): readonly Tag[] {
    return [...this.#byName.values()];
  }
}
