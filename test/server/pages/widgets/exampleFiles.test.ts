import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { projectRoot } from '../../../../config/projectRoot.js';
import { assets } from '../../../../server/pages/assets.js';
import { exampleFile, fileExamples } from '../../../../server/pages/widgets/exampleFiles.js';
import { readInputs } from '../../../../server/pages/widgets/widgetInputs.js';
import { exampleValues, takesFile, widgetFields } from '../../../../views/widgets/inputs.js';
import { WebClient } from '../../../support/webClient.js';
import { startWidgetHub, type WidgetHub } from '../../../support/widgetHub.js';

const folder = path.join(projectRoot, 'config', 'widget-files');

describe('pictures and sounds that come with the hub', () => {
  for (const task of Object.keys(widgetFields).filter(takesFile)) {
    it(`are examples of ${task}, complete`, () => {
      const examples = fileExamples(task);
      assert.ok(examples.length > 0);
      for (const example of examples) {
        const values = exampleValues(task, example);
        for (const { name } of widgetFields[task]!) assert.ok(values[name], `${task} lacks ${name}`);
        assert.ok(exampleFile(values.src!));
      }
    });
  }

  it('are a few kB each, all named by an example, and nothing else is', () => {
    const { examples, problems } = readInputs(path.join(folder, 'examples.json'));
    assert.deepEqual(problems, []);
    const named = new Set(Object.values(examples).flatMap((list) => list.map(({ src }) => src)));
    assert.deepEqual(named, new Set(readdirSync(folder).filter((name) => !name.endsWith('.json'))));
    for (const { body } of assets().examples.values()) assert.ok(body.length < 16_000);
  });

  it('are no files of anybody else', () => {
    for (const source of ['', '/etc/passwd', 'cat.png', '/assets/examples/cat.png', assets().urls.css])
      assert.equal(exampleFile(source), null);
  });

  describe('in a widget', () => {
    let hub: WidgetHub;
    before(async () => {
      hub = await startWidgetHub([
        { name: 'plain', task: 'image-classification', record: { languages: ['fi'] } },
        {
          name: 'own',
          task: 'image-classification',
          record: { widgetExamples: [{ value: { src: 'photo.png' }, title: 'Mine' }] },
        },
        { name: 'hears', task: 'automatic-speech-recognition' },
      ]);
    });
    after(() => hub.close());

    it('are offered in any language, and asked without JavaScript', async () => {
      const client = new WebClient(hub.url);
      const { text } = await client.get('/ada/plain');
      const source = /name="src" value="([^"]+)"/.exec(text)?.[1];
      assert.match(source ?? '', /^\/assets\/examples\/cat\.\w+\.png$/);
      assert.match(text, new RegExp(`<img src="${source}" alt="Image of the example"`));
      assert.match(text, /href="\/ada\/plain\?example=1#widget"[^>]*>A lake</);
      hub.script = () => [{ label: 'cat', score: 0.9 }];
      const answered = await client.post('/ada/plain', { src: source!, example: '0' });
      assert.equal(answered.status, 200);
      assert.match(answered.text, /cat.*0\.900/s);
      const [call] = hub.calls.slice(-1);
      assert.deepEqual(Buffer.from(call!.inputs as Uint8Array), assets().examples.get('cat.png')!.body);
    });

    it('give way to those of the card', async () => {
      const { text } = await new WebClient(hub.url).get('/ada/own');
      assert.match(text, />Mine</);
      assert.doesNotMatch(text, /assets\/examples/);
    });

    it('are kept by browsers for ever, and sounds come in parts too', async () => {
      const { address, body } = assets().examples.get('hello.wav')!;
      const whole = await fetch(`${hub.url}${address}`);
      assert.equal(whole.headers.get('content-type'), 'audio/wav');
      assert.match(whole.headers.get('cache-control') ?? '', /max-age=31536000, immutable/);
      assert.deepEqual(Buffer.from(await whole.arrayBuffer()), body);
      const part = await fetch(`${hub.url}${address}`, { headers: { Range: 'bytes=0-1' } });
      assert.equal(part.status, 206);
      assert.equal(part.headers.get('content-range'), `bytes 0-1/${body.length}`);
      assert.equal(await part.text(), 'RI');
    });
  });
});
