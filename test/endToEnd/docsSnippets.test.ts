import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { seedDemo } from '../../server/demo/seedDemo.js';
import { type RealHub, run, startRealHub } from '../support/realHub.js';
import { requirePython } from '../support/require.js';
import { until } from '../support/until.js';

const entities: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', '#x3C': '<', '#x26': '&' };

/** The code blocks of a page in a language, as a reader would copy them. */
function snippets(html: string, language: string): readonly string[] {
  return [...html.matchAll(new RegExp(`<code class="[^"]*language-${language}">([\\s\\S]*?)</code>`, 'g'))].map(
    ([, code]) => code!.replace(/<[^>]+>/g, '').replace(/&(#?\w+);/g, (whole, name: string) => entities[name] ?? whole),
  );
}

describe('what the documentation tells to type', function () {
  this.timeout(120_000);
  let hub: RealHub;

  before(async () => {
    hub = await startRealHub({ '--demo': 'false' });
    await seedDemo({ hubUrl: hub.url, token: hub.token });
    await until('a page that names the demo model', async () =>
      (await page('models-inference')).includes('/models/admin/demo-sentiment'),
    );
  });
  after(() => hub?.close());

  async function page(slug: string): Promise<string> {
    return (await fetch(`${hub.url}/docs/hub/${slug}`)).text();
  }

  async function runs(program: string, file: string, code: string): Promise<void> {
    await writeFile(path.join(hub.folder, file), code);
    const { code: exit, text } = await run(program, [file], hub.folder);
    assert.equal(exit, 0, text);
    assert.match(text, /POSITIVE/);
  }

  it('runs in a shell as it stands', async () => {
    const [first] = snippets(await page('models-inference'), 'bash');
    await runs('bash', 'ask.sh', first!);
    const [, section] = (await page('models-tasks')).split('id="text-classification"');
    await runs('bash', 'task.sh', snippets(section!, 'bash')[0]!);
  });

  it('asks for tensors as it stands, and names this hub where a client takes its host alone', async () => {
    const [curl] = snippets(await page('models-tensors'), 'bash');
    await writeFile(path.join(hub.folder, 'tensors.sh'), curl!);
    const { text } = await run('bash', ['tensors.sh'], hub.folder);
    assert.match(text, /"logits"/);
    const [triton] = snippets(await page('models-tensors'), 'python');
    assert.ok(triton!.includes(`InferenceServerClient("${new URL(hub.url).host}")`), triton);
    assert.match(triton!, /get_model_metadata\("admin%2Fdemo-sentiment"\)/);
    assert.ok(snippets(await page('security-tokens'), 'bash')[0]!.includes(`@${new URL(hub.url).host}/acme/`));
  });

  it('runs in JavaScript as it stands', async () => {
    const [first] = snippets(await page('models-inference'), 'javascript');
    await runs(process.execPath, 'ask.mjs', first!);
  });

  it('runs in Python as it stands, with its own modules and with the client', async function () {
    const python = requirePython(this);
    const [plain, client] = snippets(await page('models-inference'), 'python');
    await runs(python, 'ask.py', plain!);
    await runs(python, 'client.py', client!);
  });
});
