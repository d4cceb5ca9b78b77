import assert from 'node:assert/strict';
import { answerBody, outputOf } from '../../../../server/inference/calls/answerBody.js';
import { AnswerCache, answerKey } from '../../../../server/inference/calls/answerCache.js';

describe('the cache of answers', () => {
  it('tells files apart by their bytes', () => {
    const key = (...bytes: number[]) => answerKey(['snapshot', { image: Uint8Array.from(bytes) }]);
    assert.equal(key(1, 2), key(1, 2));
    assert.notEqual(key(1, 2), key(1, 3));
  });

  it('keeps a sound as its bytes, and JSON as text', () => {
    const cache = new AnswerCache(1000);
    const sound = answerBody({ bytes: Uint8Array.from([1, 2]), contentType: 'audio/wav' });
    cache.set('sound', sound);
    cache.set('labels', answerBody([{ label: 'a', score: 1 }]));
    assert.deepEqual(cache.get('sound'), { contentType: 'audio/wav', body: Uint8Array.from([1, 2]) });
    assert.deepEqual(outputOf(sound), { blob: 'AQI=', 'content-type': 'audio/wav' });
    assert.deepEqual(outputOf(cache.get('labels')!), [{ label: 'a', score: 1 }]);
  });
});
