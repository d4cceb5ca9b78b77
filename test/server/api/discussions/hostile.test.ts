import assert from 'node:assert/strict';
import { maxEvents } from '../../../../server/discussions/limits.js';
import { addPerson } from '../../../support/addPerson.js';
import { askApi } from '../../../support/askApi.js';
import { type RealHub, startRealHub } from '../../../support/realHub.js';
import { WebClient } from '../../../support/webClient.js';

describe('discussions that somebody means ill with', function () {
  this.timeout(60_000);
  let hub: RealHub;
  let eve: string;
  let mallory: string;
  let reading: string;
  const talk = '/api/models/admin/talk/discussions';

  before(async () => {
    hub = await startRealHub({ '--demo': 'false' });
    eve = (await addPerson(hub, 'eve')).token;
    mallory = (await addPerson(hub, 'mallory')).token;
    const { accounts } = hub.hub.services;
    reading = accounts.addToken(accounts.userByName('eve')!.id, { label: 'r', role: 'read' }).token;
    for (const [name, isPrivate] of [
      ['talk', false],
      ['secret', true],
    ] as const)
      await askApi(hub, 'POST', '/api/repos/create', { name, private: isPrivate });
    await ask('POST', talk, { title: 'Of eve', description: 'x' }, eve);
    await ask('POST', talk, { title: 'A change', pullRequest: true }, eve);
  });
  after(() => hub?.close());

  const ask = (method: string, place: string, body?: unknown, token?: string | null) =>
    askApi(hub, method, place, body, token);
  const repoId = () => hub.hub.services.catalog.find('model', 'admin', 'talk')!.id;
  const said = (raw: string) => ({ type: 'comment' as const, versions: [{ raw, atMs: 0 }], hidden: null });
  const begun = (title: string) =>
    hub.hub.services.discussions.begin({
      repoId: repoId(),
      authorId: hub.hub.services.accounts.userByName('eve')!.id,
      title,
      text: 'x',
      status: 'open',
      base: null,
    });

  const mine = '1/comment/{id}';
  const forbidden: readonly [string, string, string, object, () => string | null, number][] = [
    ['close those of others', 'POST', '1/status', { status: 'closed' }, () => mallory, 403],
    ['rename those of others', 'POST', '1/title', { title: 'Mine' }, () => mallory, 403],
    ['edit what others said', 'POST', `${mine}/edit`, { content: 'I am a fool' }, () => mallory, 403],
    ['edit as one who owns the repository', 'POST', `${mine}/edit`, { content: 'I am a fool' }, () => hub.token, 403],
    ['hide what others said', 'POST', `${mine}/hide`, {}, () => mallory, 403],
    ['merge without the right to', 'POST', '2/merge', {}, () => eve, 403],
    ['merge by a token that reads', 'POST', '2/merge', {}, () => reading, 403],
    ['propose by a token that reads', 'POST', '', { title: 'x', pullRequest: true }, () => reading, 403],
    ['begin by a token that reads', 'POST', '', { title: 'x' }, () => reading, 403],
    ['comment by a token that reads', 'POST', '1/comment', { comment: 'x' }, () => reading, 403],
    ['comment as nobody', 'POST', '1/comment', { comment: 'x' }, () => null, 401],
    ['take another discussion’s comment', 'POST', '2/comment/{id}/edit', { content: 'x' }, () => eve, 404],
    ['take a status that is none', 'POST', '1/status', { status: 'merged' }, () => eve, 400],
  ];
  for (const [what, method, under, body, token, status] of forbidden)
    it(`do not ${what}`, async () => {
      const { json: before } = await ask('GET', `${talk}/1`);
      const place = `${talk}${under && `/${under.replace('{id}', before.events[0].id)}`}`;
      const answer = await ask(method, place, body, token());
      assert.equal(answer.status, status, answer.text);
      assert.deepEqual((await ask('GET', `${talk}/1`)).json, before);
      assert.equal((await ask('GET', `${talk}/2`)).json.status, 'draft');
    });

  it('say nothing of what is private', async () => {
    const secret = '/api/models/admin/secret/discussions';
    await ask('POST', secret, { title: 'Hidden' });
    const missing = await ask('GET', '/api/models/admin/nothing/discussions/1', undefined, mallory);
    for (const [method, under, body] of [
      ['GET', '', undefined],
      ['GET', '/1', undefined],
      ['POST', '', { title: 'x' }],
      ['POST', '/1/comment', { comment: 'x' }],
      ['POST', '/1/merge', {}],
    ] as const)
      assert.equal((await ask(method, secret + under, body, mallory)).status, missing.status, under);
    const links = async (name: string): Promise<string> => {
      const comment = `admin/${name} @admin [it](/admin/${name}) ![it](/admin/${name}/resolve/main/a.png) #1`;
      const { json } = await ask('POST', `${talk}/1/comment`, { comment }, mallory);
      return (json.newMessage.data.latest.html as string).replaceAll(json.newMessage.id, '').replaceAll(name, 'X');
    };
    assert.equal(await links('secret'), await links('nothing'));
  });

  it('bring no script, form, frame or style of their own into the page', async () => {
    const comment = [
      '<script>alert(1)</script><img src=x onerror=alert(1)><iframe src="/"></iframe><style>*{display:none}</style>',
      '<form action="/logout" method="post"><button name="do" value="merge">Merge</button></form>',
      '<a href="javascript:alert(1)">a</a> [b](javascript:alert(1)) [c](data:text/html,x) <svg onload=alert(1)>',
      '<h3 id="merge">Merged</h3><div class="notice" style="position:fixed">!</div><base href="//evil.example">',
    ].join('\n\n');
    const { json } = await ask('POST', `${talk}/2/comment`, { comment }, mallory);
    const { text } = await new WebClient(hub.url).get('/admin/talk/discussions/2');
    const article = text.slice(text.indexOf(`id="${json.newMessage.id}"`)).split('</article>')[0]!;
    assert.doesNotMatch(
      article,
      /<script|onerror|onload|<iframe|<style|<form|<button|javascript:|data:text|id="merge"|style=|<base|class="notice/i,
    );
    assert.equal(text.match(/id="merge"/g)?.length, 1);
  });

  it('write no more than a bounded text', async () => {
    const million = 'x'.repeat(1_000_000);
    assert.equal((await ask('POST', `${talk}/1/comment`, { comment: million }, eve)).status, 400);
    assert.equal((await ask('POST', talk, { title: 'x', description: million }, eve)).status, 400);
    assert.equal((await ask('POST', talk, { title: million }, eve)).status, 400);
    const client = new WebClient(hub.url);
    await client.logIn('eve');
    for (const [text, status] of [
      [million, 413],
      ['x'.repeat(70_000), 400],
    ] as const) {
      const answer = await client.submit('/admin/talk/discussions/1', { do: 'comment', text });
      assert.equal(answer.status, status, answer.text.slice(0, 300));
    }
    for (const title of ['\u200b\u00ad', '\u3164 \u2800', '\u202e', '\u0000\u0007'])
      assert.equal((await ask('POST', talk, { title }, eve)).status, 400, JSON.stringify(title));
    const { discussions } = hub.hub.services;
    const long = begun('Long');
    for (let count = 0; count < 31; count++) discussions.add(long.id, null, said('y'.repeat(64_000)));
    const room = await ask('POST', `${talk}/${long.num}/comment`, { comment: 'z'.repeat(60_000) }, eve);
    assert.deepEqual([room.status, /at most 2000000 characters/.test(room.text)], [409, true]);
    const first = discussions.events(long.id, { skip: 0, limit: 1 })[0]!.id;
    const edit = { content: 'z'.repeat(60_000) };
    assert.equal((await ask('POST', `${talk}/${long.num}/comment/${first}/edit`, edit, eve)).status, 409);
    assert.equal((await ask('POST', `${talk}/${long.num}/comment`, { comment: 'short' }, eve)).status, 200);
  });

  it('have an end, and are read and closed at it', async () => {
    const { discussions } = hub.hub.services;
    const full = begun('Full');
    for (let count = 1; count < maxEvents; count++)
      discussions.add(full.id, null, { type: 'title-change', from: 'a', to: 'b' });
    const answer = await ask('POST', `${talk}/${full.num}/comment`, { comment: 'more' }, eve);
    assert.equal(answer.status, 409);
    assert.match(answer.text, /at most 2000 events/);
    const page = await new WebClient(hub.url).get(`/admin/talk/discussions/${full.num}?p=999`);
    assert.equal(page.status, 200);
    assert.ok(page.text.length < 500_000);
    assert.equal((await ask('POST', `${talk}/${full.num}/status`, { status: 'closed' }, eve)).status, 200);
    const details = await ask('GET', `${talk}/${full.num}`);
    assert.equal(details.json.events.length, maxEvents + 1);
    assert.equal((await ask('GET', `${talk}?p=100000`)).json.discussions.length, 0);
  });
});
