import assert from 'node:assert/strict';
import fs from 'node:fs';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import git, { Errors } from 'isomorphic-git';
import http from 'isomorphic-git/http/node';
import { type RealHub, startRealHub } from '../support/realHub.js';

const author = { name: 'Ada', email: 'ada@example.org' };

/** A client that shares no line with git: what it is told must be the protocol, not git's habits. */
describe('isomorphic-git', () => {
  let hub: RealHub;
  let dir: string;

  before(async function () {
    this.timeout(60_000);
    hub = await startRealHub({ '--demo': 'false' });
    dir = path.join(hub.folder, 'isomorphic');
    await git.init({ fs, dir, defaultBranch: 'main' });
  });
  after(() => hub?.close());

  const there = (name = 'pure') => ({
    fs,
    http,
    dir,
    url: `${hub.url}/admin/${name}`,
    onAuth: () => ({ username: 'admin', password: hub.token }),
  });

  async function commit(file: string, text: string): Promise<string> {
    await writeFile(path.join(dir, file), text);
    await git.add({ fs, dir, filepath: file });
    return git.commit({ fs, dir, message: file, author });
  }

  it('makes a repository by its first push, and is told what the hub understood', async () => {
    const oid = await commit('README.md', '---\nlicense: mit\npipeline_tag: fill-mask\n---\n# Pure\n');
    const said: string[] = [];
    const result = await git.push({ ...there(), ref: 'main', onMessage: (text) => void said.push(text) });
    assert.deepEqual([result.ok, result.refs['refs/heads/main']?.ok], [true, true]);
    assert.match(said.join(''), /Task +fill-mask/);
    assert.equal(hub.hub.services.index.get({ kind: 'model', owner: 'admin', name: 'pure' })?.head, oid);
  });

  it('clones it with one commit, and fetches what came after', async () => {
    const second = await commit('config.json', '{"model_type": "bert"}');
    await git.push({ ...there(), ref: 'main' });
    const copy = path.join(hub.folder, 'isomorphic-copy');
    await git.clone({ fs, http, dir: copy, url: `${hub.url}/admin/pure`, depth: 1, singleBranch: true });
    const [log, all] = [await git.log({ fs, dir: copy }), await git.log({ fs, dir })];
    assert.deepEqual([log.length, log[0]!.oid, all.length], [1, second, 2]);
    const third = await commit('note.txt', 'more');
    await git.push({ ...there(), ref: 'main' });
    const fetched = await git.fetch({ fs, http, dir: copy, ref: 'main' });
    assert.equal(fetched.fetchHead, third);
  });

  it('learns why a push is refused', async () => {
    await commit('README.md', '---\nlicense: [\n---\n');
    const said: string[] = [];
    const push = git.push({ ...there(), ref: 'main', onMessage: (text) => void said.push(text) });
    await assert.rejects(push, (error: unknown) => error instanceof Errors.GitPushError);
    assert.match(said.join(''), /README\.md/);
  });

  it('is asked for credentials where a private repository or none may be', async () => {
    const clone = git.clone({ fs, http, dir: path.join(hub.folder, 'none'), url: `${hub.url}/admin/nothing` });
    await assert.rejects(clone, (error: unknown) => error instanceof Errors.HttpError && error.data.statusCode === 401);
  });
});
