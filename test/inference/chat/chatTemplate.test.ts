import assert from 'node:assert/strict';
import { chatPrompt } from '../../../inference/chat/chatTemplate.js';
import { strftime } from '../../../inference/chat/strftime.js';
import type { Model } from '../../../inference/pipelines/model.js';

const messages = [
  { role: 'user', content: ' Hi ' },
  { role: 'assistant', content: 'I am ' },
];

function modelWith(tokenizer: object, files: Readonly<Record<string, string>> = {}): Model {
  return { settings: { tokenizer }, file: (name: string) => Promise.resolve(files[name] ?? null) } as unknown as Model;
}

const prompt = (template: unknown, options = {}, files: Readonly<Record<string, string>> = {}) =>
  chatPrompt(
    modelWith({ chat_template: template, bos_token: '<s>', eos_token: { content: '</s>' } }, files),
    messages,
    {
      tools: null,
      continuesLast: false,
      ...options,
    },
  );

describe('a chat template', () => {
  it('finds the messages, the special tokens and what Python gives it', async () => {
    const template =
      '{{bos_token}}{% for m in messages %}{{loop.index}}{{m.role}}:{{m.content|trim}}{{eos_token}}{% endfor %}' +
      '{{pad_token}}{% if tools is none and add_generation_prompt %}>{% endif %}';
    assert.equal(await prompt(template), '<s>1user:Hi</s>2assistant:I am</s>>');
  });

  it('may break loops, write JSON and look at the date', async () => {
    const template = "{% for m in messages %}{{m|tojson}}{% break %}{% endfor %}{{strftime_now('%Y')}}";
    assert.equal(await prompt(template), `{"role": "user", "content": " Hi "}${new Date().getFullYear()}`);
    const left =
      '{% for m in messages %}<{% for n in [1, 2, 3] %}{% if n == 2 %}a{% continue %}b{% endif %}{{n}}{% endfor %}>';
    assert.equal(await prompt(`${left}{% if loop.first %}x{% break %}{% endif %}y{% endfor %}z`), '<1a3>xz');
  });

  it('is that of its own file first, and of a list the one called "default", or "tool_use" with tools', async () => {
    assert.equal(await prompt('a', {}, { 'chat_template.jinja': 'b' }), 'b');
    const list = [
      { name: 'default', template: 'c' },
      { name: 'tool_use', template: 'd{{ tools | length }}' },
    ];
    assert.equal(await prompt(list), 'c');
    assert.equal(await prompt(list, { tools: [{}] }), 'd1');
    await assert.rejects(
      prompt('a', { tools: [{}] }),
      /parameters.tools: the chat template of this model passes them over/,
    );
    await assert.rejects(prompt(undefined, { tools: [{}] }), /has no chat template to show them/);
    assert.equal(await prompt(undefined, {}, { 'chat_template.json': '{"chat_template": "e"}' }), 'e');
    assert.equal(await prompt(undefined), null);
  });

  it('takes slices that leave a bound out', async () => {
    const sliced = '{% for m in messages[:1] %}<{{ m.content }}>{% endfor %}{{ messages[0:]|length }}';
    assert.match(String(await prompt(sliced)), /^<[^>]+>\d$/);
  });

  it('ends where a last message is to be continued', async () => {
    const continuesLast = true;
    const kept = '{% for m in messages %}[{{m.content}}]{% endfor %}';
    assert.equal(await prompt(kept, { continuesLast }), '[ Hi ][I am ');
    const trimmed = '{% for m in messages %}[{{m.content | trim}}]{% endfor %}';
    assert.equal(await prompt(trimmed, { continuesLast }), '[Hi][I am');
    await assert.rejects(prompt('nothing', { continuesLast }), { code: 'INFERENCE_INPUT_INVALID' });
  });

  const hostile: readonly [what: string, template: string, code: string, message: RegExp][] = [
    ['refuses', "{{ raise_exception('roles must alternate') }}", 'INFERENCE_INPUT_INVALID', /roles must alternate/],
    ['never ends', nested('{% for i in range(99999) %}', 3), 'INFERENCE_UNAVAILABLE', /takes more than 2 s/],
    ['counts too far', '{% for i in range(1000000000) %}{% endfor %}', 'INFERENCE_UNAVAILABLE', /counts further/],
    [
      'doubles a text',
      "{% set ns = namespace(x='a') %}{% for i in range(60) %}{% set ns.x = ns.x ~ ns.x %}{% endfor %}{{ns.x}}",
      'INFERENCE_UNAVAILABLE',
      /Invalid string length/,
    ],
    [
      'is long',
      "{% set ns = namespace(x='a') %}{% for i in range(23) %}{% set ns.x = ns.x ~ ns.x %}{% endfor %}{{ns.x}}",
      'INFERENCE_UNAVAILABLE',
      /more than 4194304 characters/,
    ],
    ['is none', '{% for %}', 'INFERENCE_UNAVAILABLE', /its chat template fails/],
    ['is too large', 'x'.repeat(2 ** 20 + 1), 'INFERENCE_UNAVAILABLE', /at most 1048576/],
  ];
  for (const [what, template, code, message] of hostile) {
    it(`that ${what} fails with the reason`, async () => {
      await assert.rejects(
        prompt(template),
        (error: { code: string; message: string }) => error.code === code && message.test(error.message),
      );
    });
  }

  it('sees nothing of the program', async () => {
    assert.equal(await prompt('{{ messages.constructor }}{{ messages[0].__proto__ }}{{ process }}'), '');
  });
});

function nested(loop: string, depth: number): string {
  return loop.repeat(depth) + '{% endfor %}'.repeat(depth);
}

describe('dates in templates', () => {
  const date = new Date(2024, 1, 5, 15, 4, 9);
  const rows: readonly [format: string, text: string][] = [
    ['%d %B %Y', '05 February 2024'],
    ['%a %A %b %-d %e', 'Mon Monday Feb 5  5'],
    ['%H:%M:%S %I %p %j %y %%', '15:04:09 03 PM 036 24 %'],
    ['%F %T %Q', '2024-02-05 15:04:09 %Q'],
  ];
  for (const [format, text] of rows) it(format, () => assert.equal(strftime(date, format), text));
});
