import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { isQueryFile } from '../../config/vocabulary/queryFiles.js';
import { git, type RealHub, startRealHub } from '../support/realHub.js';

describe('downloads', function () {
  this.timeout(60_000);
  let hub: RealHub;
  let copy: string;
  before(async () => {
    hub = await startRealHub();
    copy = await hub.workingCopy({ 'config.json': '{"model_type":"bert"}', 'README.md': '# one\n' });
    await push();
  });
  after(() => hub.close());

  const push = async (): Promise<void> => {
    const pushed = await git(copy, 'push', `${hub.remote}/admin/counted`, 'main');
    assert.equal(pushed.code, 0, pushed.text);
  };
  const count = (): number => {
    const { catalog } = hub.hub.services;
    return catalog.downloads(catalog.find('model', 'admin', 'counted')!.id, Date.now()).last30Days;
  };
  const clone = (name: string, ...args: string[]): Promise<{ code: number; text: string }> =>
    git(hub.folder, 'clone', ...args, `${hub.url}/admin/counted`, path.join(hub.folder, name));

  it('count one for each clone, whatever its kind, and none for a fetch, a listing or a missing blob', async () => {
    const kinds = [[], ['--depth=1'], ['-c', 'protocol.version=0'], ['--filter=blob:none', '--no-checkout']];
    for (const [place, args] of kinds.entries()) {
      const { code, text } = await clone(`clone-${place}`, ...args);
      assert.equal(code, 0, text);
      assert.equal(count(), place + 1, args.join(' '));
    }
    await git(path.join(hub.folder, 'clone-3'), 'checkout', 'main');
    assert.match(await readFile(path.join(hub.folder, 'clone-3', 'README.md'), 'utf8'), /one/);
    await git(copy, 'commit', '--allow-empty', '--message=two');
    await push();
    await git(path.join(hub.folder, 'clone-0'), 'pull');
    await git(hub.folder, 'ls-remote', `${hub.url}/admin/counted`);
    assert.equal(count(), kinds.length);
  });

  it('count the file by which a library knows a model, and no other', async () => {
    const before = count();
    await fetch(`${hub.url}/admin/counted/resolve/main/README.md`);
    await fetch(`${hub.url}/admin/counted/resolve/main/config.json`, { method: 'HEAD' });
    assert.equal(count(), before);
    await fetch(`${hub.url}/admin/counted/raw/main/config.json`);
    for (const range of ['bytes=5-', 'bytes=0-0'])
      await fetch(`${hub.url}/admin/counted/resolve/main/config.json`, { headers: { range } });
    assert.equal(count(), before);
    await fetch(`${hub.url}/admin/counted/resolve/main/config.json`);
    await fetch(`${hub.url}/admin/counted/resolve/main/config.json`, { headers: { range: 'bytes=0-4' } });
    assert.equal(count(), before + 2);
  });

  const rows: readonly [library: string | null, counts: readonly string[], others: readonly string[]][] = [
    [null, ['config.json', 'config.yaml', 'a/b.gguf'], ['pytorch_model.bin', 'a/config.json', 'adapter_config.json']],
    ['transformers', ['config.json'], ['model.safetensors', 'tokenizer.json']],
    ['peft', ['adapter_config.json'], ['config.json']],
    ['diffusers', ['model_index.json', 'v1.safetensors'], ['unet/config.json', 'vae/model.safetensors', 'config.json']],
    ['timm', ['model.safetensors', 'pytorch_model.bin'], ['config.json']],
    ['spacy', ['en_core-any-py3-none-any.whl'], ['config.cfg']],
    ['stable-baselines3', ['ppo.zip'], ['config.json']],
    ['toString', ['config.json'], ['ppo.zip']],
  ];
  for (const [library, counts, others] of rows) {
    it(`of a model of ${library ?? 'no library'} are told by ${counts.join(', ')}`, () => {
      assert.deepEqual(
        [...counts, ...others].filter((path) => isQueryFile(library, path)),
        counts,
      );
    });
  }
});
