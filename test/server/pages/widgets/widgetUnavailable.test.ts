import assert from 'node:assert/strict';
import type { ModelRecord } from '../../../../indexer/tags/types.js';
import { remedyPages } from '../../../../server/pages/widgets/widgetRemedy.js';
import { docs } from '../../../../views/docs/table.js';
import { WebClient } from '../../../support/webClient.js';
import { type ScriptedModel, startWidgetHub, type WidgetHub } from '../../../support/widgetHub.js';

const output = (value: unknown): Partial<ModelRecord> => ({
  widgetExamples: [{ value: { text: 'A cat', output: value } }],
});

interface Row extends ScriptedModel {
  readonly everyone: RegExp;
  readonly writers: RegExp | null;
}

const rows: readonly Row[] = [
  {
    name: 'switched-off',
    task: 'text-classification',
    record: { inference: false, inferenceSays: 'false' },
    everyone: /Not available: README\.md says "inference: false"/,
    writers: /remove “inference: false” from README\.md/,
  },
  { name: 'no-task', task: null, everyone: /no task is known/, writers: /add “pipeline_tag: …”/ },
  {
    name: 'no-task-no-weights',
    task: null,
    record: { graphs: [] },
    everyone: /no task is known/,
    writers: /add “pipeline_tag: …”/,
  },
  {
    name: 'not-served',
    task: 'text-to-image',
    record: { graphs: [] },
    everyone:
      /<a href="\/tasks\/text-to-image">.*No widget for this task yet.*the task text-to-image is not answered here.*curl http:\S+\/api\/models\/ada\/not-served</s,
    writers: /Tasks that are answered/,
  },
  {
    name: 'tensors-alone',
    task: 'mask-generation',
    everyone: /No widget for this task yet.*Its tensors by the API.*curl http:\S+\/v2\/models\/ada\/tensors-alone</s,
    writers: null,
  },
  {
    name: 'no-weights',
    task: 'text-classification',
    record: { graphs: [] },
    everyone: /<a href="\/tasks\/text-classification">(?!.*No widget for this task).*it has no ONNX graph/s,
    writers: /push model\.onnx/,
  },
  {
    name: 'no-tokenizer',
    task: 'text-classification',
    record: { hasTokenizer: false },
    everyone: /it has no tokenizer/,
    writers: /push tokenizer\.json/,
  },
  {
    name: 'does-not-load',
    task: 'text-classification',
    record: {
      check: {
        by: 'x',
        problems: [{ graph: 'model.onnx', task: 'text-classification', reason: 'an input is missing' }],
      },
    },
    everyone: /an input is missing/,
    writers: /push the files again/,
  },
  {
    name: 'picture-of-card',
    task: 'text-to-image',
    record: output({ url: 'out/a cat.png' }),
    files: {},
    everyone:
      /Examples.*Not available: the task text-to-image is not answered here.*src="\/ada\/picture-of-card\/resolve\/HEAD\/out\/a%20cat\.png" alt="A cat"/s,
    writers: /“output”/,
  },
  {
    name: 'picture-of-example',
    task: 'image-to-image',
    record: { widgetExamples: [{ value: { src: 'in/a cat.png', prompt: 'Night', output: { url: 'out/b.png' } } }] },
    files: {},
    everyone: /src="\/ada\/picture-of-example\/resolve\/HEAD\/in\/a%20cat\.png" alt="Image of the example"/,
    writers: null,
  },
  {
    name: 'picture-elsewhere',
    task: 'text-to-image',
    record: output({ url: 'https://pictures.example/a.png' }),
    everyone: /<a href="https:\/\/pictures\.example\/a\.png">/,
    writers: null,
  },
  {
    name: 'agent',
    task: 'reinforcement-learning',
    files: { 'replay.mp4': new Uint8Array([1]) },
    everyone: /<video[^>]* controls[^>]* loop[^>]* muted[^>]* src="\/ada\/agent\/resolve\/b{40}\/replay\.mp4"/,
    writers: null,
  },
];

describe('a model that is not run', () => {
  let hub: WidgetHub;
  before(async () => {
    hub = await startWidgetHub([...rows, { name: 'agent-unseen', task: 'reinforcement-learning' }]);
  });
  after(() => hub.close());

  const page = async (name: string): Promise<string> => (await fetch(`${hub.url}/ada/${name}`)).text();
  const widgetOf = (html: string): string =>
    /<(?:hub-widget|section class="panel widget")[\s\S]*?<\/section>/.exec(html)?.[0].replaceAll('&quot;', '"') ?? '';

  for (const { name, everyone, writers } of rows) {
    it(`${name}: says why, and writers how to mend it`, async () => {
      assert.match(widgetOf(await page(name)), everyone);
      assert.doesNotMatch(await page(name), /To change this/);
      if (!writers) return;
      const ada = new WebClient(hub.url);
      await ada.logIn('ada');
      assert.match(widgetOf((await ada.get(`/ada/${name}`)).text), writers);
    });
  }

  it('has no panel where an agent has no video, but writers read how to add one', async () => {
    assert.equal(widgetOf(await page('agent-unseen')), '');
    const ada = new WebClient(hub.url);
    await ada.logIn('ada');
    assert.match(widgetOf((await ada.get('/ada/agent-unseen')).text), /Add <code>replay\.mp4<\/code>/);
  });

  it('leads to pages that are there', () => {
    for (const address of remedyPages)
      assert.ok(
        docs.some(({ slug }) => address === `/docs/hub/${slug}`),
        address,
      );
  });
});
