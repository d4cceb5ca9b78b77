import type { SqliteDatabase } from '../../config/database.js';
import type { FacetCount } from './types.js';

/** A tag as the table `tags` has it. */
export interface FacetTag {
  readonly facet: string;
  readonly name: string;
}

/** What is counted of a repository. */
export interface Counted {
  readonly task: string | null;
  readonly isReady: boolean;
  readonly tags: readonly FacetTag[];
}

/** Of those that answer now, as the Hub's addresses call them. */
const warm: FacetTag = { facet: 'inference', name: 'warm' };

function ofTask(name: string): FacetTag {
  return { facet: 'task', name };
}

/**
 * Which tags each repository has, in memory: counting those of ten thousand repositories takes a millisecond or two, where SQL takes
 * some hundred times as long. Read from the database when first asked, then told of each change.
 */
export class TagCounts {
  readonly #db: SqliteDatabase;
  /** By repository: numbers of its tags. Null until somebody asks. */
  #tagsOf: Map<number, Uint32Array> | null = null;
  readonly #tags: FacetTag[] = [];
  readonly #numbers = new Map<string, number>();
  /** By facet: numbers of its tags in the order of their names; absent when there are new ones. */
  readonly #ordered = new Map<string, readonly number[]>();

  constructor(db: SqliteDatabase) {
    this.#db = db;
  }

  put(id: number, { task, isReady, tags }: Counted): void {
    const others = tags.filter(({ facet }) => facet !== 'task');
    const counted = [...others, ...(task === null ? [] : [ofTask(task)]), ...(isReady ? [warm] : [])];
    this.#tagsOf?.set(id, Uint32Array.from(new Set(counted.map((tag) => this.#numberOf(tag)))));
  }

  setReady(id: number, isReady: boolean): void {
    const number = this.#numberOf(warm);
    const others = this.#tagsOf?.get(id)?.filter((one) => one !== number) ?? [];
    this.#tagsOf?.set(id, Uint32Array.from(isReady ? [...others, number] : others));
  }

  remove(id: number): void {
    this.#tagsOf?.delete(id);
  }

  /** How many of these repositories carry each value, by facet, the most frequent first. A task counts for those whose own it is. */
  count(ids: readonly number[], facets: readonly string[], limit: number): Record<string, readonly FacetCount[]> {
    const tagsOf = this.#load();
    const counts = new Uint32Array(this.#tags.length);
    for (const id of ids) for (const tag of tagsOf.get(id) ?? []) counts[tag]! += 1;
    return Object.fromEntries(facets.map((facet) => [facet, this.#mostFrequent(facet, counts).slice(0, limit)]));
  }

  #load(): Map<number, Uint32Array> {
    if (this.#tagsOf) return this.#tagsOf;
    const numbersOf = new Map<number, number[]>();
    const add = (tag: FacetTag, ids: string): void => {
      const number = this.#numberOf(tag);
      for (const id of ids.split(',').map(Number)) {
        const numbers = numbersOf.get(id);
        if (numbers) numbers.push(number);
        else numbersOf.set(id, [number]);
      }
    };
    // A row a tag, not one a tag and repository: strings are what takes time.
    const carried = this.#db.prepare<[], FacetTag & { ids: string }>(
      "SELECT facet, name, group_concat(repo_id) AS ids FROM tags WHERE facet != 'task' GROUP BY facet, name",
    );
    for (const { ids, ...tag } of carried.iterate()) add(tag, ids);
    const tasks = this.#db.prepare<[], { name: string; ids: string }>(
      'SELECT task AS name, group_concat(id) AS ids FROM repos WHERE task IS NOT NULL GROUP BY task',
    );
    for (const { name, ids } of tasks.iterate()) add(ofTask(name), ids);
    const ready = this.#db.prepare<[], { ids: string | null }>(
      'SELECT group_concat(id) AS ids FROM repos WHERE ready = 1',
    );
    const { ids } = ready.get()!;
    if (ids !== null) add(warm, ids);
    const loaded = new Map([...numbersOf].map(([id, numbers]) => [id, Uint32Array.from(numbers)]));
    this.#tagsOf = loaded;
    return loaded;
  }

  /** Names that differ in case are one, as in the table. */
  #numberOf({ facet, name }: FacetTag): number {
    const key = `${facet} ${name.toLowerCase()}`;
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    const number = this.#tags.push({ facet, name }) - 1;
    this.#numbers.set(key, number);
    this.#ordered.delete(facet);
    return number;
  }

  #mostFrequent(facet: string, counts: Uint32Array): readonly FacetCount[] {
    const byCount = new Map<number, FacetCount[]>();
    for (const number of this.#inOrder(facet)) {
      const count = counts[number]!;
      if (count === 0) continue;
      const value = { value: this.#tags[number]!.name, count };
      const same = byCount.get(count);
      if (same) same.push(value);
      else byCount.set(count, [value]);
    }
    return [...byCount].sort(([a], [b]) => b - a).flatMap(([, values]) => values);
  }

  #inOrder(facet: string): readonly number[] {
    const known = this.#ordered.get(facet);
    if (known) return known;
    const nameOf = (number: number): string => this.#tags[number]!.name.toLowerCase();
    const numbers = [...this.#tags.keys()]
      .filter((number) => this.#tags[number]!.facet === facet)
      .sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
    this.#ordered.set(facet, numbers);
    return numbers;
  }
}
