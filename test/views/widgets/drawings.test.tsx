import assert from 'node:assert/strict';
import { InChrome } from '../../../views/chrome.js';
import { renderFragment } from '../../../views/render.js';
import { WidgetAnswer } from '../../../views/widgets/answer.js';

const chrome = { assets: { icons: '/icons.svg' } } as unknown as Parameters<typeof InChrome>[0]['value'];
const picture = { source: 'data:image/png;base64,AA==', width: 300, height: 200 };
const box = { label: 'cat', score: 0.91, box: { xmin: 10, ymin: 20, xmax: 110, ymax: 70 } };
const drawn = (task: string, output: unknown, on: typeof picture | null = picture): string =>
  renderFragment(
    <InChrome value={chrome}>
      <WidgetAnswer task={task} output={output} values={{}} picture={on} />
    </InChrome>,
  );

describe('answers drawn over their picture', () => {
  it('has a box where each object is, with its label and score', () => {
    const html = drawn('object-detection', [box, { ...box, label: '<b>' }]);
    assert.match(html, /viewBox="0 0 300 200"/);
    assert.match(html, /aria-label="The picture with 2 boxes"/);
    assert.match(html, /<rect class="drawn-box" x="10" y="20" width="100" height="50"/);
    assert.match(html, /cat 0\.91/);
    assert.doesNotMatch(html, /<b>/);
  });

  it('has words in another corner, where two would lie on each other', () => {
    const html = drawn('object-detection', [box, { ...box, label: 'dog' }]);
    assert.match(html, />cat 0\.91</);
    assert.match(html, />dog 0\.91</);
    assert.match(html, /scope="row"[^>]*>cat \(10, 20/);
  });

  it('ends boxes at the edge of the picture, and tells what the model said', () => {
    const html = drawn('object-detection', [{ ...box, box: { xmin: -5, ymin: 20, xmax: 340, ymax: 70 } }]);
    assert.match(html, /<rect class="drawn-box" x="0" y="20" width="300" height="50"/);
    assert.match(html, /cat \(-5, 20 – 340, 70\)/);
  });

  it('numbers boxes whose words have no room, and the rows with them', () => {
    const small = { source: picture.source, width: 48, height: 48 };
    const boxes = [...'abcdefghijklmn'].map((name, at) => ({
      label: `something called ${name}`,
      score: 0.9,
      box: { xmin: 0, ymin: at, xmax: 20, ymax: 8 + at },
    }));
    const html = drawn('object-detection', boxes, small);
    assert.deepEqual(
      [...html.matchAll(/class="drawn-label"[^>]*>([^<]*)</g)].map(([, text]) => text).sort(),
      boxes.map((_, at) => String(at + 1)).sort(),
    );
    assert.match(html, /scope="row"[^>]*>3: something called c \(0, 2/);
  });

  it('leaves the picture to the browser that has it', () => {
    assert.match(drawn('object-detection', [box], { ...picture, source: null as unknown as string }), /data-picture/);
  });

  it('draws nothing without a picture, or without an object', () => {
    assert.doesNotMatch(drawn('object-detection', [box], null), /class="drawing"/);
    assert.doesNotMatch(drawn('object-detection', []), /class="drawing"/);
  });

  it('lays masks over it, in the colours that the legend has', () => {
    const html = drawn('image-segmentation', [{ label: 'sky', score: null, mask: 'iVBORw0KGgo=' }]);
    assert.match(html, /<mask id="widget-mask-0"/);
    assert.match(html, /cat-1/);
  });

  it('shows each mask alone over the picture, without sending either again', () => {
    const html = drawn('image-segmentation', [{ label: 'sky', score: null, mask: 'iVBORw0KGgo=' }]);
    const shown = html.slice(0, html.indexOf('<details'));
    assert.equal(shown.split('data:image/png;base64,iVBORw0KGgo=').length, 2);
    assert.equal(shown.split(picture.source).length, 2);
    assert.match(html, /aria-label="Where sky is"><use href="#widget-picture"/);
    assert.match(drawn('image-segmentation', [{ label: 'sky', score: null, mask: 'iVBORw0KGgo=' }], null), /<img src/);
  });
});

describe('a conversation', () => {
  const conversation = { past_user_inputs: ['Hi', 'And <i>?'], generated_responses: ['Hello', ''] };
  const html = drawn('conversational', { generated_text: '', conversation });

  it('shows each turn, and hands all on with the next message', () => {
    assert.match(html, /You.*Hi.*Model.*Hello.*You.*And &lt;i>/s);
    const held = /name="turns" form="widget-form" value="([^"]*)"/.exec(html)?.[1] ?? '';
    assert.deepEqual(JSON.parse(held.replaceAll('&quot;', '"').replaceAll('&lt;', '<')), conversation);
  });
});
