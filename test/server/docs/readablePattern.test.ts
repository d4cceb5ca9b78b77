import assert from 'node:assert/strict';
import { readablePattern } from '../../../server/docs/readablePattern.js';

describe('a pattern of the rules, for people', () => {
  const rows: readonly [pattern: RegExp, expected: readonly string[]][] = [
    [/\.onnx$/, ['*.onnx']],
    [/^model\.keras$/, ['model.keras']],
    [/(^|\/)events\.out\.tfevents\./, ['events.out.tfevents.*']],
    [/^[^/]+\.nemo$/, ['NAME.nemo']],
    [/^(a\.json|b\.pkl)$/, ['a.json', 'b.pkl']],
    [/ForCTC$|^BloomModel$/, ['*ForCTC', 'BloomModel']],
    [/^tf_model(-\d{5}-of-\d{5})?\.h5(\.index\.json)?$/, ['tf_model[-NNNNN-of-NNNNN].h5[.index.json]']],
    [/^LayoutLM.*ForQuestionAnswering$/, ['LayoutLM*ForQuestionAnswering']],
    [/^M?T5WithLMHeadModel$/, ['[M]T5WithLMHeadModel']],
  ];
  for (const [pattern, expected] of rows)
    it(String(pattern), () => assert.deepEqual(readablePattern(pattern), expected));
});
