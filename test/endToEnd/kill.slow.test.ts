import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { dataFolder } from '../../config/dataFolder.js';
import { startHubProcess } from '../support/hubProcess.js';
import { git } from '../support/realHub.js';

/*
 * The whole hub dies by SIGKILL, and its git children with it, at moments of a push that the data folder shows. Whatever
 * the moment: the next start takes the lock over, what the refs say is what index, page and clone say, the spool is empty,
 * and the next push goes through.
 */

const name = 'killed';
const repo = { kind: 'model', owner: 'admin', name } as const;

interface Moment {
  readonly what: string;
  /** Whether the moment has come. */
  reached(data: ReturnType<typeof dataFolder>): Promise<boolean>;
  readonly refMoved: boolean;
}

const moments: readonly Moment[] = [
  {
    what: 'while objects are in quarantine',
    reached: async (data) =>
      (await namesIn(path.join(data.repository(repo), 'objects'))).some((entry) => /^tmp_objdir-/.test(entry)),
    refMoved: false,
  },
  {
    what: 'as soon as the ref moved',
    reached: async (data) => (await namesIn(path.join(data.repository(repo), 'refs', 'heads'))).includes('pushed'),
    refMoved: true,
  },
  {
    what: 'when the job lies in the spool',
    reached: async (data) => (await namesIn(path.join(data.spool, 'new'))).length > 0,
    refMoved: true,
  },
];

async function namesIn(folder: string): Promise<string[]> {
  return readdir(folder).catch(() => []);
}

async function locksBelow(folder: string): Promise<string[]> {
  return (await readdir(folder, { recursive: true })).filter((entry) => entry.endsWith('.lock'));
}

describe('a hub that is killed in the middle of a push', function () {
  this.timeout(90_000);
  let folder = '';
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'hub-kill-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  async function workingCopy(): Promise<string> {
    const copy = path.join(folder, 'copy');
    await mkdir(copy);
    await git(copy, 'init', '--quiet', '--initial-branch=pushed');
    await writeFile(path.join(copy, 'README.md'), '---\nlicense: mit\ntags: [healed]\n---\n# Killed\n');
    await writeFile(path.join(copy, 'filler.bin'), Buffer.alloc(4_000_000, 7));
    await git(copy, 'add', '--all');
    await git(copy, 'commit', '--quiet', '--message=first');
    return copy;
  }

  for (const moment of moments) {
    it(`heals: ${moment.what}`, async () => {
      const data = dataFolder(path.join(folder, 'data'));
      const copy = await workingCopy();
      const head = (await git(copy, 'rev-parse', 'HEAD')).text.trim();
      const first = await startHubProcess(data.root);
      await first.ready();
      const push = git(copy, 'push', `${first.remote}/admin/${name}`, 'pushed');
      while (!(await moment.reached(data))) await wait(0);
      await first.kill();
      const cut = await push;
      assert.notEqual(cut.code, 0, `the push ended before the kill: ${cut.text}`);

      const second = await startHubProcess(data.root);
      try {
        await second.ready();
        const info = (): Promise<Response> => fetch(`${second.url}/api/models/admin/${name}`);
        const refs = (await git(data.repository(repo), 'for-each-ref', '--format=%(objectname)')).text.trim();
        if (moment.refMoved) assert.equal(refs, head);
        if (refs) {
          for (let n = 0; n < 100 && (await info()).status !== 200; n++) await wait(50);
          const found = (await (await info()).json()) as { sha: string; tags: string[] };
          assert.equal(found.sha, head);
          assert.ok(found.tags.includes('healed'));
          assert.equal((await fetch(`${second.url}/admin/${name}`)).status, 200);
          const cloned = await git(
            folder,
            'clone',
            '--quiet',
            `${second.url}/admin/${name}`,
            path.join(folder, 'clone'),
          );
          assert.equal(cloned.code, 0, cloned.text);
          assert.match((await git(path.join(folder, 'clone'), 'log', '--oneline')).text, /first/);
        } else {
          assert.notEqual((await info()).status, 200);
        }
        assert.deepEqual(await namesIn(path.join(data.spool, 'new')), []);
        assert.deepEqual(await locksBelow(data.repositories), []);
        await git(copy, 'commit', '--quiet', '--allow-empty', '--message=second');
        const again = await git(copy, 'push', `${second.remote}/admin/${name}`, 'pushed');
        assert.equal(again.code, 0, again.text);
        assert.equal(
          ((await (await info()).json()) as { sha: string }).sha,
          (await git(copy, 'rev-parse', 'HEAD')).text.trim(),
        );
      } finally {
        assert.equal(await second.stop(), 0);
      }
    });
  }
});
