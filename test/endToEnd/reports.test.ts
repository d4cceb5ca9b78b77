import assert from 'node:assert/strict';
import { cp, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { projectRoot } from '../../config/projectRoot.js';
import { assertGolden } from '../support/golden.js';
import { git, type RealHub, remoteLines, startRealHub } from '../support/realHub.js';
import { requireTool } from '../support/require.js';

const fixtures = path.join(projectRoot, 'test', 'fixtures', 'models');
const mib = 1_048_576;

/** One push and what its pusher reads. */
interface Story {
  readonly name: string;
  readonly what: string;
  readonly files: Readonly<Record<string, string | Buffer>>;
  readonly accepted: boolean;
  readonly options?: readonly string[];
  /** Refs to push; main when absent. */
  readonly refs?: readonly string[];
  /** Runs after a first push of main, which is then not the one that is read. */
  readonly before?: (copy: string) => Promise<void>;
}

const card = (...lines: string[]): Record<string, string> => ({
  'README.md': `---\n${lines.join('\n')}\n---\n# A model\n`,
});
const pointer = (oid: string): string => `version https://git-lfs.github.com/spec/v1\noid sha256:${oid}\nsize 5\n`;

function safetensors(header: string, bodyBytes = 0): Buffer {
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(Buffer.byteLength(header)));
  return Buffer.concat([length, Buffer.from(header), Buffer.alloc(bodyBytes)]);
}

const fieldRules: readonly (readonly [string, readonly string[]])[] = [
  ['language', ['language: {en: yes}']],
  ['license', ['license: [mit, {name: other}]']],
  ['tags', ['tags:', '  - [nested]']],
  ['datasets', ['datasets: {name: glue}']],
  ['metrics', ['metrics: [{name: f1}]']],
  ['pipeline-tag', ['pipeline_tag: [fill-mask]']],
  ['thumbnail', ['thumbnail: 5']],
  ['inference', ['inference: sometimes']],
  ['widget', ['widget: text']],
  ['model-index', ['model-index:', '- results: 5']],
];

const stories: readonly Story[] = [
  { name: 'plain', what: 'a card without anything', files: { 'README.md': '# A model\n' }, accepted: true },
  { name: 'no-card', what: 'a repository without a card', files: { 'notes.txt': 'x' }, accepted: true },
  {
    name: 'quiet',
    what: 'git push -o quiet',
    files: card('license: mit'),
    options: ['-o', 'quiet'],
    accepted: true,
  },
  {
    name: 'quiet-second-option',
    what: 'quiet among other options',
    files: card('license: nope'),
    options: ['-o', 'ci.skip', '-o', 'quiet'],
    accepted: true,
  },
  {
    name: 'other-branch',
    what: 'a branch that is not the default one',
    files: card('license: mit'),
    before: (copy) => commit(copy, 'more.txt', 'x'),
    refs: ['HEAD:refs/heads/experiment'],
    accepted: true,
  },
  {
    name: 'first-branch-is-not-main',
    what: 'a first push without main',
    files: card('license: mit'),
    refs: ['HEAD:refs/heads/trunk'],
    accepted: true,
  },
  {
    name: 'weights',
    what: 'weights in safetensors',
    files: {
      ...card('license: apache-2.0', 'language: [en, de]', 'datasets: glue', 'tags: [tiny]'),
      'config.json': '{"architectures": ["BertForSequenceClassification"], "model_type": "bert"}',
      'model.safetensors': safetensors(
        '{"a":{"dtype":"F32","shape":[2,3],"data_offsets":[0,24]},"b":{"dtype":"F16","shape":[4],"data_offsets":[24,32]}}',
        32,
      ),
    },
    accepted: true,
  },
  {
    name: 'warnings',
    what: 'values that are nearly right',
    files: card(
      'license: apache2.0',
      'language: [english, xx]',
      'pipeline_tag: text-clasification',
      'datasets: [gluee]',
      'metrics: [acuracy]',
    ),
    accepted: true,
  },
  {
    name: 'raw-lfs',
    what: 'plain bytes where .gitattributes says lfs',
    files: {
      ...card('license: mit'),
      '.gitattributes': '*.bin filter=lfs diff=lfs merge=lfs -text\n',
      'model.bin': 'bytes',
    },
    accepted: true,
  },
  {
    name: 'big-blob',
    what: 'blobs over the limit',
    files: {
      'model.bin': Buffer.alloc(11 * mib, 1),
      'data/set.parquet': Buffer.alloc(12 * mib, 2),
      LARGE: Buffer.alloc(13 * mib, 3),
    },
    accepted: false,
  },
  {
    name: 'first-is-a-tag',
    what: 'a first push of a tag alone',
    files: card('license: mit'),
    refs: ['HEAD:refs/tags/v1'],
    accepted: true,
  },
  {
    name: 'missing-object',
    what: 'a pointer whose object was never uploaded',
    files: { 'model.bin': pointer('ab'.repeat(32)) },
    accepted: false,
  },
  { name: 'bad-yaml', what: 'front matter that is no YAML', files: card('license: [mit', 'tags: x'), accepted: false },
  ...fieldRules.map(
    ([rule, lines]): Story => ({
      name: `field-${rule}`,
      what: `the rule of ${rule}`,
      files: card(...lines),
      accepted: false,
    }),
  ),
  {
    name: 'several-reasons',
    what: 'several reasons at once',
    files: { ...card('license: 5.5', 'tags: {a: b}'), 'a\\b.txt': 'x', 'model.safetensors': safetensors('{"a":5}') },
    accepted: false,
  },
  {
    name: 'bad-safetensors-length',
    what: 'a header longer than its file',
    files: { 'model.safetensors': Buffer.from('0000000000000000{}') },
    accepted: false,
  },
  {
    name: 'bad-safetensors-offsets',
    what: 'tensors that do not fit their bytes',
    files: { 'model.safetensors': safetensors('{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}', 4) },
    accepted: false,
  },
  { name: 'path-backslash', what: 'a backslash in a path', files: { 'a\\b.txt': 'x' }, accepted: false },
  {
    name: 'path-control',
    what: 'control characters in a path',
    files: { 'a\u001b[31mred\n.txt': 'x' },
    accepted: false,
  },
  {
    name: 'delete-default',
    what: 'the deletion of the default branch',
    files: card('license: mit'),
    before: async () => {},
    refs: [':main'],
    accepted: false,
  },
  {
    name: 'notes',
    what: 'refs outside heads, tags and pr',
    files: card('license: mit'),
    before: async () => {},
    refs: ['HEAD:refs/notes/commits', 'HEAD:refs/heads/fine'],
    accepted: false,
  },
];

async function commit(copy: string, file: string, content: string): Promise<void> {
  await writeFile(path.join(copy, file), content);
  await git(copy, 'add', '--all');
  await git(copy, 'commit', '--quiet', '--message=more');
}

describe('what a pusher reads', function () {
  this.timeout(60_000);
  let hub: RealHub;
  before(async () => {
    hub = await startRealHub();
  });
  after(() => hub.close());

  /** The address differs from run to run. */
  const settled = (text: string): string => `${remoteLines(text).replaceAll(hub.url, 'http://hub')}\n`;

  for (const story of stories) {
    it(`after ${story.what}`, async () => {
      const copy = await hub.workingCopy(story.files);
      const remote = `${hub.remote}/admin/${story.name}`;
      if (story.before) {
        const first = await git(copy, 'push', remote, 'main');
        assert.equal(first.code, 0, first.text);
        await story.before(copy);
      }
      const pushed = await git(copy, 'push', ...(story.options ?? []), remote, ...(story.refs ?? ['main']));
      assert.equal(pushed.code === 0, story.accepted, pushed.text);
      const text = settled(pushed.text);
      for (const line of text.split('\n'))
        assert.ok([...line].length <= 78 || /^ +git /.test(line), `too wide: ${line}`);
      assert.doesNotMatch(text, /[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
      assertGolden(`reports/${story.name}.txt`, text);
    });
  }

  it('after a model with a widget in LFS, and after a change of its card', async function () {
    requireTool(this, 'git-lfs');
    const copy = await hub.workingCopy({ 'notes.txt': 'x' }, { lfs: ['*.onnx'] });
    await cp(path.join(fixtures, 'bert-ner'), copy, { recursive: true });
    await commit(copy, 'notes.txt', 'y');
    const remote = `${hub.remote}/admin/full`;
    assertGolden(`reports/${'full'}.txt`, settled((await git(copy, 'push', remote, 'main')).text));
    await commit(copy, 'README.md', '---\nlicense: mit\ninference: false\n---\n');
    assertGolden(`reports/${'full-again'}.txt`, settled((await git(copy, 'push', remote, 'main')).text));
  });
});
