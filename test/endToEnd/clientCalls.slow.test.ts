import assert from 'node:assert/strict';
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { testEnvironment } from '../../config/env.js';
import { projectRoot } from '../../config/projectRoot.js';
import { type ClientCoverage, clientCoverage, clientCoverageFile } from '../../server/docs/clientCoverage.js';
import { runCalls } from '../clients/runCalls.js';
import { git, type RealHub, startRealHub } from '../support/realHub.js';
import { requireClients, requireHubClient } from '../support/require.js';

const embedder = 'admin/embedder';

interface Run {
  readonly client: string;
  readonly outcomes: (context: Mocha.Context, hub: RealHub, home: string) => ReturnType<typeof runCalls>;
}

function python(client: string, release: string, environment: Readonly<Record<string, string>> = {}): Run {
  return {
    client,
    outcomes: (context, hub, home) =>
      runCalls(requireHubClient(context, release), ['calls.py'], {
        home,
        environment: { HF_ENDPOINT: hub.url, HF_TOKEN: hub.token, ...environment },
      }),
  };
}

const runs: readonly Run[] = [
  python('huggingface_hub 2', '2'),
  python('huggingface_hub 2, without Xet', '2', { HF_HUB_DISABLE_XET: '1' }),
  python('huggingface_hub 1', '1'),
  python('huggingface_hub 1, without Xet', '1', { HF_HUB_DISABLE_XET: '1' }),
  python('huggingface_hub 0.36', '0', { BIG_FILE_BYTES: '20000000' }),
  {
    client: 'JavaScript',
    outcomes: (context, hub, home) =>
      runCalls(process.execPath, ['calls.mjs', requireClients(context), hub.url, hub.token, embedder], {
        home,
        environment: {},
      }),
  },
];

/** A call that passes today and is not told of on docs/hub/clients.md is as wrong as the other way round. */
describe('calls of the Hub’s own clients', function () {
  this.timeout(20 * 60_000);
  const found: Record<string, ClientCoverage[string]> = {};

  after(async () => {
    if (testEnvironment().updateGolden) {
      await writeFile(clientCoverageFile, `${JSON.stringify({ ...clientCoverage(), ...found }, null, 2)}\n`);
    }
  });

  for (const { client, outcomes } of runs) {
    it(`of ${client} are those that docs/client-coverage.json lists`, async function () {
      const home = await mkdtemp(path.join(tmpdir(), 'client-'));
      const hub = await startRealHub({ '--demo': 'false' });
      try {
        await pushEmbedder(hub);
        const made = await outcomes(this, hub, home);
        const failed = made.filter(({ passed }) => !passed);
        for (const { call, why } of failed) process.stdout.write(`      ${call}: ${why}\n`);
        found[client] = {
          passed: made.filter(({ passed }) => passed).map(({ call }) => call),
          failed: failed.map(({ call }) => call),
        };
        if (!testEnvironment().updateGolden) assert.deepEqual(found[client], clientCoverage()[client]);
      } finally {
        await hub.close();
        await rm(home, { recursive: true, force: true });
      }
    });
  }
});

async function pushEmbedder(hub: RealHub): Promise<void> {
  const copy = await hub.workingCopy({ 'first.txt': 'first' });
  await cp(path.join(projectRoot, 'test', 'fixtures', 'models', 'minilm-sentence'), copy, { recursive: true });
  await git(copy, 'add', '--all');
  await git(copy, 'commit', '--quiet', '--message=model');
  const pushed = await git(copy, 'push', `${hub.remote}/${embedder}`, 'main');
  assert.equal(pushed.code, 0, pushed.text);
}
