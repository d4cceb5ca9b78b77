import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { projectRoot } from '../../../config/projectRoot.js';
import { type Asker, loadedFolder } from '../loadedFixture.js';

/** Models of several languages, and what Python's translation pipeline answers; see make.py beside them. */
const fixtures = path.join(projectRoot, 'test', 'fixtures', 'generation', 'translation');

interface Case {
  readonly name: string;
  readonly task: string;
  readonly inputs: unknown;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly output: readonly unknown[] | { readonly error: string };
}

for (const name of readdirSync(fixtures).filter((entry) => !entry.includes('.'))) {
  describe(`translations between the languages of ${name}`, () => {
    let ask: Asker;
    before(async () => {
      ask = await loadedFolder(path.join(fixtures, name));
    });

    const cases = JSON.parse(readFileSync(path.join(fixtures, name, 'cases.json'), 'utf8')) as Case[];
    for (const { name, task, inputs, parameters, output } of cases) {
      it(`${task}: ${name}, as Python`, async () => {
        const asked = ask(task, inputs, { ...parameters });
        if ('error' in output) await assert.rejects(asked, { code: 'INFERENCE_INPUT_INVALID' });
        else assert.deepEqual(await asked, output);
      });
    }

    it('refuses a language that the model does not know, and names those that it does', async () => {
      const [{ parameters }] = cases as [Case];
      const asked = ask('translation', 'The dog.', { ...parameters, tgt_lang: 'xx_XX' });
      await assert.rejects(asked, /parameters.tgt_lang: the model has no language "xx_XX"; it knows .*, de/);
    });
  });
}
