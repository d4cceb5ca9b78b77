import assert from 'node:assert/strict';
import { execFile, execFileSync, spawn } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { gitEnvironment } from '../../../config/gitEnvironment.js';
import { seedDemo } from '../../../server/demo/seedDemo.js';

const run = promisify(execFile);
const env = gitEnvironment();

describe('seedDemo', () => {
  let folder: string;
  let server: Server | undefined;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'hubstead-seed-'));
  });
  afterEach(async () => {
    server?.closeAllConnections();
    await new Promise((resolve) => (server ? server.close(resolve) : resolve(undefined)));
    await rm(folder, { recursive: true });
  });

  const listen = async (listener: RequestListener): Promise<string> => {
    server = createServer(listener).listen(0, '127.0.0.1');
    await new Promise((resolve) => server!.once('listening', resolve));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  };
  const leftFolders = async () => (await readdir(tmpdir())).filter((name) => name.startsWith('hubstead-demo-')).sort();

  /** git's own server program as a hub that lets everybody in who shows the token. */
  const gitServer = (): RequestListener => {
    const program = path.join(execFileSync('git', ['--exec-path'], { encoding: 'utf8' }).trim(), 'git-http-backend');
    return (request, response) => {
      if (request.headers.authorization !== 'Bearer hf_secret') {
        response.writeHead(401, { 'WWW-Authenticate': 'Basic' }).end();
        return;
      }
      const url = new URL(request.url!, 'http://hub');
      const child = spawn(program, {
        env: {
          ...env,
          GIT_PROJECT_ROOT: folder,
          GIT_HTTP_EXPORT_ALL: '1',
          REMOTE_USER: 'admin',
          REQUEST_METHOD: request.method,
          PATH_INFO: `${url.pathname.replace('/admin/demo', '/admin/demo.git')}`,
          QUERY_STRING: url.search.slice(1),
          CONTENT_TYPE: request.headers['content-type'] ?? '',
        },
      });
      request.pipe(child.stdin);
      const chunks: Buffer[] = [];
      child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
      child.on('close', () => {
        const answer = Buffer.concat(chunks);
        const end = answer.indexOf('\r\n\r\n');
        for (const line of answer.subarray(0, end).toString().split('\r\n')) {
          const [name, value] = line.split(': ') as [string, string];
          if (name === 'Status') response.statusCode = Number.parseInt(value, 10);
          else response.setHeader(name, value);
        }
        response.end(answer.subarray(end + 4));
      });
    };
  };

  it('pushes the model with real git', async () => {
    const repository = path.join(folder, 'admin', 'demo.git');
    await run('git', ['init', '--quiet', '--bare', '--initial-branch=main', repository], { env });
    const before = await leftFolders();
    const report = await seedDemo({ hubUrl: await listen(gitServer()), token: 'hf_secret', name: 'demo' });
    assert.match(report, /HEAD -> main/);
    const { stdout } = await run('git', ['-C', repository, 'ls-tree', '--name-only', 'main'], { env });
    assert.deepEqual(stdout.trim().split('\n'), [
      'README.md',
      'config.json',
      'model.onnx',
      'tokenizer.json',
      'tokenizer_config.json',
    ]);
    assert.deepEqual(await leftFolders(), before);
  });

  it('says what git said when the hub refuses, and never the token', async () => {
    const hubUrl = await listen((_request, response) => void response.writeHead(401).end());
    await assert.rejects(seedDemo({ hubUrl, token: 'hf_secret' }), (error: Error & { code: string }) => {
      assert.equal(error.code, 'GIT_FAILED');
      assert.match(error.message, /^git push failed: /);
      assert.doesNotMatch(error.message, /hf_secret/);
      return true;
    });
  });

  it('gives up on a hub that does not answer, and leaves nothing behind', async () => {
    const before = await leftFolders();
    const hubUrl = await listen(() => {});
    await assert.rejects(seedDemo({ hubUrl, token: 'hf_secret', timeoutMs: 1000 }), /it took longer than 1000 ms/);
    assert.deepEqual(await leftFolders(), before);
  });

  it('ends at once when the hub closes', async () => {
    const hubUrl = await listen(() => {});
    const closing = new AbortController();
    setTimeout(() => closing.abort(), 500);
    await assert.rejects(seedDemo({ hubUrl, token: 'hf_secret', signal: closing.signal }), /it was ended/);
  });
});
