import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { git, type RealHub, run, startRealHub } from '../support/realHub.js';
import { requirePython } from '../support/require.js';

/** What Python's client does with a repository's files, branches and tags, unmodified. Prints a JSON list. */
const story = `
import io, json, os, sys
from huggingface_hub import HfApi, CommitOperationAdd, CommitOperationCopy
from huggingface_hub.errors import HfHubHTTPError, RevisionNotFoundError
name, folder = sys.argv[1:]
api = HfApi()
def refused(call):
    try:
        call()
    except HfHubHTTPError as error:
        return error.response.status_code
    except ValueError as error:
        return str(error).split(chr(10))[0]
api.create_repo(name)
upload = lambda path, content, **more: api.upload_file(path_or_fileobj=content, path_in_repo=path, repo_id=name, **more)
upload("README.md", b"---\\nlicense: mit\\n---\\n# Hello\\n")
broken = refused(lambda: upload("README.md", b"---\\nlicense: [\\n---\\n"))
upload("weights.bin", io.BytesIO(b"w" * 3_000_000))
api.upload_folder(repo_id=name, folder_path=folder)
before = api.repo_info(name).sha
api.upload_folder(repo_id=name, folder_path=folder)
same = api.repo_info(name).sha == before
api.create_commit(name, [CommitOperationCopy("weights.bin", "copy.bin"), CommitOperationCopy("f1.txt", "sub/copy.txt")], commit_message="copy")
api.delete_file("f2.txt", name)
api.delete_files(name, ["f3*.txt"])
api.delete_folder("gone", name)
missing = refused(lambda: api.delete_file("none.txt", name))
stale = refused(lambda: api.create_commit(name, [CommitOperationAdd("x.txt", b"x")], commit_message="x", parent_commit=before))
api.create_branch(name, branch="dev/one")
api.create_branch(name, branch="dev/one", exist_ok=True)
upload("dev.txt", b"dev", revision="dev/one")
api.create_tag(name, tag="v1", tag_message="words", revision="dev/one")
api.create_tag(name, tag="v1", exist_ok=True)
refs = api.list_repo_refs(name)
api.delete_tag(name, tag="v1")
api.delete_branch(name, branch="dev/one")
main = refused(lambda: api.delete_branch(name, branch="main"))
api.super_squash_history(name, commit_message="one")
objects = list(api.list_lfs_files(name))
api.permanently_delete_lfs_files(name, [one for one in objects if one.filename in ("weights.bin", "copy.bin")])
files = api.list_repo_files(name)
big = api.hf_hub_download(name, "big.bin")
print(json.dumps([
    broken, same, missing, stale, main,
    [ref.name for ref in refs.branches if ref.name != "main"], [ref.name for ref in refs.tags],
    len(api.list_repo_commits(name)), sorted(f for f in files if not f.startswith("f")),
    len([f for f in files if f.startswith("f")]), os.path.getsize(big),
]))
`;

const wanted = [
  'Invalid metadata in README.md.',
  true,
  404,
  412,
  400,
  ['dev/one'],
  ['v1'],
  1,
  ['.gitattributes', 'README.md', 'big.bin', 'sub/copy.txt'],
  38,
  20_000_000,
];

describe('uploads by Python’s client, unmodified', function () {
  this.timeout(300_000);
  let hub: RealHub;
  let folder: string;
  before(async function () {
    requirePython(this, 'huggingface_hub');
    hub = await startRealHub({ '--demo': 'false' });
    folder = path.join(hub.folder, 'files');
    await mkdir(path.join(folder, 'gone'), { recursive: true });
    for (let at = 0; at < 50; at++) await writeFile(path.join(folder, `f${at}.txt`), `file ${at}\n`);
    await writeFile(path.join(folder, 'gone', 'a.txt'), 'a');
    await writeFile(path.join(folder, 'big.bin'), Buffer.alloc(20_000_000, 'some bytes: '));
  });
  after(() => hub?.close());

  const environment = (more: Readonly<Record<string, string>>): Record<string, string> => ({
    HF_ENDPOINT: hub.url,
    HF_TOKEN: hub.token,
    HF_HOME: path.join(hub.folder, 'hf'),
    HF_HUB_DISABLE_TELEMETRY: '1',
    HF_HUB_DISABLE_PROGRESS_BARS: '1',
    HF_HUB_DISABLE_UPDATE_CHECK: '1',
    NO_PROXY: '127.0.0.1',
    ...more,
  });

  const ways: readonly [words: string, name: string, more: Readonly<Record<string, string>>][] = [
    ['by Git LFS', 'by-lfs', { HF_HUB_DISABLE_XET: '1' }],
    ['as it is installed', 'by-default', {}],
  ];
  for (const [words, name, more] of ways) {
    it(`arrive whole ${words}`, async function () {
      const python = requirePython(this, 'huggingface_hub');
      const args = ['-W', 'ignore', '-c', story, `admin/${name}`, folder];
      const { code, text } = await run(python, args, hub.folder, environment(more));
      assert.equal(code, 0, text);
      // What it says beside that comes in any order.
      const line = text.split('\n').find((line) => line.startsWith('["Invalid'));
      assert.deepEqual(JSON.parse(line ?? 'null'), wanted, text);
    });

    it(`come by hf upload ${words}`, async function () {
      const python = requirePython(this, 'huggingface_hub');
      const args = ['-W', 'ignore', '-m', 'huggingface_hub.cli.hf', 'upload', `admin/hf-${name}`, '.', '.'];
      const { code, text } = await run(python, args, folder, environment(more));
      assert.equal(code, 0, text);
      const repository = hub.hub.services.data.repository({ kind: 'model', owner: 'admin', name: `hf-${name}` });
      const listed = (await git(repository, 'ls-tree', '-r', '--name-only', 'main')).text.trim().split('\n');
      assert.equal(listed.length, 53);
    });
  }
});
