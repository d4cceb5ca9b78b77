import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { projectRoot } from '../config/projectRoot.js';

/** Rooms and what each may import; `types` may be imported only as types. */
const rooms: Readonly<Record<string, { readonly from: readonly string[]; readonly types: readonly string[] }>> = {
  config: { from: [], types: [] },
  indexer: { from: ['config'], types: [] },
  hooks: { from: ['config', 'indexer'], types: [] },
  inference: { from: ['config', 'indexer/formats'], types: [] },
  views: { from: ['config'], types: ['indexer', 'inference', 'hooks', 'server/accounts'] },
  server: { from: ['config', 'indexer', 'hooks', 'inference', 'views'], types: [] },
};

function* sources(folder: string): Generator<string> {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const file = path.join(folder, entry.name);
    if (entry.isDirectory()) yield* sources(file);
    else if (/\.tsx?$/.test(entry.name)) yield file;
  }
}

function importsOf(file: string): readonly { target: string; isType: boolean }[] {
  const text = readFileSync(file, 'utf8');
  return [...text.matchAll(/^(?:import|export)\s+(type\s)?[^'"]*?from\s+'(\.[^']+)'/gm)].map((match) => ({
    isType: match[1] !== undefined,
    target: path.relative(projectRoot, path.resolve(path.dirname(file), match[2]!)),
  }));
}

describe('the import rule', () => {
  for (const [room, allowed] of Object.entries(rooms)) {
    it(`${room} imports only what it may know`, () => {
      const wrong: string[] = [];
      for (const file of sources(path.join(projectRoot, room))) {
        for (const { target, isType } of importsOf(file)) {
          const within = (place: string): boolean => target.startsWith(`${place}/`);
          if (within(room) || allowed.from.some(within) || (isType && allowed.types.some(within))) continue;
          wrong.push(`${path.relative(projectRoot, file)} → ${target}`);
        }
      }
      assert.deepEqual(wrong, []);
    });
  }

  it('leaves process.env to config/env.ts', () => {
    const wrong = Object.keys(rooms).flatMap((room) =>
      [...sources(path.join(projectRoot, room))].filter(
        (file) =>
          !file.endsWith(path.join('config', 'env.ts')) &&
          /process\.env/.test(readFileSync(file, 'utf8').replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, '')),
      ),
    );
    assert.deepEqual(
      wrong.map((file) => path.relative(projectRoot, file)),
      [],
    );
  });
});
