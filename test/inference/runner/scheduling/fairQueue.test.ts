import assert from 'node:assert/strict';
import { FairQueue } from '../../../../inference/runner/scheduling/fairQueue.js';

/** The order in which a queue gives all that is in it. */
function drained(queue: FairQueue<string>): string[] {
  const order: string[] = [];
  for (let [next] = queue; next !== undefined; [next] = queue) {
    queue.take(next);
    order.push(next);
  }
  return order;
}

describe('FairQueue', () => {
  it('serves callers in turn, however many calls each has sent', () => {
    const queue = new FairQueue<string>();
    for (const name of ['a1', 'a2', 'a3', 'a4']) queue.add(name, 'a', 1);
    for (const name of ['b1', 'b2']) queue.add(name, 'b', 1);
    assert.deepEqual(drained(queue), ['a1', 'b1', 'a2', 'b2', 'a3', 'a4']);
  });

  it('gives a caller of twice the weight twice the turns', () => {
    const queue = new FairQueue<string>();
    for (let i = 1; i <= 6; i++) queue.add(`a${i}`, 'a', 2);
    for (let i = 1; i <= 3; i++) queue.add(`b${i}`, 'b', 1);
    const first = drained(queue).slice(0, 6);
    assert.equal(first.filter((name) => name.startsWith('a')).length, 4);
  });

  it('does not let a newcomer pay for the time before he came, nor be paid for it', () => {
    const queue = new FairQueue<string>();
    for (let i = 1; i <= 5; i++) queue.add(`a${i}`, 'a', 1);
    for (const name of ['a1', 'a2', 'a3']) queue.take(name);
    queue.add('b1', 'b', 1);
    queue.add('b2', 'b', 1);
    const order = drained(queue);
    assert.ok(order.indexOf('b1') <= 1, order.join());
    assert.ok(order.indexOf('a4') <= 1, order.join());
  });

  it('goes on with the others when one is dropped', () => {
    const queue = new FairQueue<string>();
    for (const name of ['a1', 'a2']) queue.add(name, 'a', 1);
    queue.add('b1', 'b', 1);
    queue.drop('a1');
    assert.equal(queue.size, 2);
    assert.deepEqual(drained(queue), ['b1', 'a2']);
  });
});
