import assert from 'node:assert/strict';
import { render } from 'preact-render-to-string';
import { Evaluations } from '../../../views/pages/model/evaluations.js';

const row = {
  task: { type: 'fill-mask' },
  dataset: { type: 'glue', name: 'GLUE' },
  datasetHref: null,
  metricHref: null,
};

describe('evaluation results', () => {
  it('lead to a source on the web, and show any other as text', () => {
    const metric = { type: 'f1', value: 0.9 };
    const show = (url: string, name?: string): string =>
      render(<Evaluations rows={[{ ...row, metric, source: { url, ...(name && { name }) } }]} />);
    assert.match(show('https://example.org/board', 'A board'), /<a href="https:\/\/example.org\/board"[^>]*>A board</);
    for (const url of ['javascript:alert(1)', 'ftp://example.org/', 'board']) {
      assert.doesNotMatch(show(url), /<a/);
      assert.match(show(url), new RegExp(url.replace(/[()]/g, '\\$&')));
      assert.match(show(url, 'A board'), /A board/);
    }
  });

  it('say which values the card calls verified, and that nobody checked that here', () => {
    const show = (verified: boolean): string =>
      render(<Evaluations rows={[{ ...row, metric: { type: 'f1', value: 0.9, ...(verified && { verified }) } }]} />);
    assert.match(show(true), /said to be verified.*nor checked the signature/s);
    assert.doesNotMatch(show(false), /verified/);
  });
});
