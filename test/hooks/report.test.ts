import assert from 'node:assert/strict';
import { formatReport } from '../../hooks/report.js';
import type { ModelRecord, Tag } from '../../indexer/tags/types.js';

const tag = (name: string): Tag =>
  ({ name, group: 'other', evidence: [{ rule: 'card', file: 'README.md', key: 'tags' }] }) as unknown as Tag;

describe('a report of long and hostile names', () => {
  const long = `base_model:finetune:sentence-transformers/${'paraphrase-multilingual-'.repeat(20)}`;
  const record = {
    pipelineTag: `${'x'.repeat(300)}\u001b[2J`,
    pipelineEvidence: { rule: 'card', file: 'README.md', key: 'pipeline_tag' },
    libraryName: 'y'.repeat(300),
    libraryEvidence: null,
    license: `\u009b31m${'z'.repeat(300)}`,
    graphs: [],
    languages: Array.from({ length: 500 }, (_, index) => `l${index}`),
    parameters: null,
    tags: [tag(long), tag('base_model:finetune:sentence-transformers/all-MiniLM-L6-v2-ab'), tag('a\u001b]0;b')],
  } as unknown as ModelRecord;
  const text = formatReport({
    repo: { kind: 'model', owner: 'a', name: 'b' },
    pageUrl: 'http://hub/a/b',
    commit: '1234567890',
    record,
    findings: [],
    widget: null,
    notes: [],
  });

  it('keeps within a terminal of 80 columns', () => {
    for (const line of text.split('\n')) assert.ok(line.length <= 70, line);
  });

  it('has no control characters', () => assert.doesNotMatch(text, /[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/));

  it('names where each tag comes from', () => assert.equal(text.split('README.md tags').length, 4));
});

describe('a report of a dataset', () => {
  it('asks for no task', () => {
    const record = {
      pipelineTag: null,
      libraryName: null,
      license: 'mit',
      languages: [],
      parameters: null,
      graphs: [],
      tags: [],
    };
    const text = formatReport({
      repo: { kind: 'dataset', owner: 'a', name: 'b' },
      pageUrl: 'http://hub/datasets/a/b',
      commit: '1234567890',
      record: record as unknown as ModelRecord,
      findings: [],
      widget: null,
      notes: [],
    });
    assert.match(text, /Licence +mit/);
    assert.doesNotMatch(text, /Task|pipeline_tag/);
  });
});
