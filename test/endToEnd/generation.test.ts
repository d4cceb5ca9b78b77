import assert from 'node:assert/strict';
import { cp } from 'node:fs/promises';
import path from 'node:path';
import { projectRoot } from '../../config/projectRoot.js';
import { git, type RealHub, run, startRealHub } from '../support/realHub.js';
import { requirePython } from '../support/require.js';
import { until } from '../support/until.js';

const fixtures = path.join(projectRoot, 'test', 'fixtures', 'generation');
const chat = [{ role: 'user', content: ' was it good ?' }];
/** What Python's pipeline answers to it; test/fixtures/generation has the case. */
const greedy = { temperature: 0, max_tokens: 12 };

interface Choice {
  readonly text?: string;
  readonly message?: { readonly role: string; readonly content: string };
  readonly delta?: { readonly role?: string; readonly content?: string };
  readonly finish_reason: string | null;
  readonly logprobs: unknown;
}
interface Completion {
  readonly id: string;
  readonly object: string;
  readonly model: string;
  readonly choices: readonly Choice[];
  readonly usage?: Readonly<Record<string, number>> | null;
}

describe('the doors of text generation', function () {
  this.timeout(90_000);
  let hub: RealHub;
  before(async () => {
    hub = await startRealHub();
    await push('writer', 'gpt2-tiny');
    await push('translator', 'bart-tiny');
  });
  after(() => hub?.close());

  async function push(name: string, fixture: string): Promise<void> {
    const card = '---\ninference:\n  parameters:\n    max_new_tokens: 4\n---\n# writer\n';
    const copy = await hub.workingCopy({ 'notes.txt': name, ...(name === 'writer' ? { 'README.md': card } : {}) });
    await cp(path.join(fixtures, fixture), copy, { recursive: true, filter: (file) => !file.endsWith('cases.json') });
    await git(copy, 'add', '--all');
    await git(copy, 'commit', '--quiet', '--message=model');
    const pushed = await git(copy, 'push', `${hub.remote}/admin/${name}`, 'main');
    assert.equal(pushed.code, 0, pushed.text);
  }

  const post = (address: string, body: unknown, signal?: AbortSignal): Promise<Response> =>
    fetch(hub.url + address, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${hub.token}` },
      body: JSON.stringify(body),
      ...(signal ? { signal } : {}),
    });
  async function completion(address: string, body: unknown): Promise<Completion> {
    const answer = await post(address, body);
    assert.equal(answer.status, 200, await answer.clone().text());
    return (await answer.json()) as Completion;
  }
  async function events(address: string, body: unknown): Promise<string[]> {
    const answer = await post(address, body);
    assert.match(answer.headers.get('content-type') ?? '', /^text\/event-stream/);
    return [...(await answer.text()).matchAll(/^data: (.*)$/gm)].map((match) => match[1]!);
  }
  const chunks = async (address: string, body: unknown): Promise<Completion[]> => {
    const found = await events(address, body);
    assert.equal(found.pop(), '[DONE]');
    return found.map((data) => JSON.parse(data) as Completion);
  };
  const plain = (text: string | undefined) => text?.replace(/\uFFFD+/g, '\uFFFD');

  it('answer a chat in OpenAI’s form, with the model in the body or in the address', async () => {
    const answer = await completion('/v1/chat/completions', { model: 'admin/writer', messages: chat, ...greedy });
    assert.match(answer.id, /^chatcmpl-/);
    assert.equal(answer.object, 'chat.completion');
    assert.equal(answer.model, 'admin/writer');
    assert.equal(answer.choices[0]?.finish_reason, 'length');
    assert.equal(plain(answer.choices[0]?.message?.content), 'rivevAA\uFFFDv\uFFFDas?do\uFFFD');
    assert.deepEqual(answer.usage, { prompt_tokens: 26, completion_tokens: 12, total_tokens: 38 });
    const below = await completion('/models/admin/writer@main/v1/chat/completions', { messages: chat, ...greedy });
    assert.deepEqual(below.choices, answer.choices);
  });

  it('send a chat in parts, with its usage when asked', async () => {
    const body = { model: 'admin/writer', messages: chat, ...greedy };
    const whole = await completion('/v1/chat/completions', body);
    const parts = await chunks('/v1/chat/completions', {
      ...body,
      stream: true,
      stream_options: { include_usage: true },
    });
    assert.deepEqual(parts[0]?.choices[0]?.delta, { role: 'assistant', content: '' });
    const text = parts.map(({ choices }) => choices[0]?.delta?.content ?? '').join('');
    assert.equal(plain(text), plain(whole.choices[0]?.message?.content));
    assert.equal(parts.at(-2)?.choices[0]?.finish_reason, 'length');
    assert.deepEqual(parts.at(-1)?.usage, whole.usage);
    assert.deepEqual(parts.at(-1)?.choices, []);
  });

  it('end a text before what stops it, in parts too', async () => {
    const body = { model: 'admin/writer', messages: chat, ...greedy, stop: ['AA', 'zz'] };
    const [choice] = (await completion('/v1/chat/completions', body)).choices;
    assert.deepEqual([choice?.message?.content, choice?.finish_reason], ['rivev', 'stop']);
    const parts = await chunks('/v1/chat/completions', { ...body, stream: true });
    assert.equal(parts.map(({ choices }) => choices[0]?.delta?.content ?? '').join(''), 'rivev');
    assert.equal(parts.at(-1)?.choices[0]?.finish_reason, 'stop');
  });

  it('name the likeliest tokens of each place, as many as are asked for', async () => {
    interface Logprobs {
      readonly tokens: readonly string[];
      readonly token_logprobs: readonly number[];
      readonly top_logprobs: readonly Readonly<Record<string, number>>[] | null;
    }
    const body = { model: 'admin/writer', prompt: 'the cat', ...greedy, logprobs: 2 };
    const [choice] = (await completion('/v1/completions', body)).choices;
    const logprobs = choice!.logprobs as Logprobs;
    for (const [place, token] of logprobs.tokens.entries()) {
      const top = Object.entries(logprobs.top_logprobs![place]!);
      // Tokens of halves of characters have the same text.
      assert.ok(top.length === 2 || token.includes('\uFFFD') || token === '', JSON.stringify(top));
      assert.equal(Math.max(...top.map(([, value]) => value)), logprobs.token_logprobs[place]);
    }
    const none = await completion('/v1/completions', { ...body, logprobs: 0 });
    assert.equal((none.choices[0]!.logprobs as Logprobs).top_logprobs, null);
    const parts = await chunks('/v1/completions', { ...body, stream: true });
    const streamed = parts.flatMap(({ choices }) => (choices[0]?.logprobs as Logprobs | null)?.top_logprobs ?? []);
    assert.deepEqual(streamed, logprobs.top_logprobs);
    const asked = { model: 'admin/writer', messages: chat, ...greedy, logprobs: true, top_logprobs: 3 };
    const answer = (await completion('/v1/chat/completions', asked)).choices[0]!.logprobs as {
      readonly content: readonly { readonly logprob: number; readonly top_logprobs: readonly { logprob: number }[] }[];
    };
    for (const { logprob, top_logprobs } of answer.content) {
      assert.equal(top_logprobs.length, 3);
      assert.equal(top_logprobs[0]!.logprob, logprob);
    }
  });

  it('draw several texts that a seed repeats', async () => {
    const body = { model: 'admin/writer', prompt: ['the cat', 'no'], max_tokens: 5, temperature: 1, n: 2, seed: 4 };
    const first = await completion('/v1/completions', { ...body, echo: true, logprobs: 1 });
    assert.equal(first.choices.length, 4);
    assert.ok(first.choices[0]?.text?.startsWith('the cat') && first.choices[3]?.text?.startsWith('no'));
    assert.ok(first.choices.every(({ logprobs }) => logprobs));
    const again = await completion('/v1/completions', { ...body, echo: true, logprobs: 1 });
    assert.deepEqual(again.choices, first.choices);
  });

  it('send tokens in the form of the Hub, the last with the whole text', async () => {
    const parameters = { max_new_tokens: 6, do_sample: false };
    const found = (await events('/models/admin/writer', { inputs: 'the cat', parameters, stream: true })).map(
      (data) => JSON.parse(data) as { index: number; token: { text: string }; generated_text: string | null },
    );
    assert.deepEqual(
      found.map(({ index }) => index),
      [1, 2, 3, 4, 5, 6],
    );
    const text = found.map(({ token }) => token.text).join('');
    assert.equal(plain(found.at(-1)?.generated_text ?? ''), plain(text));
    assert.ok(found.slice(0, -1).every(({ generated_text }) => generated_text === null));
  });

  it('take the card’s parameters below those of the request', async () => {
    const asked = async (parameters: object) => {
      const answer = await post('/models/admin/writer', {
        inputs: 'the cat',
        parameters: { details: true, ...parameters },
      });
      const [text] = (await answer.json()) as { details: { generated_tokens: number; seed: number | null } }[];
      return text!.details;
    };
    assert.equal((await asked({ do_sample: false })).generated_tokens, 4);
    assert.equal((await asked({ do_sample: false, max_new_tokens: 2 })).generated_tokens, 2);
    assert.ok((await asked({ do_sample: false, max_length: 30 })).generated_tokens > 4);
    assert.ok((await asked({})).seed !== null);
  });

  it('keep an answer only where the same question always has it', async () => {
    const kinds = async (parameters: object): Promise<(string | null)[]> => {
      const ask = () => post('/models/admin/writer', { inputs: 'no , it', parameters });
      return [await ask(), await ask()].map((answer) => answer.headers.get('x-compute-type'));
    };
    assert.deepEqual(await kinds({}), ['cpu+compiled', 'cpu+compiled']);
    assert.deepEqual(await kinds({ seed: 3 }), ['cpu+compiled', 'cache']);
    assert.deepEqual(await kinds({ do_sample: false }), ['cpu+compiled', 'cache']);
  });

  it('translate by the languages of the task, whichever way they are named', async () => {
    const translated = async (address: string, parameters = {}): Promise<unknown> =>
      (await post(address, { inputs: 'we saw the river .', parameters })).json();
    const german = await translated('/pipeline/translation_en_to_de/admin/translator');
    const french = await translated('/pipeline/translation_en_to_fr/admin/translator');
    assert.notDeepEqual(german, french);
    assert.deepEqual(await translated('/models/admin/translator/pipeline/translation', { tgt_lang: 'fr' }), french);
    assert.deepEqual(await translated('/models/admin/translator/pipeline/translation'), german);
  });

  it('answer the older form of a conversation', async () => {
    const inputs = { text: 'was it good ?', past_user_inputs: ['hello'], generated_responses: ['hello .'] };
    const answer = await post('/models/admin/writer/pipeline/conversational', {
      inputs,
      parameters: { do_sample: false },
    });
    const { generated_text, conversation } = (await answer.json()) as {
      generated_text: string;
      conversation: { past_user_inputs: string[]; generated_responses: string[] };
    };
    assert.deepEqual(conversation.past_user_inputs, ['hello', 'was it good ?']);
    assert.deepEqual(conversation.generated_responses, ['hello .', generated_text]);
  });

  const refusals: readonly [address: string, body: object, status: number, code: string, message: RegExp][] = [
    ['/v1/chat/completions', { model: 'admin/none', messages: chat }, 404, 'model_not_found', /not found/],
    ['/v1/chat/completions', { messages: chat }, 400, 'inference_input_invalid', /^model: takes the id/],
    ['/v1/chat/completions', { model: 'admin/writer', messages: 'x' }, 400, 'inference_input_invalid', /^messages: /],
    ['/v1/chat/completions', { model: 'admin/writer', messages: chat, n: 99 }, 400, 'inference_input_invalid', /^n: /],
    [
      '/v1/chat/completions',
      { model: 'admin/writer', messages: [{ role: 'critic', content: 'bad' }], stream: true },
      400,
      'inference_input_invalid',
      /the chat template refuses these messages: no critics here/,
    ],
    ['/v1/completions', { model: 'admin/writer', prompt: [1, 'x'] }, 400, 'inference_input_invalid', /^prompt: /],
    [
      '/v1/completions',
      { model: 'admin/writer', prompt: 'the '.repeat(99) },
      400,
      'inference_input_invalid',
      /no room/,
    ],
  ];
  for (const [address, body, status, code, message] of refusals) {
    it(`refuse in OpenAI’s form: ${message.source}`, async () => {
      const answer = await post(address, body);
      const { error } = (await answer.json()) as { error: { message: string; code: string } };
      assert.equal(answer.status, status);
      assert.equal(error.code, code);
      assert.match(error.message, message);
    });
  }

  it('list the models that run, and tell of one, also when its slash is encoded', async () => {
    const get = async (address: string): Promise<unknown> =>
      (await fetch(hub.url + address, { headers: { authorization: `Bearer ${hub.token}` } })).json();
    const { data } = (await get('/v1/models')) as { data: { id: string; object: string; owned_by: string }[] };
    const names = data.map(({ id }) => id);
    assert.ok(names.includes('admin/writer') && names.includes('admin/translator'));
    const one = data.find(({ id }) => id === 'admin/writer');
    assert.deepEqual(await get('/v1/models/admin%2Fwriter'), one);
    assert.deepEqual(await get('/v1/models/admin/writer'), one);
  });

  it('end the generation when the caller leaves', async () => {
    const leave = new AbortController();
    const body = { inputs: 'the cat', parameters: { max_new_tokens: 80, min_new_tokens: 80 }, stream: true };
    const answer = await post('/models/admin/writer', body, leave.signal);
    await answer.body!.getReader().read();
    leave.abort();
    const { inference } = hub.hub.services;
    await until('the generation goes on', () => inference.stats().running === 0);
  });

  it('serve Python’s InferenceClient, whole and in parts', async function () {
    const python = requirePython(this);
    const program = `import json, sys
from huggingface_hub import InferenceClient
url, token = sys.argv[1:]
messages = [{"role": "user", "content": " was it good ?"}]
chats = InferenceClient(base_url=url + "/v1", token=token)
text = InferenceClient(model=url + "/models/admin/writer", token=token)
answer = chats.chat_completion(messages, model="admin/writer", max_tokens=5, temperature=0)
parts = chats.chat_completion(messages, model="admin/writer", max_tokens=5, temperature=0, stream=True)
joined = "".join(part.choices[0].delta.content or "" for part in parts)
details = text.text_generation("the cat", max_new_tokens=3, do_sample=False, details=True)
tokens = list(text.text_generation("the cat", max_new_tokens=3, do_sample=False, stream=True))
translated = InferenceClient(model=url + "/models/admin/translator/pipeline/translation", token=token).translation("we saw")
print(json.dumps([answer.choices[0].message.content == joined, answer.usage.completion_tokens, details.details.generated_tokens, len(tokens), isinstance(translated.translation_text, str)]))`;
    const { code, text } = await run(python, ['-W', 'ignore', '-c', program, hub.url, hub.token], hub.folder, {
      HF_ENDPOINT: hub.url,
      HF_HOME: path.join(hub.folder, 'hf'),
      NO_PROXY: '127.0.0.1',
    });
    assert.equal(code, 0, text);
    assert.deepEqual(JSON.parse(text.trim().split('\n').at(-1)!), [true, 5, 3, 3, true]);
  });
});
