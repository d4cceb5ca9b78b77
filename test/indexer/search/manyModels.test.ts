import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import type { ModelQuery } from '../../../indexer/search/types.js';
import { openIndexStore } from '../../../indexer/store/openIndexStore.js';
import type { ModelRecord, TagFacet } from '../../../indexer/tags/types.js';
import type { IndexStore } from '../../../indexer/types.js';

/*
 * So many models that some filters look for their rows and others test each: whichever way is taken, the same rows must come as
 * from a list that is looked through from end to end.
 */

const owners = ['ada', 'bob', 'Rare'];
const models = Array.from({ length: 2600 }, (_, at) => ({
  owner: at % 400 === 7 ? 'Rare' : owners[at % 2]!,
  name: `${at % 3 ? 'tiny-bert' : 'BIG_gpt'}-${at}`,
  private: at % 50 === 3,
  created: at,
  likes: at % 11,
  gated: at % 300 === 1,
  ready: at % 200 === 9,
  task: at % 2 ? 'fill-mask' : 'translation',
  license: at % 700 === 0 ? 'rare' : 'mit',
  parameters: at % 4 ? at * 1000 : null,
  tags: ['every', ...(at % 2 ? ['half'] : []), ...(at % 500 === 5 ? ['few'] : []), ...(at % 3 ? [] : ['third'])],
}));
type Model = (typeof models)[number];

const idOf = ({ owner, name }: Model): string => `${owner}/${name}`;

const questions = fc.record(
  {
    tags: fc.subarray(['every', 'half', 'few', 'third', 'none']),
    search: fc.constantFrom('bert', 'BERT', 'gpt-1', 'a', '-25', 'rare/', 'nowhere', '"', '* OR x', '🙂🙂🙂', "b'; --"),
    author: fc.constantFrom('ada', 'RARE', 'nobody'),
    licenses: fc.subarray(['mit', 'rare', 'none']),
    tasks: fc.subarray(['fill-mask', 'translation']),
    parameters: fc.constantFrom({ least: 0, most: 20_000 }, { least: 0, most: 1e12 }, { least: 5, most: 5 }),
    ready: fc.constant(true),
    gated: fc.boolean(),
    sort: fc.constantFrom('created', 'likes', 'parameters'),
    direction: fc.constantFrom('ascending', 'descending'),
  },
  { requiredKeys: [] },
) as fc.Arbitrary<Partial<ModelQuery>>;

function expected(query: ModelQuery): readonly string[] {
  const has = (model: Model): boolean =>
    !model.private &&
    query.tags.every((tag) => model.tags.includes(tag)) &&
    (query.search === undefined || idOf(model).toLowerCase().includes(query.search.toLowerCase())) &&
    (query.author === undefined || model.owner.toLowerCase() === query.author.toLowerCase()) &&
    (query.licenses.length === 0 || query.licenses.includes(model.license)) &&
    (query.tasks.length === 0 || query.tasks.includes(model.task)) &&
    (query.parameters === undefined ||
      (model.parameters !== null &&
        model.parameters >= query.parameters.least &&
        model.parameters <= query.parameters.most)) &&
    (query.ready !== true || model.ready) &&
    (query.gated === undefined || query.gated === model.gated);
  const value = (model: Model): number =>
    query.sort === 'created' ? model.created : query.sort === 'likes' ? model.likes : (model.parameters ?? -1);
  const sign = query.direction === 'ascending' ? 1 : -1;
  return models
    .filter(has)
    .sort((a, b) => sign * (value(a) - value(b) || a.created - b.created))
    .map(idOf);
}

describe('a list of many models', function () {
  this.timeout(120_000);
  let folder: string;
  let store: IndexStore;

  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'index-'));
    store = openIndexStore(path.join(folder, 'index.sqlite'), folder);
    for (const { owner, name, license, ...model } of models) {
      const ref = { kind: 'model', owner, name } as const;
      const tag = (name: string, facet: TagFacet) => ({ name, facet, evidence: [] });
      store.put(ref, {
        facts: {
          private: model.private,
          createdAtMs: model.created,
          likes: model.likes,
          trending: 0,
          downloads: 0,
          downloadsAllTime: 0,
          speed: 0,
          gated: model.gated,
        },
        head: 'a'.repeat(40),
        modifiedAtMs: 0,
        record: {
          tags: [...model.tags.map((one) => tag(one, 'other')), tag(`license:${license}`, 'license')],
          pipelineTag: model.task,
          license,
          parameters: model.parameters === null ? null : { total: model.parameters, byDtype: {}, format: 'gguf' },
        } as unknown as ModelRecord,
        cardText: '',
      });
      if (model.ready) store.setReady(ref, true);
    }
  });
  after(async () => {
    store.close();
    await rm(folder, { recursive: true });
  });

  it('has those that match, in order, on every page, and says how many', async () => {
    await fc.assert(
      fc.asyncProperty(questions, fc.integer({ min: 1, max: 300 }), async (asked, limit) => {
        const query: ModelQuery = {
          ...{ kind: 'model', tags: [], tasks: [], licenses: [], sort: 'created', direction: 'descending' },
          ...asked,
          limit,
          scope: { owners: [] },
        };
        const wanted = expected(query);
        const first = await store.list(query);
        assert.deepEqual(
          first.rows.map(({ id }) => id),
          wanted.slice(0, limit),
        );
        assert.equal(first.total, wanted.length);
        assert.equal(first.nextCursor !== null, wanted.length > limit);
        if (first.nextCursor === null) return;
        const second = await store.list({ ...query, cursor: first.nextCursor });
        assert.deepEqual(
          second.rows.map(({ id }) => id),
          wanted.slice(limit, 2 * limit),
        );
      }),
      { numRuns: 150 },
    );
  });

  it('forgets the name of a repository that is gone', async () => {
    const gone = { kind: 'model', owner: 'ada', name: 'gone-at-once' } as const;
    const { facts } = store.heads()[0]!;
    const search = async () =>
      (
        await store.list({
          ...{ kind: 'model', tags: [], tasks: [], licenses: [], sort: 'created', direction: 'descending' },
          search: 'gone-at',
          limit: 1,
          scope: 'all',
        })
      ).total;
    store.put(gone, { facts, head: null, modifiedAtMs: 0, record: null, cardText: '' });
    assert.equal(await search(), 1);
    store.remove(gone);
    assert.equal(await search(), 0);
  });

  it('tells paths and card of the head alone', () => {
    const repo = { kind: 'model', owner: 'ada', name: 'with-files' } as const;
    const { facts } = store.heads()[0]!;
    const head = 'b'.repeat(40);
    store.put(repo, { facts, head, modifiedAtMs: 0, record: null, cardText: '# card', paths: ['README.md', 'a/ä'] });
    assert.deepEqual(store.paths(repo, head), ['README.md', 'a/ä']);
    assert.equal(store.card(repo, head), '# card');
    assert.equal(store.paths(repo, 'c'.repeat(40)), null);
    assert.equal(store.card(repo, 'c'.repeat(40)), null);
    const many = Array.from({ length: 20_000 }, (_, at) => `files/${at}`);
    store.put(repo, { facts, head, modifiedAtMs: 0, record: null, cardText: 'x'.repeat(300_000), paths: many });
    assert.equal(store.paths(repo, head), null, 'so many are asked of git');
    assert.equal(store.card(repo, head), null, 'it was cut');
    store.remove(repo);
  });
});
