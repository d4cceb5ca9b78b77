import assert from 'node:assert/strict';
import { createLog } from '../../../config/log.js';
import { CardRenderer } from '../../../server/cards/cardRenderer.js';

const options = { linkBase: '/a/b/blob/main/', rawBase: '/a/b/resolve/main/', externalImages: true, nonce: 'q7x' };
/** Emphasis that closes another than the last one opened takes Markdown minutes at this length (20 s for a tenth of it). */
const slow = '*a b_ '.repeat(80_000);

describe('CardRenderer', function () {
  this.timeout(60_000);
  let cards: CardRenderer | undefined;

  afterEach(() => cards?.close());

  it('renders a long card on its thread while this one goes on', async () => {
    cards = new CardRenderer(createLog('silent'), 30_000);
    let ticks = 0;
    const clock = setInterval(() => ticks++, 1);
    const { card, isWhole } = await cards.render('key', '# Title\n\n- *a* `b`\n'.repeat(1000), options);
    clearInterval(clock);
    assert.ok(isWhole);
    assert.match(card.html, /<em>a<\/em>/);
    assert.ok(ticks > 0, 'this thread stood still');
  });

  it('gives a card that takes too long as it was written, once, and renders the next one', async () => {
    cards = new CardRenderer(createLog('silent'), 6000);
    const [first, second, other] = await Promise.all([
      cards.render('slow', slow, options),
      cards.render('slow', slow, options),
      cards.render('other', `**other** ${'word '.repeat(1000)}`, options),
    ]);
    assert.equal(first.isWhole, false);
    assert.match(first.card.html, /takes too long[\s\S]*<pre>\*a b_/);
    assert.equal(second, first);
    assert.match(other.card.html, /<strong>other/);
    const started = performance.now();
    await cards.render('slow', slow, options);
    assert.ok(performance.now() - started < 3000, 'it is not tried again at once');
  });
});
