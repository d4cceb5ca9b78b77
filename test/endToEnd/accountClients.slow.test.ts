import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import path from 'node:path';
import { executablePath } from '../../config/env.js';
import { type RealHub, run, startRealHub } from '../support/realHub.js';
import { requirePython, requireTool } from '../support/require.js';
import { until } from '../support/until.js';
import { WebClient } from '../support/webClient.js';

/** Prints what each call gave; `url` and `token` are there. */
const lifeCycle = `import json, sys
from huggingface_hub import HfApi
from huggingface_hub.utils import RepositoryNotFoundError
url, token = sys.argv[1:]
api = HfApi(endpoint=url, token=token)
def refused(call):
    try:
        call()
    except RepositoryNotFoundError as error:
        return type(error).__name__
who = api.whoami()
seen = [who["name"], who["auth"]["accessToken"]["role"], [org["name"] for org in who["orgs"]]]
for kind, more in (("model", {}), ("dataset", {}), ("space", {"space_sdk": "static"})):
    api.create_repo("story", repo_type=kind, private=True, **more)
    made = api.create_repo("admin/story", repo_type=kind, exist_ok=True, **more)
    api.update_repo_settings("admin/story", repo_type=kind, private=False)
    api.move_repo("admin/story", "lab/story", repo_type=kind)
    info = api.repo_info("admin/story", repo_type=kind)
    api.auth_check("lab/story", repo_type=kind)
    seen.append([made.repo_id, made.repo_type, info.id, info.private, [c.title for c in api.list_repo_commits("lab/story", repo_type=kind)]])
    api.delete_repo("lab/story", repo_type=kind)
    seen.append([api.repo_exists("lab/story", repo_type=kind), refused(lambda: api.delete_repo("lab/story", repo_type=kind))])
seen.append([api.list_liked_repos("admin").total, [user.username for user in api.list_organization_members("lab")], api.get_user_overview("admin").username])
print(json.dumps(seen))`;

describe('accounts and repositories, by the Hub’s own clients', function () {
  this.timeout(120_000);
  let hub: RealHub;
  let python: string;
  let environment: Record<string, string>;
  before(async function () {
    python = requirePython(this);
    hub = await startRealHub({ '--demo': 'false' });
    const { accounts } = hub.hub.services;
    accounts.addOrganization('lab', accounts.userByName('admin')!.id);
    environment = {
      PATH: executablePath(),
      HOME: hub.folder,
      HF_HOME: path.join(hub.folder, 'hf'),
      HF_ENDPOINT: hub.url,
      HF_HUB_DISABLE_TELEMETRY: '1',
      HF_HUB_DISABLE_UPDATE_CHECK: '1',
      NO_PROXY: '127.0.0.1',
    };
  });
  after(() => hub?.close());

  it('live from their making to their end', async () => {
    const { code, text } = await run(
      python,
      ['-W', 'ignore', '-c', lifeCycle, hub.url, hub.token],
      hub.folder,
      environment,
    );
    assert.equal(code, 0, text);
    const ofKind = (kind: string) => [
      ['admin/story', kind, 'lab/story', false, ['initial commit']],
      [false, 'RepositoryNotFoundError'],
    ];
    assert.deepEqual(JSON.parse(text.trim().split('\n').at(-1)!), [
      'admin',
      'write',
      ['lab'],
      ...['model', 'dataset', 'space'].flatMap(ofKind),
      [0, ['admin'], 'admin'],
    ]);
  });

  it('are signed in to by `hf auth login`, with the code that a browser confirms', async function () {
    // It gives the program a terminal: without one it asks for a token.
    const script = requireTool(this, 'script');
    const hf = path.join(path.dirname(python), 'hf');
    const person = new WebClient(hub.url);
    await person.logIn('admin');
    const child = spawn(script, ['--quiet', '--return', '--command', `${hf} auth login`, '/dev/null'], {
      env: environment,
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    const said = textOf(child);
    const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
    try {
      await until('the choice of ways to log in', () => said().includes('log in?'));
      child.stdin.write('\r');
      await until('the address of the page', () => /login\/device\?code=[A-Z]{4}-[A-Z]{4}/.test(said()));
      const userCode = /code=([A-Z]{4}-[A-Z]{4})/.exec(said())![1]!;
      const page = `/login/device?code=${userCode}`;
      const decided = await person.submit(page, { code: userCode, do: 'allow', label: 'terminal', role: 'read' });
      assert.equal(decided.status, 303, decided.text);
      assert.equal(await ended, 0, said());
    } finally {
      child.kill();
    }
    const { code, text } = await run(hf, ['auth', 'whoami'], hub.folder, environment);
    assert.equal(code, 0, text);
    assert.match(text, /admin/);
    const { accounts } = hub.hub.services;
    const roles = accounts.listTokens(accounts.userByName('admin')!.id).map(({ label, role }) => `${label} ${role}`);
    assert.ok(roles.includes('terminal read'), roles.join());
  });
});

function textOf(child: ChildProcess): () => string {
  let text = '';
  child.stdout!.on('data', (chunk: Buffer) => {
    text += chunk.toString();
  });
  return () => text;
}
