import assert from 'node:assert/strict';
import { HubError } from '../../../../config/errors.js';
import { newTokens } from '../../../../server/pages/widgets/newTokensOf.js';
import { WebClient } from '../../../support/webClient.js';
import { startWidgetHub, type WidgetHub } from '../../../support/widgetHub.js';

describe('how many new tokens a widget asks for', () => {
  const rows: readonly [title: string, config: object, generation: object, expected: number | null][] = [
    ['a quarter of a small context', { max_position_embeddings: 512 }, {}, 128],
    ['256 of a large one', { max_position_embeddings: 32_768 }, {}, 256],
    ['what the files say', { max_position_embeddings: 512 }, { max_new_tokens: 40 }, 40],
    ['no more than a quarter, whatever the files say', { n_positions: 256 }, { max_new_tokens: 2048 }, 64],
    [
      'no more than a quarter where they name a whole length',
      { max_position_embeddings: 512 },
      { max_length: 512 },
      128,
    ],
    ['as many as a whole length, so that the text goes on', { n_positions: 256, max_length: 50 }, {}, 50],
    ['nothing of the length that old files have', { n_positions: 4096, max_length: 20 }, {}, 256],
    ['what the model does by itself where nothing is known', {}, {}, null],
    ['no count that is none', { max_position_embeddings: 512 }, { max_new_tokens: 'many' }, 128],
  ];
  for (const [title, config, generation, expected] of rows)
    it(`is ${title}`, () =>
      assert.equal(newTokens(config as Record<string, unknown>, generation as Record<string, unknown>), expected));

  describe('on a page', () => {
    let hub: WidgetHub;
    const config = Buffer.from(JSON.stringify({ max_position_embeddings: 512 }));
    before(async () => {
      const files = { 'config.json': config };
      hub = await startWidgetHub([
        { name: 'writes', task: 'text-generation', files },
        { name: 'chats', task: 'text-generation', tags: ['conversational'], files },
        { name: 'says', task: 'text-generation', files, record: { inferenceParameters: { max_length: 500 } } },
      ]);
      hub.script = () => [{ generated_text: 'Once upon' }];
    });
    after(() => hub.close());

    const ask = async (name: string, form: Record<string, string> = {}) => {
      const answer = await new WebClient(hub.url).post(`/ada/${name}`, { text: 'Once', ...form });
      return { text: answer.text, parameters: hub.calls.at(-1)!.parameters };
    };

    it('is told in the form, and gives way to whoever sets another', async () => {
      const { text } = await new WebClient(hub.url).get('/ada/writes');
      assert.match(text, /name="max_new_tokens"[^>]*placeholder="128"/);
      assert.equal((await ask('writes')).parameters.max_new_tokens, 128);
      assert.equal((await ask('writes', { max_new_tokens: '7' })).parameters.max_new_tokens, 7);
    });

    it('gives way to the card', async () => {
      const { parameters } = await ask('says');
      assert.equal(parameters.max_new_tokens, undefined);
      assert.equal(parameters.max_length, 500);
    });

    for (const [name, hint] of [
      ['writes', /The prompt leaves no room\.<\/p>.*Undo the last step, or shorten the text\. With fewer new tokens/],
      ['chats', /Clear the conversation to begin anew\. With fewer new tokens/],
    ] as const)
      it(`says what helps where nothing more fits: ${name}`, async () => {
        hub.script = () => {
          throw new HubError('INFERENCE_INPUT_INVALID', { reason: 'the prompt leaves no room', isFull: true });
        };
        assert.match((await ask(name)).text, hint);
      });
  });
});
