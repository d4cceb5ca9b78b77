import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { projectRoot } from '../../config/projectRoot.js';

describe('examples/demo/build.ts', () => {
  const build = (...args: string[]) =>
    spawnSync(process.execPath, ['--import', 'tsx', 'examples/demo/build.ts', ...args], {
      cwd: projectRoot,
      encoding: 'utf8',
    });

  it('writes a repository into the folder that is named', () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'hubstead-example-'));
    const { status, stdout } = build(folder);
    assert.equal(status, 0);
    assert.match(stdout, new RegExp(folder));
    assert.ok(readdirSync(folder).includes('model.onnx'));
    rmSync(folder, { recursive: true });
  });

  it('says what it needs', () => {
    const { status, stderr } = build();
    assert.equal(status, 2);
    assert.match(stderr, /Name the folder/);
  });
});
