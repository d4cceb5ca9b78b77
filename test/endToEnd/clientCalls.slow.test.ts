import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { testEnvironment } from '../../config/env.js';
import { projectRoot } from '../../config/projectRoot.js';
import { type ClientCoverage, clientCoverage, clientCoverageFile } from '../../server/docs/clientCoverage.js';
import { callsInBrowser } from '../clients/inBrowser.js';
import { embedder, modelsByTask, pushEmbedder, pushModels } from '../clients/models.js';
import { runCalls } from '../clients/runCalls.js';
import { needsBrowser } from '../support/browser.js';
import { type RealHub, startRealHub } from '../support/realHub.js';
import { requireClients, requireHubClient, requireShared } from '../support/require.js';

const fixtures = path.join(projectRoot, 'test', 'fixtures');
const media = {
  IMAGE: path.join(fixtures, 'images', 'rgb.png'),
  SOUND: path.join(fixtures, 'audio', 'europe.wav'),
};

interface Run {
  readonly client: string;
  readonly outcomes: (context: Mocha.Context, hub: RealHub, home: string) => ReturnType<typeof runCalls>;
}

interface PythonRun {
  readonly release: string;
  readonly program?: string;
  readonly modules?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  /** Puts on the hub what is asked for. */
  readonly prepare?: (context: Mocha.Context, hub: RealHub) => Promise<void>;
}

function python(client: string, { release, program = 'calls.py', modules, environment, prepare }: PythonRun): Run {
  return {
    client,
    outcomes: async (context, hub, home) => {
      const python = requireHubClient(context, release, modules);
      await prepare?.(context, hub);
      return runCalls(python, [program], {
        home,
        environment: { HF_ENDPOINT: hub.url, HF_TOKEN: hub.token, ...environment },
      });
    },
  };
}

const withoutXet = { HF_HUB_DISABLE_XET: '1' };
const libraries = {
  program: 'libraries.py',
  environment: { EMBEDDER: embedder },
  prepare: (_: Mocha.Context, hub: RealHub) => pushEmbedder(hub),
};
const inference = {
  program: 'inference.py',
  environment: { MODELS: JSON.stringify(modelsByTask), ...media },
  prepare: (context: Mocha.Context, hub: RealHub) => pushModels(hub, requireShared(context)),
};

const runs: readonly Run[] = [
  python('huggingface_hub 2', { release: '2' }),
  python('huggingface_hub 2, without Xet', { release: '2', environment: withoutXet }),
  python('huggingface_hub 1', { release: '1' }),
  python('huggingface_hub 1, without Xet', { release: '1', environment: withoutXet }),
  python('huggingface_hub 0.36', { release: '0', environment: { BIG_FILE_BYTES: '20000000' } }),
  python('hf 2', { release: '2', program: 'commands.py' }),
  python('hf 1', { release: '1', program: 'commands.py' }),
  python('datasets 5, transformers 5', { ...libraries, release: '2', modules: ['datasets', 'jinja2', 'transformers'] }),
  python('datasets 3, transformers 4', {
    ...libraries,
    release: '0',
    modules: ['datasets', 'jinja2', 'sentence_transformers', 'torch', 'transformers'],
  }),
  python('InferenceClient of huggingface_hub 2', { ...inference, release: '2', modules: ['numpy', 'PIL'] }),
  python('InferenceClient of huggingface_hub 0.36', { ...inference, release: '0', modules: ['numpy', 'PIL'] }),
  {
    client: 'JavaScript',
    outcomes: async (context, hub, home) => {
      const clients = requireClients(context);
      await pushEmbedder(hub);
      return runCalls(process.execPath, ['calls.mjs', clients, hub.url, hub.token, embedder], {
        home,
        environment: {},
      });
    },
  },
  {
    client: 'JavaScript, in a browser',
    outcomes: async (context, hub) => {
      needsBrowser(context);
      const clients = requireClients(context);
      await pushEmbedder(hub);
      return callsInBrowser(clients, hub);
    },
  },
  {
    client: '@huggingface/inference',
    outcomes: async (context, hub, home) => {
      const clients = requireClients(context);
      await pushModels(hub, requireShared(context));
      return runCalls(process.execPath, ['inference.mjs', clients, hub.url, hub.token, JSON.stringify(modelsByTask)], {
        home,
        environment: media,
      });
    },
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
