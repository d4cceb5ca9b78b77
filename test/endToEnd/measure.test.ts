import assert from 'node:assert/strict';
import { cp } from 'node:fs/promises';
import path from 'node:path';
import { projectRoot } from '../../config/projectRoot.js';
import { git, type RealHub, startRealHub } from '../support/realHub.js';
import { until } from '../support/until.js';

const fixtures = path.join(projectRoot, 'test', 'fixtures');
const card = `---
pipeline_tag: token-classification
widget:
  - text: Anna lives in Oslo
    output:
      - label: B-PER
        score: 0.5
---
# measured
`;

describe('a model that was pushed', function () {
  this.timeout(90_000);
  let hub: RealHub;
  before(async () => {
    hub = await startRealHub({ '--inference-measure': 'true' });
    const copy = await hub.workingCopy({ 'README.md': card });
    await cp(path.join(fixtures, 'checkpoints', 'bert-ner'), copy, { recursive: true });
    await cp(path.join(fixtures, 'models', 'bert-ner', 'tokenizer.json'), path.join(copy, 'tokenizer.json'));
    await git(copy, 'add', '--all');
    await git(copy, 'commit', '--quiet', '--message=model');
    const pushed = await git(copy, 'push', `${hub.remote}/admin/measured`, 'main');
    assert.equal(pushed.code, 0, pushed.text);
  });
  after(() => hub.close());

  const page = async (address: string) => (await fetch(hub.url + address)).text();

  it('is run once by itself: its page shows how long it takes here, that its graph was checked, and what the card quotes', async () => {
    let text = '';
    await until('the page shows no measurement', async () => {
      text = await page('/admin/measured');
      return /<dt>A call<\/dt>/.test(text) && /equal to a second forward pass in all layers/.test(text);
    });
    assert.match(text, /<dt>Answers of the card<\/dt>/);
  });

  it('is found by its speed', async () => {
    assert.match(await page('/models?sort=speed'), /admin\/measured/);
    assert.match(await page('/models?max_ms=60000'), /admin\/measured/);
    assert.doesNotMatch(await page('/models?max_ms=0.0001'), /href="\/admin\/measured"/);
    const found = (await (await fetch(`${hub.url}/api/models?max_ms=60000&sort=speed`)).json()) as { id: string }[];
    assert.deepEqual(
      found.map(({ id }) => id),
      ['admin/measured'],
    );
  });
});
