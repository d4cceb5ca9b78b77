import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import http, { type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { failuresUntilDisabled } from '../../server/webhooks/webhooks.js';
import { addPerson } from '../support/addPerson.js';
import { askApi } from '../support/askApi.js';
import { git, type RealHub, startRealHub } from '../support/realHub.js';
import { until } from '../support/until.js';

interface Payload {
  readonly event: { readonly action: string; readonly scope: string };
  readonly repo: {
    readonly name: string;
    readonly id: string;
    readonly owner: { readonly id: string };
    readonly private: boolean;
    readonly headSha?: string;
    readonly url: { readonly web: string };
  };
  readonly updatedRefs?: readonly {
    readonly ref: string;
    readonly oldSha: string | null;
    readonly newSha: string | null;
  }[];
  readonly updatedConfig?: Readonly<Record<string, unknown>>;
  readonly movedTo?: { readonly name: string };
  readonly discussion?: { readonly title: string; readonly status: string; readonly url: { readonly web: string } };
  readonly comment?: { readonly content?: string };
  readonly webhook: { readonly id: string; readonly version: number };
}
interface Hook {
  readonly id: string;
  readonly url: string;
  readonly domains: readonly string[];
  readonly watched: readonly { readonly type: string; readonly name: string }[];
  readonly secret: string | null;
  readonly disabled: boolean;
}

describe('webhooks', function () {
  this.timeout(60_000);
  let hub: RealHub;
  let receiver: Server;
  let url: string;
  let hook: Hook;
  let eve: string;
  let status = 200;
  const came: {
    readonly headers: IncomingHttpHeaders;
    readonly body: Payload;
    readonly text: string;
    readonly path: string;
  }[] = [];
  const cameTo = (path: string): readonly string[] =>
    came.filter((each) => each.path === path).map(({ body: { event } }) => `${event.scope} ${event.action}`);

  before(async () => {
    receiver = http.createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const text = Buffer.concat(chunks).toString();
        const body = JSON.parse(text) as Payload;
        came.push({ headers: request.headers, body, text, path: request.url ?? '' });
        response.writeHead(status, { Location: '/elsewhere' }).end('an answer that nobody reads');
      });
    });
    await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}`;
    hub = await startRealHub(
      { '--demo': 'false', '--webhooks-allow-private': 'true' },
      { deliveries: { retryMs: [10, 10], timeoutMs: 5000 } },
    );
    eve = (await addPerson(hub, 'eve')).token;
  });
  after(async () => {
    await hub?.close();
    receiver?.close();
    receiver?.closeAllConnections();
  });

  const ask = (method: string, path: string, body?: object, token?: string) => askApi(hub, method, path, body, token);
  async function make(body: object, token = hub.token): Promise<Hook> {
    const { status, json } = await ask('POST', '/api/settings/webhooks', body, token);
    assert.equal(status, 200, JSON.stringify(json));
    return (json as { webhook: Hook }).webhook;
  }

  it('are made, listed, changed, and seen by nobody else', async () => {
    hook = await make({ url: `${url}/all`, watched: [{ type: 'user', name: 'ADMIN' }], secret: 's3cret' });
    assert.deepEqual(hook.watched, [{ type: 'user', name: 'admin' }]);
    assert.deepEqual(hook.domains, ['repo', 'discussion']);
    const changed = await ask('POST', `/api/settings/webhooks/${hook.id}`, {
      watched: [],
      domains: ['repo', 'discussions'],
    });
    assert.deepEqual((changed.json as { webhook: Hook }).webhook, hook);
    assert.deepEqual((await ask('GET', '/api/settings/webhooks')).json, [hook]);
    assert.deepEqual((await ask('GET', '/api/settings/webhooks', undefined, eve)).json, []);
    for (const [method, under] of [
      ['GET', ''],
      ['POST', ''],
      ['POST', '/disable'],
      ['DELETE', ''],
    ] as const)
      assert.equal(
        (await ask(method, `/api/settings/webhooks/${hook.id}${under}`, method === 'POST' ? {} : undefined, eve))
          .status,
        404,
      );
  });

  it('tell of a push what moved, with the secret', async () => {
    const copy = await hub.workingCopy({ 'README.md': '# hello\n' });
    assert.equal((await git(copy, 'push', `${hub.remote}/admin/m1`, 'main')).code, 0);
    await until('it came', () => cameTo('/all').length === 2);
    assert.deepEqual(cameTo('/all'), ['repo create', 'repo.content update']);
    const { headers, body, text } = came.at(-1)!;
    assert.equal(headers['x-webhook-secret'], 's3cret');
    assert.equal(headers['x-hub-signature-256'], `sha256=${createHmac('sha256', 's3cret').update(text).digest('hex')}`);
    assert.equal(headers.authorization, undefined);
    const { _id } = (await ask('GET', '/api/models/admin/m1')).json as { _id: string };
    assert.equal(body.repo.id, _id);
    const { id } = (await ask('GET', '/api/whoami-v2')).json as { id: string };
    assert.equal(body.repo.owner.id, id);
    const [moved] = body.updatedRefs!;
    assert.deepEqual([moved?.ref, moved?.oldSha, moved?.newSha], ['refs/heads/main', null, body.repo.headSha]);
    assert.equal(body.repo.url.web, `${hub.url}/admin/m1`);
    assert.deepEqual(body.webhook, { id: hook.id, version: 3 });
  });

  it('tell only what their owner may read', async () => {
    await make({ url: `${url}/eve`, watched: [{ type: 'user', name: 'admin' }] }, eve);
    await ask('PUT', '/api/models/admin/m1/settings', { visibility: 'private' });
    await until('it came', () => cameTo('/all').includes('repo.config update'));
    assert.deepEqual(came.at(-1)!.body.updatedConfig, { private: true });
    await ask('PUT', '/api/models/admin/m1/settings', { visibility: 'public' });
    await until('it came', () => cameTo('/eve').length > 0);
    assert.deepEqual(cameTo('/eve'), ['repo.config update']);
    assert.deepEqual(came.find(({ path }) => path === '/eve')!.body.updatedConfig, { private: false });
  });

  it('tell of discussions and of what is said in them', async () => {
    await make({ url: `${url}/talk`, watched: [{ type: 'model', name: 'admin/m1' }], domains: ['discussions'] });
    const place = '/api/models/admin/m1/discussions';
    assert.equal((await ask('POST', place, { title: 'A question', description: 'Why?' })).status, 200);
    const { json } = await ask('POST', `${place}/1/comment`, { comment: 'Because.' });
    const { id } = (json as { newMessage: { id: string } }).newMessage;
    await ask('POST', `${place}/1/comment/${id}/hide`);
    await ask('POST', `${place}/1/status`, { status: 'closed' });
    await until('all came', () => cameTo('/talk').length === 4);
    assert.deepEqual(cameTo('/talk'), [
      'discussion create',
      'discussion.comment create',
      'discussion.comment update',
      'discussion update',
    ]);
    const [begun, said, hidden, closed] = came.filter(({ path }) => path === '/talk').map(({ body }) => body);
    assert.deepEqual([begun?.discussion?.title, begun?.discussion?.status], ['A question', 'open']);
    assert.deepEqual([said?.comment?.content, hidden?.comment?.content], ['Because.', undefined]);
    assert.equal(closed?.discussion?.status, 'closed');
    assert.equal(closed?.discussion?.url.web, `${hub.url}/admin/m1/discussions/1`);
  });

  it('tell of a move and of a deletion', async () => {
    await make({ url: `${url}/m1`, watched: [{ type: 'model', name: 'admin/m1' }] });
    await ask('POST', '/api/repos/move', { fromRepo: 'admin/m1', toRepo: 'admin/m2', type: 'model' });
    await until('it came', () => cameTo('/m1').includes('repo move'));
    assert.equal(came.find(({ path }) => path === '/m1')!.body.movedTo?.name, 'admin/m2');
    await ask('DELETE', '/api/repos/delete', { name: 'm2' });
    await until('it came', () => cameTo('/all').includes('repo delete'));
  });

  it('that fail are tried again, follow no redirect, and are disabled at last', async () => {
    const failing = await make({ url: `${url}/failing`, watched: [{ type: 'user', name: 'admin' }] });
    const { webhooks, wakeWebhooks } = hub.hub.services;
    const disabled = (): boolean => webhooks.byId(failing.id)!.disabled;
    status = 302;
    webhooks.queue(failing.id, 'test', JSON.stringify({ event: { scope: 'test', action: 'update' } }));
    wakeWebhooks();
    await until('it came', () => webhooks.last(failing.id, 1)[0]?.dueMs === null);
    assert.deepEqual([webhooks.last(failing.id, 1)[0]?.tries, webhooks.last(failing.id, 1)[0]?.status], [3, 302]);
    assert.equal(cameTo('/failing').length, 3);
    assert.equal(cameTo('/elsewhere').length, 0);
    for (let count = 0; count < failuresUntilDisabled; count += 1)
      webhooks.queue(failing.id, 'test', JSON.stringify({ event: { scope: 'test', action: 'update' } }));
    wakeWebhooks();
    await until('it came', disabled);
    status = 200;
    assert.equal((await ask('POST', `/api/settings/webhooks/${failing.id}/enable`)).status, 200);
    assert.equal(disabled(), false);
    assert.equal((await ask('POST', `/api/settings/webhooks/${failing.id}/disable`)).status, 200);
    assert.equal(disabled(), true);
    assert.equal((await ask('DELETE', `/api/settings/webhooks/${failing.id}`)).status, 200);
    assert.equal(webhooks.byId(failing.id), null);
  });

  it('wait in a bounded queue', async () => {
    const waiting = await make({ url: `${url}/full`, watched: [{ type: 'user', name: 'admin' }] });
    const { webhooks } = hub.hub.services;
    let queued = 0;
    while (queued < 2000 && webhooks.queue(waiting.id, 'test', '{}')) queued += 1;
    assert.equal(queued, 1000);
    await ask('DELETE', `/api/settings/webhooks/${waiting.id}`);
  });

  const watched = [{ type: 'user', name: 'admin' }];
  const refused: readonly [string, object, number][] = [
    ['an address that is none', { url: 'nowhere', watched }, 400],
    ['an address of clouds’ secrets', { url: 'http://169.254.169.254/', watched }, 400],
    ['nothing that is watched', { url: 'http://127.0.0.1:8080/', watched: [] }, 400],
    ['a kind that is not here', { url: 'http://127.0.0.1:8080/', watched: [{ type: 'bucket', name: 'a/b' }] }, 400],
    ['somebody unknown', { url: 'http://127.0.0.1:8080/', watched: [{ type: 'user', name: 'zoe' }] }, 404],
    [
      'a repository that is not there',
      { url: 'http://127.0.0.1:8080/', watched: [{ type: 'model', name: 'a/b' }] },
      404,
    ],
    ['a job', { jobSourceId: 'x', watched }, 400],
    ['a secret that is no header', { url: 'http://127.0.0.1:8080/', watched, secret: 'a\r\nb: c' }, 400],
    ['a domain that is none', { url: 'http://127.0.0.1:8080/', watched, domains: ['jobs'] }, 400],
  ];
  for (const [what, body, code] of refused)
    it(`refuse ${what}`, async () => assert.equal((await ask('POST', '/api/settings/webhooks', body)).status, code));
});
