import assert from 'node:assert/strict';
import { cp } from 'node:fs/promises';
import path from 'node:path';
import { projectRoot } from '../../config/projectRoot.js';
import { git, type RealHub, run, startRealHub } from '../support/realHub.js';
import { requirePython, requireTool } from '../support/require.js';

const fixture = path.join(projectRoot, 'test', 'fixtures', 'models', 'bert-ner');

/** Each prints one JSON value; `api` is an HfApi of this hub. */
const calls: readonly { what: string; code: string; check: (value: never) => void }[] = [
  {
    what: 'model_info',
    code: `info = api.model_info("admin/ner")
print(json.dumps([info.id, info.sha, info.pipeline_tag, info.private, sorted(info.tags), [s.rfilename for s in info.siblings]]))`,
    check: ([id, sha, task, isPrivate, tags, files]: [string, string, string, boolean, string[], string[]]) => {
      assert.deepEqual([id, task, isPrivate], ['admin/ner', 'token-classification', false]);
      assert.match(sha, /^[0-9a-f]{40}$/);
      assert.ok(tags.includes('license:mit') && files.includes('onnx/model.onnx'));
    },
  },
  {
    what: 'list_models with a filter, a search and an author',
    code: `print(json.dumps([[m.id for m in api.list_models(filter="token-classification")], [m.id for m in api.list_models(search="ner")], [m.id for m in api.list_models(author="admin", limit=5)], [m.id for m in api.list_models(author="nobody")]]))`,
    check: ([byTask, bySearch, byAuthor, none]: string[][]) => {
      assert.deepEqual([byTask, bySearch, none], [['admin/ner'], ['admin/ner'], []]);
      assert.deepEqual([...byAuthor!].sort(), ['admin/ner', 'admin/secret']);
    },
  },
  {
    what: 'hf_hub_download of a git file, of an LFS file, and of one in the cache',
    code: `a = hf_hub_download("admin/ner", "config.json")
b = hf_hub_download("admin/ner", "onnx/model.onnx")
c = hf_hub_download("admin/ner", "config.json", local_files_only=True)
print(json.dumps([digest(a), digest(b), a == c]))`,
    check: ([config, model, same]: [string, string, boolean]) => {
      assert.equal(same, true);
      assert.match(config + model, /^[0-9a-f]{128}$/);
    },
  },
  {
    what: 'snapshot_download, whole and filtered',
    code: `folder = snapshot_download("admin/ner")
want = {os.path.relpath(os.path.join(d, f), fixture): digest(os.path.join(d, f)) for d, _, fs in os.walk(fixture) for f in fs}
got = {name: digest(os.path.join(folder, name)) for name in want}
some = snapshot_download("admin/ner", allow_patterns=["*.json"], local_dir="some")
print(json.dumps([want == got, os.path.exists("some/config.json"), os.path.exists("some/onnx/model.onnx")]))`,
    check: (value: boolean[]) => assert.deepEqual(value, [true, true, false]),
  },
  {
    what: 'list_repo_tree, folder by folder and with last commits',
    code: `items = list(api.list_repo_tree("admin/ner", expand=True))
model = list(api.list_repo_tree("admin/ner", "onnx", recursive=True))[0]
print(json.dumps([[i.path for i in items if not hasattr(i, "size")], items[0].last_commit.title, model.path, model.size == model.lfs.size, len(api.list_repo_files("admin/ner", revision="v1"))]))`,
    check: (value: unknown[]) => assert.deepEqual(value, [['onnx'], 'first', 'onnx/model.onnx', true, 10]),
  },
  {
    what: 'a revision by branch, tag and commit; a missing one and a missing file as their own errors',
    code: `from huggingface_hub.errors import RevisionNotFoundError, EntryNotFoundError, RepositoryNotFoundError
sha = api.model_info("admin/ner").sha
found = [api.model_info("admin/ner", revision=r).sha == sha for r in ("main", "v1", sha)]
errors = []
for call in (lambda: api.model_info("admin/ner", revision="nope"), lambda: hf_hub_download("admin/ner", "none.bin"), lambda: api.model_info("admin/none"), lambda: hf_hub_download("admin/none", "config.json")):
    try:
        call()
        errors.append(None)
    except (RevisionNotFoundError, EntryNotFoundError, RepositoryNotFoundError) as error:
        errors.append(type(error).__name__)
print(json.dumps([found, errors]))`,
    check: ([found, errors]: [boolean[], string[]]) => {
      assert.deepEqual(found, [true, true, true]);
      assert.deepEqual(
        errors.map((name) => name.replace('Remote', '')),
        ['RevisionNotFoundError', 'EntryNotFoundError', 'RepositoryNotFoundError', 'RepositoryNotFoundError'],
      );
    },
  },
  {
    what: 'a private repository only with a token',
    code: `from huggingface_hub.errors import RepositoryNotFoundError
inside = api.model_info("admin/secret").private
try:
    HfApi(token=False).model_info("admin/secret")
    outside = "seen"
except RepositoryNotFoundError:
    outside = "hidden"
path = hf_hub_download("admin/secret", "README.md", token=token)
print(json.dumps([inside, outside, open(path).read()]))`,
    check: (value: unknown[]) => assert.deepEqual(value, [true, 'hidden', '# secret\n']),
  },
];

describe('the Python client huggingface_hub', function () {
  this.timeout(120_000);
  let hub: RealHub;
  let python = '';
  before(async function () {
    python = requirePython(this);
    requireTool(this, 'git-lfs');
    hub = await startRealHub();
    const copy = await hub.workingCopy({ 'notes.txt': 'x' }, { lfs: ['*.onnx'] });
    await cp(fixture, copy, { recursive: true });
    await git(copy, 'add', '--all');
    await git(copy, 'commit', '--quiet', '--message=model');
    await git(copy, 'tag', 'v1');
    const pushed = await git(copy, 'push', `${hub.remote}/admin/ner`, 'main', 'v1');
    assert.equal(pushed.code, 0, pushed.text);
    await git(await hub.workingCopy({ 'README.md': '# secret\n' }), 'push', `${hub.remote}/admin/secret`, 'main');
    const { catalog, indexer } = hub.hub.services;
    const secret = catalog.find('model', 'admin', 'secret')!;
    catalog.setPrivate(secret.id, true);
    await indexer.reindex(secret.ref);
  });
  after(() => hub?.close());

  const preamble = `import hashlib, json, os, sys
from huggingface_hub import HfApi, hf_hub_download, snapshot_download
fixture, token = sys.argv[1:]
api = HfApi(token=token)
digest = lambda path: hashlib.sha256(open(path, "rb").read()).hexdigest()
`;

  for (const { what, code, check } of calls) {
    it(`gets ${what}`, async () => {
      const { code: exit, text } = await run(
        python,
        ['-W', 'ignore', '-c', preamble + code, fixture, hub.token],
        hub.folder,
        {
          HF_ENDPOINT: hub.url,
          HF_HOME: path.join(hub.folder, 'hf'),
          HF_HUB_DISABLE_PROGRESS_BARS: '1',
          HF_HUB_DISABLE_TELEMETRY: '1',
          NO_PROXY: '127.0.0.1',
        },
      );
      assert.equal(exit, 0, text);
      check(JSON.parse(text.trim().split('\n').at(-1)!) as never);
    });
  }
});
