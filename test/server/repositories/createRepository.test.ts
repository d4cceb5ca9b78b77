import assert from 'node:assert/strict';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { type HubError, toHubError } from '../../../config/errors.js';
import { serveOperations } from '../../../server/api/frame/serveOperations.js';
import { createRepo } from '../../../server/api/repositories/createRepo.js';
import { authenticate } from '../../../server/authenticate.js';
import { createRepository } from '../../../server/repositories/createRepository.js';
import { type FakeHub, fakeHub } from '../../support/fakeServices.js';
import { startPageServer } from '../../support/pageServer.js';
import { type RealHub, startRealHub } from '../../support/realHub.js';
import { WebClient } from '../../support/webClient.js';

describe('making a repository', () => {
  let hub: FakeHub;

  beforeEach(() => {
    hub = fakeHub();
    hub.addUser('marie', { email: 'marie@example.org' });
  });

  describe('by the form', () => {
    it('leads to the repository, whose first commit has the LFS patterns and the licence', async () => {
      const server = await startPageServer(hub.services);
      try {
        const client = new WebClient(server.url);
        await client.logIn('marie');
        const made = await client.submit('/new', {
          owner: 'marie',
          name: 'ner-tiny',
          license: 'mit',
          visibility: 'private',
        });
        assert.equal(made.status, 303, made.text);
        assert.equal(made.headers.get('location'), '/marie/ner-tiny');
        assert.equal(hub.rows[0]!.private, true);
        assert.equal(hub.rows[0]!.state, 'active');
        const [commit] = hub.commits;
        assert.equal(commit!.message, 'initial commit');
        const files = new Map(commit!.files.map(({ path, content }) => [path, String(content)]));
        assert.match(files.get('.gitattributes')!, /^\*\.safetensors filter=lfs diff=lfs merge=lfs -text$/m);
        assert.equal(files.get('README.md'), '---\nlicense: mit\n---\n');

        const again = await client.submit('/new', {
          owner: 'marie',
          name: 'NER-tiny',
          license: '',
          visibility: 'public',
        });
        assert.equal(again.status, 409);
        assert.match(again.text, /already taken/);
        for (const [fields, status] of [
          [{ owner: 'marie', name: 'a b' }, 400],
          [{ owner: 'marie', name: '' }, 400],
          [{ owner: 'acme', name: 'x' }, 403],
        ] as const) {
          assert.equal((await client.submit('/new', { ...fields })).status, status);
        }
        assert.equal(
          (await client.submit('/new-dataset', { owner: 'marie', name: 'ner-tiny' })).headers.get('location'),
          '/datasets/marie/ner-tiny',
        );
      } finally {
        await server.close();
      }
    });
  });

  describe('by the API', () => {
    it('answers as the clients of the Hub read it', async () => {
      const { token } = hub.services.accounts.addToken(1, { label: 'x', role: 'write' });
      const weak = hub.services.accounts.addToken(1, { label: 'y', role: 'read' }).token;
      const api = await startApi(hub);
      try {
        const create = api.create;
        const made = await create(token, { name: 'm1', organization: null, visibility: 'private' });
        assert.equal(made.status, 200);
        assert.equal(made.body.url, `${api.url}/marie/m1`);
        assert.equal(made.body.name, 'marie/m1');
        assert.match(String(made.body.id), /^[0-9a-f]{24}$/);
        assert.equal(hub.rows[0]!.private, true);

        const again = await create(token, { name: 'm1' });
        assert.equal(again.status, 409);
        assert.equal(again.body.url, `${api.url}/marie/m1`);
        assert.equal(again.body.error, 'You already created this model repo');

        const dataset = await create(token, { name: 'd1', type: 'dataset', private: false });
        assert.equal(dataset.body.url, `${api.url}/datasets/marie/d1`);
        const withFiles = await create(token, {
          name: 'm2',
          license: 'mit',
          files: [{ path: 'a.txt', content: 'aGk=', encoding: 'base64' }],
        });
        assert.equal(withFiles.status, 200);
        assert.deepEqual(
          hub.commits.at(-1)!.files.map(({ path }) => path),
          ['.gitattributes', 'README.md', 'a.txt'],
        );

        const refused: readonly (readonly [string | null, unknown, number])[] = [
          [null, { name: 'm3' }, 401],
          [weak, { name: 'm3' }, 403],
          [token, { name: 'm3', organization: 'acme' }, 403],
          [token, { name: '../m3' }, 400],
          [token, { name: 'm3', type: 'bucket' }, 400],
          [token, { name: 'm3', license: 'mit\nx: y' }, 400],
          [token, { name: 'm3', files: [{ path: '../x', content: '' }] }, 400],
          [token, { nome: 'm3' }, 400],
          [token, [], 400],
        ];
        for (const [credential, body, status] of refused)
          assert.equal((await create(credential, body)).status, status, JSON.stringify(body));
        assert.equal(hub.rows.length, 3);
      } finally {
        api.close();
      }
    });
  });
});

async function startApi(hub: FakeHub) {
  const app = express();
  app.use(authenticate(hub.services));
  app.use(serveOperations(hub.services, [createRepo]));
  app.use((thrown: unknown, _request: express.Request, response: express.Response, _next: express.NextFunction) => {
    const error: HubError = toHubError(thrown);
    response.status(error.status).json({ error: error.message });
  });
  const server = app.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    close: () => server.close(),
    async create(token: string | null, body: unknown) {
      const response = await fetch(`${url}/api/repos/create`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', ...(token && { Authorization: `Bearer ${token}` }) },
        body: JSON.stringify(body),
      });
      return { status: response.status, body: (await response.json()) as Record<string, unknown> };
    },
  };
}

describe('a repository that is being made', function () {
  this.timeout(60_000);
  let real: RealHub;
  before(async () => {
    real = await startRealHub();
  });
  after(() => real.close());

  it('is nobody’s to see or to make again before its first commit is accepted', async () => {
    const { services } = real.hub;
    const viewer = services.accounts.viewerOfUser(services.accounts.userByName('admin')!, 'session');
    const wanted = { kind: 'model', owner: 'admin', name: 'slow', private: false } as const;
    const { commit } = services.commits;
    let seen = 0;
    Object.assign(services.commits, {
      commit: async (...asked: Parameters<typeof commit>) => {
        seen = (await fetch(`${real.url}/admin/slow`)).status;
        await assert.rejects(createRepository(services, viewer, { ...wanted, name: 'SLOW' }), { code: 'NAME_TAKEN' });
        return commit(...asked);
      },
    });
    await createRepository(services, viewer, wanted);
    Object.assign(services.commits, { commit });
    assert.equal(seen, 404);
    assert.equal((await fetch(`${real.url}/admin/slow`)).status, 200);
  });

  it('is gone when its commit fails, and its name is free', async () => {
    const { services } = real.hub;
    const viewer = services.accounts.viewerOfUser(services.accounts.userByName('admin')!, 'session');
    const wanted = { kind: 'model', owner: 'admin', name: 'broken', private: false } as const;
    const { commit } = services.commits;
    Object.assign(services.commits, { commit: () => Promise.reject(new Error('no disk')) });
    await assert.rejects(createRepository(services, viewer, wanted), /no disk/);
    Object.assign(services.commits, { commit });
    assert.equal(services.catalog.find('model', 'admin', 'broken'), null);
    assert.equal(services.repositories.exists(wanted), false);
    assert.equal((await createRepository(services, viewer, wanted)).state, 'active');
  });
});
