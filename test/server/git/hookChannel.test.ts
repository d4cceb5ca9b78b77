import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Duplex } from 'node:stream';
import { executablePath } from '../../../config/env.js';
import { createLog } from '../../../config/log.js';
import { projectRoot } from '../../../config/projectRoot.js';
import { answerHooks, type HookHandlers } from '../../../server/git/hookChannel.js';
import type { PushSession } from '../../../server/git/pushSession.js';

const zero = '0'.repeat(40);
const change = `${zero} ${'1'.repeat(40)} refs/heads/main`;

/** Runs a hook as git does; `hub` holds the other end of descriptor 3. */
function runHook(
  hook: string,
  hub: (channel: Duplex) => void,
  env: Record<string, string> = {},
): Promise<{ code: number | null; text: string }> {
  const child = spawn('sh', [path.join(projectRoot, 'hooks', hook)], {
    env: { PATH: executablePath(), ...env },
    stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
  });
  const channel = child.stdio[3] as Duplex;
  channel.on('error', () => {});
  hub(channel);
  let text = '';
  child.stdout.on('data', (chunk: Buffer) => {
    text += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    text += chunk.toString();
  });
  child.stdin.on('error', () => {});
  child.stdin.end(`${change}\n`);
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, text })));
}

describe('a hook that asks the hub', () => {
  const log = createLog('silent');
  const session = {} as PushSession;
  const handlers = (given: Partial<HookHandlers>): HookHandlers => ({
    preReceive: async () => ({ accepted: true, text: '' }),
    postReceive: async () => '',
    ...given,
  });

  it('hands over the refs and the quarantine, and lets an accepted push go on', async () => {
    const heard: unknown[] = [];
    const preReceive: HookHandlers['preReceive'] = async (_session, { signal: _signal, ...said }) => {
      heard.push(said);
      return { accepted: true, text: 'one\ntwo \\n "three"\n' };
    };
    const given = await runHook(
      'pre-receive',
      (channel) => answerHooks(channel, session, { handlers: handlers({ preReceive }), log }),
      {
        GIT_OBJECT_DIRECTORY: '/a b/incoming',
        GIT_ALTERNATE_OBJECT_DIRECTORIES: '/a b/objects',
        GIT_QUARANTINE_PATH: '/a b/incoming',
      },
    );
    assert.deepEqual(given, { code: 0, text: 'one\ntwo \\n "three"\n' });
    assert.deepEqual(heard, [{ lines: `ref ${change}`, objectFolder: '/a b/incoming', alternates: '/a b/objects' }]);
  });

  const closed: readonly (readonly [string, (channel: Duplex) => void])[] = [
    ['the hub is gone', (channel) => channel.destroy()],
    ['the hub goes away before it answers', (channel) => void channel.once('data', () => channel.destroy())],
    ['the answer is cut off', (channel) => void channel.once('data', () => channel.end('say all is w'))],
    [
      'the answer ends without a verdict',
      (channel) => void channel.once('data', () => channel.end('say all is well\n')),
    ],
    [
      'the answer is none of ours',
      (channel) => void channel.once('data', () => channel.end('HTTP/1.1 200 OK\n\naccept\n')),
    ],
    [
      'the check fails',
      (channel) =>
        answerHooks(channel, session, {
          handlers: handlers({ preReceive: () => Promise.reject(new Error('no disk')) }),
          log,
        }),
    ],
  ];
  for (const [what, hub] of closed) {
    it(`refuses the push when ${what}`, async () => {
      const { code, text } = await runHook('pre-receive', hub);
      assert.equal(code, 1);
      assert.match(text, /did not check|could not check/);
    });
  }

  it('gives a check up when git went away', async () => {
    const given = new Promise<boolean>((resolve) => {
      const preReceive: HookHandlers['preReceive'] = (_session, { signal }) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => {
            resolve(true);
            reject(signal.reason as Error);
          });
        });
      void runHook('pre-receive', (channel) => {
        answerHooks(channel, session, { handlers: handlers({ preReceive }), log });
        setTimeout(() => channel.destroy(), 100);
      });
    });
    assert.equal(await given, true);
  });

  describe('after the refs moved', () => {
    let spool = '';
    before(async () => {
      spool = await mkdtemp(path.join(tmpdir(), 'spool-'));
      await mkdir(path.join(spool, 'tmp'));
      await mkdir(path.join(spool, 'new'));
    });
    after(() => rm(spool, { recursive: true, force: true }));
    const environment = (job: string): Record<string, string> => ({
      HUBSTEAD_SPOOL: spool,
      HUBSTEAD_JOB: job,
      HUBSTEAD_JOB_HEAD: 'hubstead-job 1\nrepo model ada small\npusher ada',
      HUBSTEAD_PAGE: 'http://hub/ada/small',
    });

    it('leaves a job and prints the report', async () => {
      const postReceive: HookHandlers['postReceive'] = async (_session, said) => JSON.stringify(said);
      const given = await runHook(
        'post-receive',
        (channel) => answerHooks(channel, session, { handlers: handlers({ postReceive }), log }),
        {
          ...environment('1.job'),
          GIT_PUSH_OPTION_COUNT: '2',
          GIT_PUSH_OPTION_0: '"; exit 9',
          GIT_PUSH_OPTION_1: 'quiet',
        },
      );
      assert.deepEqual(given, { code: 0, text: `${JSON.stringify({ lines: `ref ${change}`, isQuiet: true })}\n` });
      assert.equal(
        await readFile(path.join(spool, 'new', '1.job'), 'utf8'),
        `hubstead-job 1\nrepo model ada small\npusher ada\nref ${change}\n`,
      );
    });

    it('leaves a job when the hub is gone, and says where the page will be', async () => {
      const given = await runHook('post-receive', (channel) => channel.destroy(), environment('2.job'));
      assert.deepEqual(given, { code: 0, text: 'Still indexing: http://hub/ada/small\n' });
      assert.ok(existsSync(path.join(spool, 'new', '2.job')));
    });
  });
});
