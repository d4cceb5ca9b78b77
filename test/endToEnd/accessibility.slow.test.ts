import assert from 'node:assert/strict';
import { type Browser, faultsOf, launchBrowser, needsBrowser } from '../support/browser.js';
import { git, type RealHub, startRealHub } from '../support/realHub.js';
import { WebClient } from '../support/webClient.js';

const card = `---
license: mit
language: [en, ar]
pipeline_tag: text-classification
tags: [one, two, three, four, five, six, seven, eight, nine, ten, eleven, twelve, thirteen, fourteen, fifteen]
model-index:
- name: rich
  results:
  - task: {type: text-classification}
    dataset: {name: A dataset with a rather long name, type: imdb}
    metrics: [{type: accuracy, value: 0.9}, {type: f1, value: 0.8}]
---
# A card with everything

A formula \\\\( e=mc^2 \\\\) and one alone:

$$
mse = (\\frac{1}{n})\\sum_{i=1}^{n}(y_{i} - x_{i})^{2}
$$

## A table

| column | ${'wide '.repeat(20)} |
|---|---|
| a | ${'b'.repeat(200)} |

## Code

\`\`\`python
model = load("rich")  # ${'long '.repeat(40)}
\`\`\`

### Deeper

مرحبا بالعالم

- [x] done
- [ ] not done

![a picture](img/none.png) and a note[^1].

[^1]: The note.
`;

describe('every page of a repository', function () {
  this.timeout(600_000);
  let hub: RealHub;
  let browser: Browser;
  let commit: string;
  let session: string;

  before(async function () {
    needsBrowser(this);
    hub = await startRealHub();
    const files = {
      'README.md': card,
      'config.json': JSON.stringify({ model_type: 'bert', architectures: ['BertForSequenceClassification'] }),
      'src/train.py': `print("${'long '.repeat(60)}")\n`.repeat(30),
      'data.bin': Buffer.alloc(2000),
      'rows.csv': `text,label\n${`${'wide '.repeat(30)},1\n`.repeat(20)}`,
      'run.ipynb': JSON.stringify({
        nbformat: 4,
        cells: [
          { cell_type: 'markdown', source: '# مرحبا' },
          {
            cell_type: 'code',
            source: 'long '.repeat(60),
            outputs: [{ output_type: 'stream', text: 'out '.repeat(60) }],
          },
        ],
      }),
      'evil.pkl': Buffer.from('\x80\x02cposix\nsystem\nX\x02\0\0\0id\x85R.', 'latin1'),
    };
    const copy = await hub.workingCopy(files);
    const pushed = await git(copy, 'push', `${hub.remote}/admin/rich`, 'main');
    assert.equal(pushed.code, 0, pushed.text);
    commit = (await git(copy, 'rev-parse', 'HEAD')).text.trim();
    const empty = await hub.workingCopy({ 'notes.txt': 'no card' });
    await git(empty, 'push', `${hub.remote}/admin/bare`, 'main');
    const client = new WebClient(hub.url);
    await client.logIn('admin');
    session = client.cookie('hub_session')!;
    browser = await launchBrowser();
  });

  after(async () => {
    await browser?.close();
    await hub?.close();
  });

  const open = (): string[] => [
    '/',
    '/models',
    '/admin',
    '/admin/rich',
    '/admin/bare',
    '/admin/rich/tree/main',
    '/admin/rich/tree/main/src',
    '/admin/rich/blob/main/README.md',
    '/admin/rich/blob/main/config.json',
    '/admin/rich/blob/main/src/train.py',
    '/admin/rich/blob/main/data.bin',
    '/admin/rich/commits/main',
    `/admin/rich/commit/${commit}`,
    `/admin/rich/commit/${commit}?style=split`,
    '/admin/rich/blob/main/README.md?code=true',
    '/admin/rich/blob/main/rows.csv',
    '/admin/rich/blob/main/run.ipynb',
    '/admin/rich/blob/main/evil.pkl',
    '/admin/rich/blame/main/src/train.py',
    '/admin/rich/blob/main/missing',
  ];
  const owned = ['/admin/rich', '/admin/rich/settings', '/admin/rich/refs'];

  for (const theme of ['light', 'dark'] as const) {
    for (const width of [360, 1280]) {
      it(`is accessible in ${theme} at ${width} px, and reflows at 320 px`, async () => {
        const found: string[] = [];
        for (const signedIn of [false, true]) {
          const context = await browser.newContext({ colorScheme: theme, viewport: { width, height: 900 } });
          if (signedIn) await context.addCookies([{ name: 'hub_session', value: session, url: hub.url }]);
          for (const path of signedIn ? owned : open()) found.push(...(await faultsOf(context, hub.url + path)));
          await context.close();
        }
        assert.deepEqual(found, []);
      });
    }
  }
});
