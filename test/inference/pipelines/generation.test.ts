import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { projectRoot } from '../../../config/projectRoot.js';
import { answerRequest, parseRequest } from '../../../inference/pipelines/index.js';
import type { TokenEvent } from '../../../inference/pipelines/writing/writtenText.js';
import { chooseGraph } from '../../../inference/runner/models/graphs.js';
import { type LoadedModel, loadModel } from '../../../inference/runner/models/loadedModel.js';

const fixtures = path.join(projectRoot, 'test', 'fixtures', 'generation');

interface Case {
  readonly name: string;
  readonly task: string;
  readonly inputs: unknown;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly output: unknown;
}

/** Both are compared with one sign for any run of bytes that make no character. */
function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value).replace(/\uFFFD+/g, '\uFFFD'));
}

for (const name of ['gpt2-tiny', 'bart-tiny']) {
  describe(`texts that ${name} writes`, () => {
    let folder: string;
    let model: LoadedModel;

    before(async () => {
      folder = await mkdtemp(path.join(tmpdir(), 'generation-'));
      await cp(path.join(fixtures, name), folder, { recursive: true });
      model = await loadModel(folder, (await chooseGraph(folder, undefined)).path, 1);
    });
    after(async () => {
      await model?.release();
      await rm(folder, { recursive: true, force: true });
    });

    const ask = (
      task: string,
      inputs: unknown,
      parameters: Readonly<Record<string, unknown>>,
      call: { readonly signal?: AbortSignal; readonly emit?: (event: unknown) => void } = {},
    ) =>
      answerRequest(model.forCall(performance.now() + 20_000), parseRequest(task, inputs, parameters), {
        signal: new AbortController().signal,
        emit: () => {},
        ...call,
      });

    const cases = JSON.parse(readFileSync(path.join(fixtures, name, 'cases.json'), 'utf8')) as Case[];
    for (const { name, task, inputs, parameters, output } of cases) {
      it(`${task}: ${name}, as Python`, async () => {
        assert.deepEqual(plain(await ask(task, inputs, parameters)), plain(output));
      });
    }

    it('are the same where config.json names no class', async () => {
      const [{ task, inputs, parameters, output }] = cases as [Case];
      const file = path.join(folder, 'config.json');
      const { architectures: _, ...config } = JSON.parse(readFileSync(file, 'utf8'));
      writeFileSync(file, JSON.stringify(config));
      const unnamed = await loadModel(folder, (await chooseGraph(folder, undefined)).path, 1);
      const answer = answerRequest(unnamed.forCall(Number.POSITIVE_INFINITY), parseRequest(task, inputs, parameters));
      assert.deepEqual(plain(await answer), plain(output));
      await unnamed.release();
    });

    it('come in parts that are together the text, with the numbers of the tokens', async () => {
      const events: TokenEvent[] = [];
      const parameters = { max_new_tokens: 20, num_beams: 1, do_sample: false, return_full_text: false, details: true };
      const task = name === 'gpt2-tiny' ? 'text-generation' : 'text2text-generation';
      const input = 'no , it was 猫';
      const [whole] = (await ask(task, input, parameters)) as {
        generated_text: string;
        details: { tokens: unknown };
      }[];
      await ask(task, input, { ...parameters, stream: true }, { emit: (event) => events.push(event as TokenEvent) });
      const parts = events.map(({ token }) => (token.special ? '' : token.text));
      assert.deepEqual(plain(parts.join('')), plain(whole!.generated_text));
      assert.deepEqual(
        events.map(({ token }) => token),
        whole!.details.tokens,
      );
      assert.deepEqual(plain(events.at(-1)!.generated_text), plain(whole!.generated_text));
      assert.equal(events.at(-1)!.details?.generated_tokens, events.length);
      assert.ok(events.slice(0, -1).every(({ generated_text }) => generated_text === null));
    });

    it('end at the next token when the caller has left', async () => {
      const leave = new AbortController();
      let heard = 0;
      const emit = () => {
        heard += 1;
        if (heard === 3) leave.abort();
      };
      const task = name === 'gpt2-tiny' ? 'text-generation' : 'text2text-generation';
      const parameters = { max_new_tokens: 40, min_new_tokens: 30, num_beams: 1, stream: true };
      const call = ask(task, 'no , it was', parameters, { emit, signal: leave.signal });
      await assert.rejects(call, { code: 'CALL_CANCELLED' });
      assert.equal(heard, 3);
    });
  });
}
