import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { compiledGraph, weightFileOf } from '../../../config/compiledModels.js';
import { rankGraphs } from '../../../config/graphs.js';
import { projectRoot } from '../../../config/projectRoot.js';
import plan from '../../../inference/compile/planThread.js';
import { requireShared } from '../../support/require.js';

function graphsOf(folder: string): readonly string[] {
  const names = readdirSync(folder);
  const deeper = names.includes('onnx') ? readdirSync(path.join(folder, 'onnx')).map((name) => `onnx/${name}`) : [];
  return rankGraphs([...names, ...deeper], weightFileOf(names) !== null).map((graph) => graph.path);
}

async function problemsIn(root: string): Promise<readonly string[]> {
  const folders = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter(
    (file) => path.basename(file) === 'config.json' && !file.split(path.sep).some((part) => /^\d+_/.test(part)),
  );
  const found: string[] = [];
  for (const file of folders) {
    const folder = path.join(root, path.dirname(file));
    for (const { isProblem, reason } of await plan({ folder, graphs: graphsOf(folder) }))
      if (isProblem) found.push(`${path.dirname(file)}: ${reason}`);
  }
  assert.ok(folders.length > 0);
  return found;
}

describe('what is found out of models before they are loaded', function () {
  this.timeout(60_000);
  for (const room of ['models', 'generation', 'imageModels', 'soundModels', 'checkpoints'])
    it(`is nothing against those of fixtures/${room}`, async () => {
      assert.deepEqual(await problemsIn(path.join(projectRoot, 'test', 'fixtures', room)), []);
    });

  for (const room of ['models', 'models-onnx', 'models-real'])
    it(`is nothing against the reference ${room}`, async function () {
      assert.deepEqual(await problemsIn(path.join(requireShared(this), room)), []);
    });

  const spoiled: readonly (readonly [what: string, files: Readonly<Record<string, string | null>>, reason: RegExp])[] =
    [
      [
        'a tokenizer.json that ends too early',
        { 'tokenizer.json': '{"model": {"vocab": {' },
        /^tokenizer\.json is not valid JSON/,
      ],
      [
        'a tokenizer.json without a vocabulary',
        { 'tokenizer.json': '{"model": {}}' },
        /^tokenizer\.json has no vocabulary/,
      ],
      [
        'a class whose vocabulary files are not there',
        { 'tokenizer.json': null, 'tokenizer_config.json': '{"tokenizer_class": "RobertaTokenizer"}' },
        /^the vocabulary files of its tokenizer class are missing/,
      ],
    ];
  for (const [what, files, reason] of spoiled)
    it(`is ${what}`, async () => {
      const folder = mkdtempSync(path.join(tmpdir(), 'plan-'));
      try {
        cpSync(path.join(projectRoot, 'test/fixtures/checkpoints/bert-ner'), folder, { recursive: true });
        for (const [name, text] of Object.entries(files)) {
          if (text === null) rmSync(path.join(folder, name), { force: true });
          else writeFileSync(path.join(folder, name), text);
        }
        const [finding] = await plan({ folder, graphs: [compiledGraph], hasTokenizer: true });
        assert.match(finding?.reason ?? '', reason);
        assert.equal(finding?.isTokenizer, true);
      } finally {
        rmSync(folder, { recursive: true });
      }
    });
});
