import assert from 'node:assert/strict';
import type { ModelRecord } from '../../../../indexer/tags/types.js';
import type { RepoRow } from '../../../../server/accounts/types.js';
import { newestVersion } from '../../../../server/pages/model/newVersion.js';

const row = (id: string): RepoRow => {
  const [owner, name] = id.split('/') as [string, string];
  return { ref: { kind: 'model', owner, name }, state: 'active' } as RepoRow;
};

/** The newest version of `a/1`. Each row says what a card leads to; `hidden` may not be read by the viewer. */
function newest(chain: Readonly<Record<string, string>>, hidden = '') {
  const here = Object.keys(chain);
  const find = (_: string, owner: string, name: string) =>
    here.includes(`${owner}/${name}`) ? row(`${owner}/${name}`) : null;
  const services = {
    catalog: { find, movedTo: () => null },
    can: (_: unknown, __: unknown, { ref }: RepoRow) => `${ref.owner}/${ref.name}` !== hidden,
    index: {
      get: ({ owner, name }: RepoRow['ref']) => ({ record: { newVersion: chain[`${owner}/${name}`] || undefined } }),
    },
  } as unknown as Parameters<typeof newestVersion>[0];
  const record = { newVersion: chain['a/1'] } as ModelRecord;
  return newestVersion(services, { kind: 'anonymous' }, row('a/1'), record)?.id ?? null;
}

describe('the newest version of a model', () => {
  for (const [what, chain, expected] of [
    ['is none where its card names none', { 'a/1': '' }, null],
    ['is the last of the chain', { 'a/1': 'a/2', 'a/2': 'b/3', 'b/3': '' }, 'b/3'],
    ['is the last before a circle closes', { 'a/1': 'a/2', 'a/2': 'a/1' }, 'a/2'],
    ['is the last one that is here', { 'a/1': 'a/2', 'a/2': 'far/away' }, 'a/2'],
    ['is named where it is elsewhere', { 'a/1': 'far/away' }, 'far/away'],
  ] as const) {
    it(what, () => assert.equal(newest(chain as Readonly<Record<string, string>>), expected));
  }

  it('is not told to those who may not see it', () =>
    assert.equal(newest({ 'a/1': 'a/2', 'a/2': 'a/3', 'a/3': '' }, 'a/3'), 'a/2'));

  it('is found in bounded time', () => {
    const chain = Object.fromEntries(Array.from({ length: 1000 }, (_, n) => [`a/${n + 1}`, `a/${n + 2}`]));
    assert.equal(newest(chain), 'a/21');
  });
});
