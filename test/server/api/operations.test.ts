import assert from 'node:assert/strict';
import { addressOf } from '../../../server/api/frame/address.js';
import type { Access, Description } from '../../../server/api/frame/operation.js';
import { apiFamilies } from '../../../server/api/index.js';
import { apiReference } from '../../../server/docs/apiReference.js';
import { git, type RealHub, startRealHub } from '../../support/realHub.js';

const operations = apiFamilies.flatMap((family) => family.operations);
const served = apiFamilies.flatMap((family) => ('router' in family ? [] : family.operations));

const narrowWriter = 'writer with a token for another repository';

/** What stands in for the `{…}` of an address. */
const values: Readonly<Record<string, string>> = {
  repoType: 'models',
  namespace: 'admin',
  user: 'admin',
  organization: 'lab',
  rev: 'main',
  path: 'x',
  task: 'fill-mask',
  epoch: 'ab',
  userId: '1',
};

/** Bodies that are looked at before the one who sends them is. */
const bodies: Readonly<Record<string, object>> = { lfsBatch: { operation: 'download', objects: [] } };

function addressFor({ path }: Description, repo: string): string {
  const query = path.endsWith('/info/refs') ? '?service=git-upload-pack' : '';
  return path.replace(/\{(\w+)\}/g, (_, name: string) => (name === 'repo' ? repo : (values[name] ?? 'x'))) + query;
}

describe('the table of the API', () => {
  it('names every operation once', () => {
    const ids = operations.map(({ id }) => id);
    assert.deepEqual(ids, [...new Set(ids)]);
    const addresses = operations.map(({ method, path }) => `${method} ${path}`);
    assert.deepEqual(addresses, [...new Set(addresses)]);
  });

  it('has addresses that find themselves', () => {
    for (const { path } of operations)
      assert.ok(addressOf(path).match(path.replace(/[{}]/g, '').replace('repoType', 'models')));
  });

  it('is told whole on /docs/api', () => {
    const page = apiReference();
    for (const { method, path } of operations) assert.ok(page.includes(`### \`${method} ${path}\``), path);
  });

  describe('of a hub', function () {
    this.timeout(60_000);
    let hub: RealHub;
    let tokens: Readonly<Record<string, string | null>>;

    before(async () => {
      hub = await startRealHub({ '--demo': 'false' });
      const { accounts, catalog } = hub.hub.services;
      const tokenOf = (userId: number, role: 'read' | 'write'): string =>
        accounts.addToken(userId, { label: role, role }).token;
      const stranger = await accounts.addUser({ name: 'stranger', password: 'a long enough secret' });
      const reader = await accounts.addUser({ name: 'reader', password: 'a long enough secret' });
      const writer = await accounts.addUser({ name: 'writer', password: 'a long enough secret' });
      accounts.addOrganization('lab', writer.id);
      accounts.setMember('lab', reader.id, 'read');
      tokens = {
        anonymous: null,
        stranger: tokenOf(stranger.id, 'write'),
        reader: tokenOf(reader.id, 'write'),
        'writer with a read token': tokenOf(writer.id, 'read'),
        writer: tokenOf(writer.id, 'write'),
      };
      await elsewhere(writer.id);
      const copy = await hub.workingCopy({ 'README.md': '# hello\n', x: 'file' });
      const pushed = await git(copy, 'push', `${hub.remote}/lab/secret`, 'main');
      assert.equal(pushed.code, 0, pushed.text);
      catalog.setPrivate(catalog.find('model', 'lab', 'secret')!.id, true);
    });
    after(() => hub?.close());

    /** A token that reaches another repository of the organisation, and no other. */
    async function elsewhere(userId: number): Promise<void> {
      const { accounts, catalog } = hub.hub.services;
      const copy = await hub.workingCopy({ 'README.md': '# other' });
      assert.equal((await git(copy, 'push', `${hub.remote}/lab/other`, 'main')).code, 0);
      const repoId = catalog.find('model', 'lab', 'other')!.id;
      const scopes = [{ permission: 'write' as const, repoId }];
      const { token } = accounts.addToken(userId, { label: 'fine', role: 'write', scopes });
      tokens = { ...tokens, [narrowWriter]: token };
    }

    function ask({ id, method, body }: Description, place: string, token: string | null): Promise<Response> {
      return fetch(hub.url + place, {
        method,
        redirect: 'manual',
        headers: {
          ...(token ? { Authorization: `Bearer ${token}` } : {}),
          ...(body ? { 'Content-Type': 'schema' in body ? 'application/json' : body.mediaType } : {}),
        },
        ...(body ? { body: JSON.stringify(bodies[id] ?? {}) } : {}),
      });
    }

    it('is served as OpenAPI, row by row', async () => {
      const answer = await fetch(`${hub.url}/api/openapi.json`);
      const { openapi, paths } = (await answer.json()) as { openapi: string; paths: Record<string, object> };
      assert.equal(openapi, '3.1.0');
      const listed = Object.entries(paths).flatMap(([path, methods]) =>
        Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
      );
      assert.deepEqual(listed.toSorted(), operations.map(({ method, path }) => `${method} ${path}`).toSorted());
    });

    for (const operation of operations) {
      const { method, path, access } = operation;
      it(`${method} ${path} speaks of what was asked, never of the address`, async () => {
        const answer = await ask(operation, addressFor(operation, 'missing'), hub.token);
        // A push makes what is missing.
        if (path.includes('{repo}') && operation.id !== 'gitReceivePack') {
          assert.equal(answer.headers.get('X-Error-Code'), 'RepoNotFound');
          assert.equal(answer.status, 404);
          return;
        }
        assert.equal(answer.headers.get('X-Error-Code'), null);
        if (namesSomethingElse(path)) return assert.ok([400, 404].includes(answer.status), String(answer.status));
        assert.notEqual(answer.status, 404);
        assert.notEqual(answer.status, 405);
        // This hub runs no models.
        assert.ok(answer.status < 500 || path === '/v2/health/ready', String(answer.status));
      });

      // Elsewhere than at a repository such a token reads, which test/endToEnd/fineGrainedTokens.test.ts looks at.
      const narrow = path.includes('{repo}') ? [narrowWriter] : [];
      for (const who of ['anonymous', 'stranger', 'reader', 'writer with a read token', 'writer', ...narrow]) {
        it(`${method} ${path} lets ${who} do what ${access} says`, async () => {
          const place = addressFor(operation, 'secret').replaceAll('/admin/', '/lab/');
          const answer = await ask(operation, place, tokens[who]!);
          const code = answer.headers.get('X-Error-Code') ?? '';
          const isRefused = answer.status === 401 || answer.status === 403 || code === 'RepoNotFound';
          if (isRefused === mayCall(access, who, isForMembers(path))) {
            assert.fail(`${answer.status} ${await answer.text()}`);
          }
          if (path.includes('{repo}') && who === 'anonymous') assert.equal(answer.status, 401);
          if (path.includes('{repo}') && (who === 'stranger' || who === narrowWriter)) assert.equal(answer.status, 404);
        });
      }
    }

    for (const { method, path } of served) {
      it(`${method} ${path} says which methods it takes`, async () => {
        const answer = await fetch(`${hub.url}${addressFor({ path } as Description, 'missing')}`, {
          method: 'OPTIONS',
        });
        assert.ok(answer.status === 405 || answer.status === 204 || answer.status === 200, String(answer.status));
        if (answer.status === 405) assert.ok(answer.headers.get('Allow')?.split(', ').includes(method));
      });
    }
  });
});

/** Addresses of what this hub has none of: it is missing, and the answer says so in words. */
function namesSomethingElse(path: string): boolean {
  return path.includes('{slug}') || path.includes('{webhook}');
}

/** The repository is a private one of the organisation. */
function isForMembers(path: string): boolean {
  return path.includes('{repo}') || path.includes('/{organization}/settings/');
}

/** Whether the one who asks gets past the door. */
function mayCall(access: Access, who: string, isForMembers: boolean): boolean {
  const isMember = who === 'reader' || (who.startsWith('writer') && who !== narrowWriter);
  if (isForMembers && !isMember) return false;
  switch (access) {
    case 'anyone':
    case 'read':
    case 'fetch':
    case 'infer':
      return true;
    case 'user':
      return who !== 'anonymous';
    case 'writer':
    case 'named':
      return who !== 'anonymous' && who !== 'writer with a read token';
    case 'like':
    case 'discuss':
      return who === 'writer' || who === 'reader';
    case 'write':
    case 'create':
    case 'manage':
      return who === 'writer';
    case 'admin':
    case 'signed':
      return false;
  }
}
