import assert from 'node:assert/strict';
import { inClientsForm } from '../../../../server/inference/calls/clientForms.js';

const lists = { sequence: 'x', labels: ['a', 'b'], scores: [0.75, 0.25] };
const rows = [
  { label: 'a', score: 0.75 },
  { label: 'b', score: 0.25 },
];
const [old, young] = ['unknown/None; hf_hub/0.36.0; python/3.11.7', 'unknown/None; hf_hub/2.4.0; python/3.11.7'];
const js = '@huggingface/inference/4.13.30';

describe('answers in the form of the client', () => {
  const cases: readonly [client: string | undefined, task: string, answer: unknown, wanted: unknown][] = [
    [undefined, 'zero-shot-classification', lists, lists],
    [old, 'zero-shot-classification', lists, lists],
    [young, 'zero-shot-classification', lists, rows],
    [young, 'zero-shot-classification', [lists, lists], [rows, rows]],
    [young, 'image-to-text', [{ generated_text: 'x' }], [{ generated_text: 'x' }]],
    [js, 'image-to-text', [{ generated_text: 'x' }], { generated_text: 'x' }],
    [js, 'image-segmentation', [{ label: 'a', score: null, mask: 'm' }], [{ label: 'a', mask: 'm' }]],
    [js, 'text-classification', [{ label: 'a', score: null }], [{ label: 'a', score: null }]],
  ];
  for (const [client, task, answer, wanted] of cases) {
    it(`${client ?? 'of no name'}, ${task}, ${JSON.stringify(answer).slice(0, 30)}`, () => {
      assert.deepEqual(JSON.parse(inClientsForm(client, task, JSON.stringify(answer))), wanted);
    });
  }
});
