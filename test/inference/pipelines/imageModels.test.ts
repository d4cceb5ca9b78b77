import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { projectRoot } from '../../../config/projectRoot.js';
import { type Asker, loadedFolder } from '../loadedFixture.js';
import { difference, readCases } from '../referenceCases.js';

const fixtures = path.join(projectRoot, 'test', 'fixtures');
const models = path.join(fixtures, 'imageModels');

/** Files by their names, wherever a case has one, as base64. */
function withFiles(inputs: unknown): unknown {
  if (typeof inputs === 'string') return readFileSync(path.join(fixtures, 'images', inputs)).toString('base64');
  const { image, ...others } = inputs as { readonly image: string };
  return { ...others, image: withFiles(image) };
}

describe('models of images with words', () => {
  for (const name of readdirSync(models).filter((entry) => !entry.includes('.')))
    it(`${name} answers as Python does`, async () => {
      const folder = mkdtempSync(path.join(tmpdir(), 'hubstead-images-'));
      try {
        cpSync(path.join(models, name), folder, { recursive: true });
        const problems = await problemsOf(await loadedFolder(folder), path.join(folder, 'reference.json'));
        assert.deepEqual(problems, []);
      } finally {
        rmSync(folder, { recursive: true });
      }
    });
});

async function problemsOf(ask: Asker, file: string): Promise<readonly string[]> {
  const problems: string[] = [];
  for (const one of readCases(file)) {
    const answer = await ask(one.task, withFiles(one.inputs), one.parameters);
    const problem = difference(one, answer);
    if (problem) problems.push(`${one.name}: ${problem}`);
  }
  return problems;
}
