import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { HubError } from '../../../config/errors.js';
import type { RepoRef } from '../../../config/repo.js';
import type { ModelQuery } from '../../../indexer/search/types.js';
import { openIndexStore } from '../../../indexer/store/openIndexStore.js';
import type { ModelRecord, Tag, TagFacet } from '../../../indexer/tags/types.js';
import type { IndexStore } from '../../../indexer/types.js';

const tag = (name: string, facet: TagFacet): Tag => ({ name, facet, evidence: [{ rule: 'test' }] });
const everything: ModelQuery = {
  kind: 'model',
  tags: [],
  tasks: [],
  licenses: [],
  sort: 'downloads',
  direction: 'descending',
  limit: 30,
  scope: { owners: [] },
};

describe('listing models', () => {
  let folder: string;
  let store: IndexStore;
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'index-'));
    store = openIndexStore(path.join(folder, 'index.sqlite'), folder);
    for (let index = 0; index < 40; index++) {
      const task = index % 2 ? 'fill-mask' : 'text-classification';
      const license = index % 3 ? 'mit' : 'apache-2.0';
      const tags = [
        tag(task, 'task'),
        tag(index % 5 ? 'pytorch' : 'onnx', 'library'),
        tag('en', 'language'),
        tag(`license:${license}`, 'license'),
      ];
      store.put(
        { kind: 'model', owner: index % 4 ? 'ada' : 'Bob', name: `model-${index}` },
        {
          facts: {
            private: index >= 36,
            createdAtMs: index,
            likes: 0,
            trending: 0,
            downloads: index % 7,
            downloadsAllTime: index,
            speed: 0,
            gated: false,
          },
          head: null,
          modifiedAtMs: index,
          record: {
            tags,
            pipelineTag: task,
            license,
            parameters: index < 20 ? { total: index * 1000, byDtype: {}, format: 'safetensors' } : null,
          } as unknown as ModelRecord,
          cardText: '',
        },
      );
    }
  });
  after(async () => {
    store.close();
    await rm(folder, { recursive: true });
  });

  const idsOf = async (query: Partial<ModelQuery>): Promise<string[]> =>
    (await store.list({ ...everything, limit: 100, ...query })).rows.map((row) => row.id);

  it('finds models by the number of their parameters, where that is known', async () => {
    const sized = (least: number, most: number) => idsOf({ parameters: { least, most }, sort: 'created' });
    assert.deepEqual(await sized(17_000, 18_000), ['ada/model-18', 'ada/model-17']);
    assert.equal((await sized(0, Number.MAX_SAFE_INTEGER)).length, 20);
  });

  it('leaves private models out, but for their owners and administrators', async () => {
    assert.equal((await idsOf({})).length, 36);
    assert.equal((await idsOf({ scope: { owners: ['ADA'] } })).length, 39);
    assert.equal((await idsOf({ scope: 'all' })).length, 40);
  });

  it('combines tags by and, tasks and licences by or', async () => {
    const both = await idsOf({ tags: ['onnx', 'en'], tasks: ['fill-mask', 'text-classification'], licenses: ['mit'] });
    assert.deepEqual(
      new Set(both),
      new Set(['ada/model-5', 'ada/model-10', 'Bob/model-20', 'ada/model-25', 'ada/model-35']),
    );
  });

  it('counts an OR facet with its own choice left out, and an AND facet inside the result', async () => {
    const page = await store.list({ ...everything, tasks: ['fill-mask'], withFacets: true });
    assert.deepEqual(page.facets.task, [
      { value: 'fill-mask', count: 18 },
      { value: 'text-classification', count: 18 },
    ]);
    assert.equal(
      page.facets.library?.reduce((sum, one) => sum + one.count, 0),
      18,
    );
  });

  it('counts what there is now: after a change, a hiding, a removal, and in a store that is opened anew', async () => {
    const file = path.join(folder, 'changing.sqlite');
    const other = openIndexStore(file, folder);
    const free = { createdAtMs: 0, likes: 0, trending: 0, downloads: 0, downloadsAllTime: 0, speed: 0, gated: false };
    const put = (name: string, task: string | null, ...tags: Tag[]): void =>
      other.put(
        { kind: 'model', owner: 'ada', name },
        {
          facts: { ...free, private: false },
          head: null,
          modifiedAtMs: 0,
          record: { tags, pipelineTag: task } as unknown as ModelRecord,
          cardText: '',
        },
      );
    const facetsOf = async (from: IndexStore, scope: ModelQuery['scope'] = { owners: [] }) => {
      const { facets } = await from.list({ ...everything, scope, withFacets: true });
      return [facets.task, facets.dataset].map((counts) => counts!.map(({ value, count }) => `${value} ${count}`));
    };
    put('a', 'fill-mask', tag('fill-mask', 'task'), tag('dataset:glue', 'dataset'));
    put('b', 'fill-mask', tag('dataset:GLUE', 'dataset'), tag('dataset:imdb', 'dataset'));
    assert.deepEqual(await facetsOf(other), [['fill-mask 2'], ['dataset:glue 2', 'dataset:imdb 1']]);
    put('b', 'translation', tag('fill-mask', 'task'), tag('dataset:squad', 'dataset'));
    assert.deepEqual(await facetsOf(other), [
      ['fill-mask 1', 'translation 1'],
      ['dataset:glue 1', 'dataset:squad 1'],
    ]);
    other.setFacts({ kind: 'model', owner: 'ada', name: 'a' }, { ...free, private: true });
    const hidden = [['translation 1'], ['dataset:squad 1']];
    assert.deepEqual(await facetsOf(other), hidden);
    assert.equal((await facetsOf(other, 'all'))[0]!.length, 2);
    other.close();
    const again = openIndexStore(file, folder);
    assert.deepEqual(await facetsOf(again), hidden);
    again.remove({ kind: 'model', owner: 'ada', name: 'b' });
    assert.deepEqual(await facetsOf(again), [[], []]);
    again.close();
  });

  it('knows which models answer now: in lists, in counts, after a push, and in a store that is opened anew', async () => {
    const file = path.join(folder, 'ready.sqlite');
    const other = openIndexStore(file, folder);
    const facts = { createdAtMs: 0, likes: 0, trending: 0, downloads: 0, downloadsAllTime: 0, speed: 0, gated: true };
    const refs = ['a', 'b', 'c'].map((name) => ({ kind: 'model' as const, owner: 'ada', name }));
    const put = (ref: RepoRef): void =>
      other.put(ref, {
        facts: { ...facts, private: false },
        head: null,
        modifiedAtMs: 0,
        record: { tags: [tag('inference:warm', 'other')], pipelineTag: null } as unknown as ModelRecord,
        cardText: '',
      });
    const seen = async (from: IndexStore) => {
      const all = await from.list({ ...everything, withFacets: true });
      const ready = await from.list({ ...everything, ready: true, withFacets: true });
      return [all.facets.inference, ready.facets.inference, ready.rows.map(({ name }) => name), ready.total];
    };
    for (const ref of refs) put(ref);
    assert.deepEqual(await seen(other), [[], [], [], 0]);
    for (const ref of refs) other.setReady(ref, ref.name !== 'b');
    const both = [{ value: 'warm', count: 2 }];
    assert.deepEqual(await seen(other), [both, both, ['c', 'a'], 2]);
    put(refs[0]!);
    assert.equal(other.get(refs[0]!)?.ready, true);
    other.setReady(refs[2]!, false);
    const one = [{ value: 'warm', count: 1 }];
    assert.deepEqual(await seen(other), [one, one, ['a'], 1]);
    const forWhom = async (runsFor: ModelQuery['runsFor']) => {
      const { total } = await other.list({ ...everything, ready: true, ...(runsFor && { runsFor }) });
      const { facets } = await other.list({ ...everything, withFacets: true, ...(runsFor && { runsFor }) });
      return [total, facets.inference?.[0]?.count ?? 0];
    };
    assert.deepEqual(await forWhom(undefined), [1, 1]);
    assert.deepEqual(await forWhom({ owners: [], repos: [] }), [0, 0]);
    assert.deepEqual(await forWhom({ owners: ['ADA'], repos: [] }), [1, 1]);
    assert.deepEqual(await forWhom({ owners: [], repos: ['ada/a'] }), [1, 1]);
    assert.deepEqual(await forWhom('nobody'), [0, 0]);
    other.setReady({ kind: 'model', owner: 'ada', name: 'gone' }, true);
    other.close();
    const again = openIndexStore(file, folder);
    assert.deepEqual(await seen(again), [one, one, ['a'], 1]);
    assert.equal(again.get(refs[0]!)?.gated, true);
    again.close();
  });

  it('finds each word in owner or name, without case', async () => {
    assert.deepEqual(await idsOf({ search: 'bob MODEL-12' }), ['Bob/model-12']);
    assert.deepEqual(await idsOf({ search: '%' }), []);
  });

  it('walks all rows once by cursors, in the order of the sort', async () => {
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await store.list({ ...everything, limit: 7, ...(cursor ? { cursor } : {}) });
      seen.push(...page.rows.map((row) => row.id));
      cursor = page.nextCursor ?? undefined;
    } while (cursor);
    assert.deepEqual(seen, await idsOf({}));
    assert.equal(new Set(seen).size, 36);
  });

  it('lists ties in the same order when the index is built anew in another order', async () => {
    const names = ['ada/zeta', 'Bob/alpha', 'ada/Beta', 'ada/alpha', 'Cy/m', 'bea/m'];
    const walks: string[][] = [];
    for (const order of [names, [...names].reverse()]) {
      const fresh = openIndexStore(path.join(folder, `ties-${walks.length}.sqlite`), folder);
      for (const id of order) {
        const [owner, name] = id.split('/') as [string, string];
        const facts = { private: false, createdAtMs: id === 'Cy/m' ? 2 : 1, likes: 0, trending: 0 };
        fresh.put(
          { kind: 'model', owner, name },
          {
            facts: { ...facts, downloads: 0, downloadsAllTime: 0, speed: 0, gated: false },
            head: null,
            modifiedAtMs: 5,
            record: null,
            cardText: '',
          },
        );
      }
      for (const sort of ['trending', 'modified', 'created'] as const) {
        const walk: string[] = [];
        let cursor: string | undefined;
        do {
          const page = await fresh.list({ ...everything, sort, limit: 2, ...(cursor ? { cursor } : {}) });
          walk.push(...page.rows.map((row) => row.id));
          cursor = page.nextCursor ?? undefined;
        } while (cursor);
        assert.deepEqual(walk, ['Cy/m', 'Bob/alpha', 'bea/m', 'ada/zeta', 'ada/Beta', 'ada/alpha']);
        walks.push(walk);
      }
      fresh.close();
    }
    assert.equal(walks.length, 6);
  });

  it('refuses a cursor of another question', async () => {
    const { nextCursor } = await store.list({ ...everything, limit: 5 });
    await assert.rejects(store.list({ ...everything, tags: ['en'], cursor: nextCursor! }), HubError);
    await assert.rejects(store.list({ ...everything, cursor: 'junk' }), HubError);
  });
});
