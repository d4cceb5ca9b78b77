import assert from 'node:assert/strict';
import type { RepoHead } from '../../views/components/repoFrame.js';
import { snippetsOf } from '../../views/components/useRepository.js';

const head: RepoHead = {
  kind: 'model',
  owner: 'acme',
  name: 'ner',
  path: '/acme/ner',
  private: false,
  defaultBranch: 'main',
  mayWrite: false,
  mayManage: false,
  likes: 0,
  liked: false,
};
const view = { library: 'transformers', task: 'token-classification', question: { json: '{"inputs":"it\'s"}' } };
const titles = (...args: Parameters<typeof snippetsOf>): string[] => snippetsOf(...args).map(({ title }) => title);
const hub = 'https://hub.example.org';

describe('snippets of a repository', () => {
  it('begin with its library, then the HTTP door, files and clone', () => {
    const snippets = snippetsOf(head, view, hub);
    assert.deepEqual(titles(head, view, hub), [
      'transformers',
      'HTTP',
      'Files in Python',
      'Clone',
      'Clone without the large files',
    ]);
    assert.match(
      snippets[0]!.text,
      /HF_ENDPOINT"\] = "https:\/\/hub\.example\.org"[\s\S]*pipeline\("token-classification", model="acme\/ner"\)/,
    );
  });

  it('quote a question for the shell', () => {
    assert.match(snippetsOf(head, view, hub)[1]!.text, /-d '\{"inputs":"it'\\''s"\}'$/);
  });

  it('send a file as it is', () => {
    const [, http] = snippetsOf(head, { ...view, question: { file: 'image.png' } }, hub);
    assert.match(http!.text, /models\/acme\/ner \\\n {2}--data-binary @image\.png$/);
  });

  it('name the token where the repository is private', () => {
    for (const { text } of snippetsOf({ ...head, private: true }, view, hub).slice(0, 3)) assert.match(text, /hf_…/);
  });

  it('leave out what a dataset or an unknown library has not', () => {
    const dataset = { ...head, kind: 'dataset', path: '/datasets/acme/ner' } as const;
    const none = { library: null, task: null, question: null };
    assert.deepEqual(titles(dataset, none, hub)[0], 'Files in Python');
    assert.match(snippetsOf(dataset, none, hub)[0]!.text, /repo_type="dataset"/);
    assert.deepEqual(titles(head, { ...none, library: 'toString' }, hub)[0], 'Files in Python');
  });
});
