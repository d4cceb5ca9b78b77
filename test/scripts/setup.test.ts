import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { projectRoot } from '../../config/projectRoot.js';

interface Setup {
  missingTools(machine: { nodeVersion: string; has(tool: string): boolean }): string[];
  isInstalled(folder: string): boolean;
}

describe('set-up', () => {
  let setup: Setup;
  before(async () => {
    setup = (await import(pathToFileURL(path.join(projectRoot, 'scripts', 'setup.mjs')).href)) as Setup;
  });

  const cases: readonly (readonly [string, string, RegExp | null])[] = [
    ['20.19.0', 'git', null],
    ['22.0.0', 'git', null],
    ['20.18.9', 'git', /^Node 20\.19 or newer \(this is 20\.18\.9\)$/],
    ['18.20.0', 'git', /Node 20\.19/],
    ['20.19.0', 'curl', /^git$/],
  ];
  for (const [nodeVersion, tools, expected] of cases) {
    it(`says what is missing with Node ${nodeVersion} and ${tools}`, () => {
      const missing = setup.missingTools({ nodeVersion, has: (tool) => tools.split(' ').includes(tool) });
      if (expected === null) assert.deepEqual(missing, []);
      else assert.match(missing.join('; '), expected);
    });
  }

  describe('of dependencies', () => {
    let folder: string;
    beforeEach(() => {
      folder = mkdtempSync(path.join(tmpdir(), 'hubstead-setup-'));
      mkdirSync(path.join(folder, 'node_modules'));
    });
    afterEach(() => rmSync(folder, { recursive: true }));
    const write = (name: string, packages: object) => {
      writeFileSync(path.join(folder, name), JSON.stringify({ packages }));
    };
    const locked = {
      '': { version: '1.0.0' },
      'node_modules/a': { version: '1.2.3' },
      'node_modules/b-darwin': { version: '1.0.0', optional: true },
    };

    it('is done when all but the optional ones are there', () => {
      write('package-lock.json', locked);
      write('node_modules/.package-lock.json', { 'node_modules/a': { version: '1.2.3' } });
      assert.ok(setup.isInstalled(folder));
    });

    for (const [what, present] of [
      ['a version changed', { 'node_modules/a': { version: '1.2.2' } }],
      ['one is missing', {}],
    ] as const) {
      it(`is due when ${what}`, () => {
        write('package-lock.json', locked);
        write('node_modules/.package-lock.json', present);
        assert.ok(!setup.isInstalled(folder));
      });
    }

    it('is due in a fresh clone', () => {
      write('package-lock.json', locked);
      assert.ok(!setup.isInstalled(folder));
    });
  });
});
