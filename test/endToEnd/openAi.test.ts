import assert from 'node:assert/strict';
import { cp } from 'node:fs/promises';
import path from 'node:path';
import { projectRoot } from '../../config/projectRoot.js';
import { git, type RealHub, startRealHub } from '../support/realHub.js';

const fixtures = path.join(projectRoot, 'test', 'fixtures');
const messages = [{ role: 'user', content: ' was it good ?' }];
const model = 'admin/writer';

interface Choice {
  readonly index: number;
  readonly text?: string;
  readonly message?: { readonly content: string };
  readonly delta?: { readonly role?: string; readonly content?: string };
  readonly finish_reason: string | null;
}
interface Completion {
  readonly choices: readonly Choice[];
  readonly data?: readonly { readonly embedding: readonly number[] }[];
  readonly usage?: Readonly<Record<string, number>> | null;
}

describe('what OpenAI’s clients may say', function () {
  this.timeout(90_000);
  let hub: RealHub;
  before(async () => {
    hub = await startRealHub();
    await push('writer', 'generation/gpt2-tiny');
    await push('vectors', 'models/minilm-sentence');
    await push('sees', 'checkpoints/vit-imgcls');
  });
  after(() => hub?.close());

  async function push(name: string, fixture: string): Promise<void> {
    const copy = await hub.workingCopy({ 'notes.txt': name });
    await cp(path.join(fixtures, fixture), copy, { recursive: true, filter: (file) => !file.endsWith('cases.json') });
    await git(copy, 'add', '--all');
    await git(copy, 'commit', '--quiet', '--message=model');
    const pushed = await git(copy, 'push', `${hub.remote}/admin/${name}`, 'main');
    assert.equal(pushed.code, 0, pushed.text);
  }

  const post = (address: string, body: unknown): Promise<Response> =>
    fetch(hub.url + address, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${hub.token}` },
      body: JSON.stringify(body),
    });
  async function answered(address: string, body: unknown): Promise<Completion> {
    const answer = await post(address, body);
    assert.equal(answer.status, 200, await answer.clone().text());
    return (await answer.json()) as Completion;
  }
  async function chunks(address: string, body: object): Promise<Completion[]> {
    const answer = await post(address, { ...body, stream: true, stream_options: { include_usage: true } });
    const events = [...(await answer.text()).matchAll(/^data: (.*)$/gm)].map((match) => match[1]!);
    assert.equal(events.pop(), '[DONE]');
    return events.map((data) => JSON.parse(data) as Completion);
  }
  const textsOf = ({ choices }: Completion) => choices.map(({ text, message }) => text ?? message?.content ?? '');
  /** The texts of a stream by their index. */
  function joined(parts: readonly Completion[]): string[] {
    const texts: string[] = [];
    for (const { index, text, delta } of parts.flatMap(({ choices }) => choices))
      texts[index] = (texts[index] ?? '') + (text ?? delta?.content ?? '');
    return texts;
  }
  const plain = (texts: readonly string[]) => texts.map((text) => text.replace(/\uFFFD+/g, '\uFFFD'));

  it('biases and penalties change what is written, in parts too', async () => {
    const body = { model, prompt: 'the cat', temperature: 0, max_tokens: 6 };
    const [usual] = textsOf(await answered('/v1/completions', body));
    // A token that is pushed by 100 is always written; penalised each time it was, it gives way.
    const pushed = { ...body, logit_bias: { 40: 100, 41: 99 } };
    const [first] = textsOf(await answered('/v1/completions', { ...pushed, max_tokens: 1 }));
    assert.notEqual(first, '');
    assert.deepEqual(textsOf(await answered('/v1/completions', pushed)), [first!.repeat(6)]);
    const penalised = { ...pushed, frequency_penalty: 1.5, presence_penalty: 0.5 };
    const [mixed] = textsOf(await answered('/v1/completions', penalised));
    assert.ok(mixed !== first!.repeat(6) && mixed !== usual, mixed);
    assert.deepEqual(plain(joined(await chunks('/v1/completions', penalised))), plain([mixed!]));
  });

  it('several answers are streamed by their index', async () => {
    for (const [address, question] of [
      ['/v1/chat/completions', { messages }],
      ['/v1/completions', { prompt: ['the cat', 'no'] }],
    ] as const) {
      const body = { model, ...question, n: 3, seed: -5, temperature: 1, max_tokens: 5 };
      const whole = await answered(address, body);
      const parts = await chunks(address, body);
      assert.deepEqual(plain(joined(parts)), plain(textsOf(whole)));
      const ends = parts.flatMap(({ choices }) => choices.filter((choice) => choice.finish_reason !== null));
      assert.deepEqual(
        ends.map(({ index }) => index).sort(),
        whole.choices.map(({ index }) => index),
      );
      assert.deepEqual(parts.at(-1)?.usage, whole.usage);
    }
  });

  it('several answers at the temperature zero are the same one', async () => {
    const body = { model, messages, n: 2, temperature: 0, max_tokens: 4 };
    const [one, other] = textsOf(await answered('/v1/chat/completions', body));
    assert.equal(one, other);
    assert.deepEqual(textsOf(await answered('/v1/chat/completions', { ...body, n: 1 })), [one]);
  });

  it('texts may be the ids of their tokens', async () => {
    const body = { model, temperature: 0, max_tokens: 4 };
    const one = await answered('/v1/completions', { ...body, prompt: [40, 41, 42] });
    const many = await answered('/v1/completions', { ...body, prompt: [[40, 41, 42], [7]] });
    assert.equal(one.usage?.prompt_tokens, 3);
    assert.equal(textsOf(many)[0], textsOf(one)[0]);
    assert.equal(many.usage?.prompt_tokens, 4);
    const [text, ids] = await Promise.all([
      answered('/v1/embeddings', { model: 'admin/vectors', input: '' }),
      answered('/v1/embeddings', { model: 'admin/vectors', input: [[2, 3]] }),
    ]);
    // An empty text is the two special tokens around it.
    const distance = text.data![0]!.embedding.map((value, at) => Math.abs(value - ids.data![0]!.embedding[at]!));
    assert.ok(Math.max(...distance) < 1e-6);
  });

  it('the older form of a conversation is one at the model’s own address, and a text asks for its vector', async () => {
    const inputs = { text: 'was it good ?', past_user_inputs: ['hello'], generated_responses: ['hello .'] };
    const older = await post('/models/admin/writer', { inputs, parameters: { do_sample: false } });
    const { conversation } = (await older.json()) as { conversation: { past_user_inputs: string[] } };
    assert.deepEqual(conversation.past_user_inputs, ['hello', 'was it good ?']);
    assert.equal(older.headers.get('x-pipeline-tag'), 'conversational');
    const vector = (await (await post('/models/admin/vectors', { inputs: 'hello' })).json()) as number[];
    assert.ok(vector.every((value) => typeof value === 'number'));
  });

  const refusals: readonly [path: string, body: object, field: string | null, message: RegExp][] = [
    [
      'chat/completions',
      { model, messages, max_tokens: 200_000 },
      'max_tokens',
      /^max_tokens: takes a whole number from 1 to 32768$/,
    ],
    [
      'chat/completions',
      { model, messages, max_completion_tokens: 0 },
      'max_completion_tokens',
      /^max_completion_tokens: /,
    ],
    ['chat/completions', { model, messages, stop: ['x'.repeat(300)] }, 'stop', /^stop\[0\]: /],
    ['chat/completions', { model, messages, presence_penalty: 3 }, 'presence_penalty', /a number from -2 to 2$/],
    [
      'chat/completions',
      { model, messages, logit_bias: { 9999: 1 } },
      'logit_bias',
      /^logit_bias: names the token 9999/,
    ],
    [
      'chat/completions',
      { model, messages, response_format: { type: 'json_object' } },
      'response_format',
      /not forced into a format/,
    ],
    [
      'chat/completions',
      { model, messages, tools: [{}] },
      'tools',
      /^tools: the chat template of this model passes them over$/,
    ],
    ['chat/completions', { model, messages, tools: [{}], tool_choice: 'required' }, 'tool_choice', /^tool_choice: /],
    ['completions', { model, prompt: [99_999] }, 'prompt', /^prompt: there is no token 99999/],
    ['completions', { model, prompt: [1], echo: true }, 'echo', /^echo: repeats texts/],
    ['completions', { model, prompt: [] }, 'prompt', /^prompt: takes a text, or the ids of its tokens/],
    [
      'embeddings',
      { model: 'admin/vectors', input: 'x', dimensions: 3 },
      'dimensions',
      /^dimensions: the embeddings of this model have \d+/,
    ],
    [
      'chat/completions',
      { model: 'admin/sees', messages },
      null,
      /its task is image-classification \(POST \/models\/admin\/sees\), not text-generation: it has no tokenizer/,
    ],
    [
      'embeddings',
      { model: 'admin/sees', input: 'x' },
      null,
      /its task is image-classification \(POST \/models\/admin\/sees\), not feature-extraction/,
    ],
  ];
  for (const [address, body, field, message] of refusals) {
    it(`what is refused is named as the caller named it: ${message.source}`, async () => {
      const answer = await post(`/v1/${address}`, body);
      const { error } = (await answer.json()) as { error: { message: string; param: string | null } };
      assert.equal(answer.status, 400);
      assert.match(error.message, message);
      assert.equal(error.param, field);
    });
  }
});
