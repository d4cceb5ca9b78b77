import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { token as presetToken, startHubProcess } from '../support/hubProcess.js';
import { type Ran, type RealHub, run, startRealHub } from '../support/realHub.js';
import { requirePython } from '../support/require.js';
import { until } from '../support/until.js';

const megabyte = 1_000_000;

/** Runs Python with `api` on a hub, and prints what `code` leaves in `said`. */
function python(
  program: string,
  folder: string,
  { url, token }: { url: string; token: string },
  code: string,
): Promise<Ran> {
  const preamble = `import hashlib, json, os, random, sys
from huggingface_hub import HfApi
api = HfApi(token=sys.argv[1])
sha = lambda path: hashlib.sha256(open(path, "rb").read()).hexdigest()
`;
  return run(program, ['-W', 'ignore', '-c', `${preamble}${code}\nprint(json.dumps(said))`, token], folder, {
    HF_ENDPOINT: url,
    HF_HOME: path.join(folder, 'hf'),
    HF_HUB_DISABLE_TELEMETRY: '1',
    HF_HUB_DISABLE_PROGRESS_BARS: '1',
    NO_PROXY: '127.0.0.1',
  });
}

function said<T>({ code, text }: Ran): T {
  assert.equal(code, 0, text);
  return JSON.parse(text.trim().split('\n').at(-1)!) as T;
}

async function bytesBelow(folder: string): Promise<number> {
  const names = await readdir(folder, { recursive: true }).catch(() => []);
  const found = await Promise.all(names.map((name) => stat(path.join(folder, name)).catch(() => null)));
  return found.reduce((sum, file) => sum + (file?.isFile() ? file.size : 0), 0);
}

describe('Python’s client with hf_xet, unmodified', function () {
  this.timeout(300_000);
  let program: string;
  before(function () {
    program = requirePython(this, 'hf_xet');
  });

  describe('and a hub that runs', () => {
    let hub: RealHub;
    before(async () => {
      hub = await startRealHub({ '--demo': 'false', '--inference-enabled': 'false' });
    });
    after(() => hub?.close());

    it('uploads a folder with a file of 200 MB, sends it anew only where it changed, and downloads the same bytes', async () => {
      const xorbs = hub.hub.services.data.xorbs;
      const first = said<string>(
        await python(
          program,
          hub.folder,
          hub,
          `os.makedirs("files")
with open("files/big.dat", "wb") as f:
    for _ in range(200): f.write(os.urandom(${megabyte}))
for i in range(50): open(f"files/{i}.txt", "w").write(f"file {i}")
api.create_repo("big", private=True)
api.upload_folder(repo_id="admin/big", folder_path="files")
said = sha("files/big.dat")`,
        ),
      );
      const before = await bytesBelow(xorbs);
      assert.ok(before >= 200 * megabyte && before < 203 * megabyte, String(before));
      const second = said<{ changed: string; copy: string; files: number }>(
        await python(
          program,
          hub.folder,
          hub,
          `with open("files/big.dat", "r+b") as f:
    f.seek(${100 * megabyte})
    f.write(os.urandom(300000))
api.upload_file(repo_id="admin/big", path_or_fileobj="files/big.dat", path_in_repo="big.dat")
api.create_repo("other")
api.upload_file(repo_id="admin/other", path_or_fileobj="files/big.dat", path_in_repo="copy.dat")
folder = api.snapshot_download("admin/big")
said = {"changed": sha(folder + "/big.dat"), "copy": sha(api.hf_hub_download("admin/other", "copy.dat")), "files": len(os.listdir(folder))}
assert said["changed"] == sha("files/big.dat")`,
        ),
      );
      assert.notEqual(second.changed, first);
      assert.equal(second.copy, second.changed);
      // With the first file, .gitattributes.
      assert.equal(second.files, 52);
      assert.ok((await bytesBelow(xorbs)) - before < 3 * megabyte);
    });

    it('sends all of it for another person on the same machine', async () => {
      const { accounts } = hub.hub.services;
      const user = await accounts.addUser({ name: 'bob', password: 'a long enough secret' });
      const { token } = accounts.addToken(user.id, { label: 'test', role: 'write' });
      const before = await bytesBelow(hub.hub.services.data.xorbs);
      const digest = said<string>(
        await python(
          program,
          hub.folder,
          { url: hub.url, token },
          `api.create_repo("mine")
api.upload_file(repo_id="bob/mine", path_or_fileobj="files/big.dat", path_in_repo="big.dat")
said = sha(api.hf_hub_download("bob/mine", "big.dat")) == sha("files/big.dat")`,
        ),
      );
      assert.equal(digest, true);
      assert.ok((await bytesBelow(hub.hub.services.data.xorbs)) - before >= 200 * megabyte);
    });
  });

  it('and a hub that is killed ends its upload with the one that comes after', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'hub-xet-'));
    const data = path.join(folder, 'data');
    const first = await startHubProcess(data, ['--inference-enabled', 'false']);
    try {
      await first.ready();
      const uploading = python(
        program,
        folder,
        { url: first.url, token: presetToken },
        `with open("big.dat", "wb") as f:
    for _ in range(400): f.write(os.urandom(${megabyte}))
api.create_repo("killed")
api.upload_file(repo_id="admin/killed", path_or_fileobj="big.dat", path_in_repo="big.dat")
said = sha(api.hf_hub_download("admin/killed", "big.dat")) == sha("big.dat")`,
      );
      await until('some of it has come', async () => (await bytesBelow(path.join(data, 'xet'))) > 70 * megabyte);
      await first.kill();
      const second = await startHubProcess(data, ['--inference-enabled', 'false', '--port', new URL(first.url).port]);
      try {
        assert.equal(said<boolean>(await uploading), true);
      } finally {
        await second.stop();
      }
    } finally {
      await first.kill().catch(() => {});
      await rm(folder, { recursive: true, force: true });
    }
  });
});
