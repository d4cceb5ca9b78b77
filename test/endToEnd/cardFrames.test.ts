import assert from 'node:assert/strict';
import { cardOf } from '../../server/cards/cardOf.js';
import { git, type RealHub, startRealHub } from '../support/realHub.js';

describe('frames in cards', function () {
  this.timeout(60_000);
  let hub: RealHub;
  before(async () => {
    hub = await startRealHub({ '--demo': 'false', '--card-embed-hosts': 't.example, *.lab' });
    for (const [name, host] of [
      ['named', 't.example'],
      ['other', 'evil.example'],
    ]) {
      const copy = await hub.workingCopy({ 'README.md': `# Runs\n\n<iframe src="https://${host}/r"></iframe>\n` });
      assert.equal((await git(copy, 'push', `${hub.remote}/admin/${name}`, 'main')).code, 0);
    }
  });
  after(() => hub.close());

  const page = async (path: string) => {
    const answer = await fetch(hub.url + path);
    return { html: await answer.text(), policy: answer.headers.get('content-security-policy') ?? '' };
  };

  it('stand in a sandbox where the options name their host, on responses that allow these hosts and no others', async () => {
    const { html, policy } = await page('/admin/named');
    assert.match(html, /<iframe src="https:\/\/t\.example\/r"[^>]*sandbox="/);
    assert.match(policy, /; frame-src t\.example \*\.lab;/);
  });

  it('are links elsewhere, and the response allows none', async () => {
    const { html, policy } = await page('/admin/other');
    assert.match(html, /<a href="https:\/\/evil\.example\/r"/);
    assert.doesNotMatch(html, /<iframe/);
    assert.doesNotMatch(policy, /frame-src/);
    assert.doesNotMatch((await page('/admin/named/blob/main/README.md')).html, /<iframe/);
  });

  it('are not those that other options kept', async () => {
    const { services } = hub.hub;
    const ref = { kind: 'model', owner: 'admin', name: 'named' } as const;
    const { record } = services.index.get(ref)!;
    assert.match((await cardOf(services, ref, record!, 'main'))!.html, /<iframe/);
    const options = { ...services.options, card: { embedHosts: [] } };
    assert.doesNotMatch((await cardOf({ ...services, options }, ref, record!, 'main'))!.html, /<iframe/);
  });
});
