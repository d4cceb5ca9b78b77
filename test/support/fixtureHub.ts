import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { projectRoot } from '../../config/projectRoot.js';
import { seedDemo } from '../../server/demo/seedDemo.js';
import { askApi } from './askApi.js';
import { beginPullRequest } from './beginPullRequest.js';
import { hostileFiles } from './hostileRepository.js';
import { git, type RealHub, startRealHub } from './realHub.js';

/*
 * A hub with a repository of each kind that a page may have to show, pushed with git: for the tests and pictures that look at
 * every page. All belong to `admin`, but for one of an organisation and one of another person.
 */

const richCard = `---
license: mit
language: [en, ar, zh]
pipeline_tag: text-classification
library_name: transformers
tags: [one, two, three, four, five, six, seven, eight, nine, ten, eleven, twelve, thirteen, fourteen, fifteen]
datasets: [admin/reviews, imdb]
metrics: [accuracy, f1]
base_model: admin/demo-sentiment
co2_eq_emissions: {emissions: 12500, source: codecarbon, hardware_used: one machine with a rather long description of what is in it}
new_version: admin/demo-sentiment
widget:
- text: I like it
  example_title: Praise
  output: [{label: POSITIVE, score: 0.98}, {label: NEGATIVE, score: 0.02}]
model-index:
- name: rich
  results:
  - task: {type: text-classification}
    dataset: {name: A dataset with a rather long name, type: imdb}
    metrics: [{type: accuracy, value: 0.9}, {type: f1, value: 0.8}, {type: cos_sim_spearman_max_over_all_layers_with_mean_pooling, value: 81.23456789}]
    source: {name: A leaderboard, url: 'https://example.org/board'}
  - task: {type: summarization}
    dataset: {name: 数据集, type: admin/reviews}
    metrics: [{type: rouge, value: 41 / 22 / 39, name: ROUGE 1 / 2 / L}]
---
# A card with everything

A formula \\\\( e=mc^2 \\\\) and one alone, from [a paper](https://arxiv.org/abs/1810.03993):

$$
mse = (\\frac{1}{n})\\sum_{i=1}^{n}(y_{i} - x_{i})^{2}
$$

## A table

| column | ${'wide '.repeat(20)} |
|---|---|
| a | ${'b'.repeat(200)} |

## Code

\`\`\`python
model = load("rich")  # ${'long '.repeat(40)}
\`\`\`

### Deeper

- [x] done
- [ ] not done, see [the script](src/train.py) and [the table](#a-table)

![a picture](img/grey.png) and a note[^1].

> [!NOTE]
> Something to know.

[^1]: The note.
`;

const rightToLeft = `---
license: apache-2.0
language: [ar, he]
pipeline_tag: fill-mask
---
# نموذج لغوي صغير

هذا نموذج صغير للغة العربية، يملأ الكلمات الناقصة في الجمل القصيرة.

## שימושים

מודל קטן לעברית. ראו גם [הקבצים](数据/说明.md).
`;

const fixture = (...parts: string[]): Buffer => readFileSync(path.join(projectRoot, 'test', 'fixtures', ...parts));

function richFiles(): Record<string, string | Buffer> {
  return {
    'README.md': richCard,
    'config.json': JSON.stringify({
      model_type: 'bert',
      architectures: ['BertForSequenceClassification'],
      task_specific_params: { summarization: { min_length: 10 } },
    }),
    'model.safetensors': fixture('checkpoints', 'encoderDecoders', 't5-seqcls', 'model.safetensors'),
    'pytorch_model.bin': fixture('pickles', 'legacy.bin'),
    'src/train.py': `print("${'long '.repeat(60)}")\n`.repeat(30),
    'src/deep/er/notes.md': '# Notes\n\nIn a folder.\n',
    'data/table.csv': 'name,value\nalpha,1\nbeta,2\n',
    'data/rows.jsonl': '{"a": 1, "b": "two"}\n{"a": 2, "b": "three"}\n',
    'data/plot.ipynb': JSON.stringify({
      nbformat: 4,
      nbformat_minor: 5,
      metadata: { language_info: { name: 'python' } },
      cells: [
        { cell_type: 'markdown', metadata: {}, source: ['# A notebook'] },
        {
          cell_type: 'code',
          metadata: {},
          execution_count: 1,
          source: ['print(1)'],
          outputs: [{ output_type: 'stream', name: 'stdout', text: ['1\n'] }],
        },
      ],
    }),
    'img/grey.png': fixture('images', 'grey.png'),
    'audio/five.wav': fixture('audio', 'five.wav'),
    'empty.txt': '',
    'data.dat': Buffer.alloc(2000),
  };
}

const guarded = `---
license: mit
extra_gated_prompt: Use it for research alone.
extra_gated_fields: {Affiliation: text, I do no harm: checkbox, Country: country, Start: date_picker, Purpose: {type: select, options: [Research, Other]}}
---
# Guarded

Who wants the weights asks for them.
`;

const longName = `a-model-whose-name-is-as-long-as-names-may-be-${'x'.repeat(40)}`;

export const fixturePassword = 'correct horse';

/** `bo` is a person without rights on admin's repositories; `lab` an organisation of both. */
export async function startFixtureHub(flags: Readonly<Record<string, string>> = {}): Promise<RealHub> {
  const hub = await startRealHub({ '--demo': 'false', '--external-images': 'false', ...flags });
  const { accounts } = hub.hub.services;
  const admin = accounts.userByName('admin')!;
  const bo = await accounts.addUser({ name: 'bo', password: fixturePassword, isAdmin: false });
  accounts.addOrganization('lab', admin.id);
  accounts.setMember('lab', bo.id, 'write');
  const { token } = accounts.addToken(bo.id, { label: 'a laptop with a rather long name', role: 'write' });
  await seedDemo({ hubUrl: hub.url, token: hub.token });

  const push = async (place: string, files: Readonly<Record<string, string | Buffer>>, lfs: string[] = []) => {
    const copy = await hub.workingCopy(files, { lfs });
    await done(git(copy, 'push', `${hub.remote}/${place}`, 'main'));
    return copy;
  };
  const rich = await push('admin/rich', richFiles());
  await git(rich, 'rm', '--quiet', 'empty.txt');
  await git(rich, 'mv', 'data/table.csv', 'data/values.csv');
  await git(rich, 'commit', '--quiet', '--message=Move the table\n\nIts name said too little.');
  await git(rich, 'tag', 'v1.0');
  await done(git(rich, 'push', `${hub.remote}/admin/rich`, 'main', 'main:refs/heads/with/slash', 'v1.0'));
  await push('admin/right-to-left', { 'README.md': rightToLeft, '数据/说明.md': '# 说明\n\n一个文件。\n' });
  await push(`lab/${longName}`, { 'README.md': '---\npipeline_tag: fill-mask\n---\n# Long\n', 'a.txt': 'x' });
  await push('admin/bare', { 'notes.txt': 'no card' });
  await push('admin/hostile', hostileFiles());
  await push('datasets/admin/reviews', {
    'README.md':
      '---\nlicense: cc0-1.0\nlanguage: de\nsize_categories: n<1K\ntask_categories: [text-classification]\ndataset_info: {splits: [{name: train, num_examples: 2}]}\n---\n# Reviews\n\nSome reviews.\n',
    'train.csv': 'text,label\nGut,1\nSchlecht,0\n',
  });
  if (spawnSync('git', ['lfs', 'version']).status === 0)
    await push('admin/large', { 'README.md': '# With LFS\n', 'model.bin': Buffer.alloc(3000, 7) }, ['*.bin']);
  const boCopy = await hub.workingCopy({ 'README.md': '# Hello\n\nA first model.\n' });
  await done(git(boCopy, 'push', `${hub.url.replace('://', `://bo:${token}@`)}/bo/first`, 'main'));
  const { catalog, accessRequests } = hub.hub.services;
  await made(hub, { name: 'nothing-yet' });
  await made(hub, { name: 'secret', private: true });
  await push('admin/guarded', { 'README.md': guarded, 'weights/data.txt': 'x', 'weights/README.md': 'y' });
  catalog.setGated(catalog.find('model', 'admin', 'guarded')!.id, 'manual');
  // Of another somebody asked for the files already.
  const secret = catalog.find('model', 'admin', 'secret')!;
  catalog.setGated(secret.id, 'manual');
  accessRequests.ask({ repoId: secret.id, userId: bo.id, answers: { 'What for?': 'Research' }, accepted: false });
  discuss(hub, bo.id, admin.id);
  const pull = beginPullRequest(hub, 'rich');
  await git(rich, 'rm', '--quiet', 'data/rows.jsonl');
  await git(rich, 'mv', 'data/values.csv', 'data/scores.csv');
  await git(rich, 'commit', '--quiet', '--message=Name the table by what it holds');
  await done(git(rich, 'push', `${hub.remote}/admin/rich`, `HEAD:refs/pr/${pull}`));
  collect(hub, admin.id);
  const { webhooks } = hub.hub.services;
  const settings = { url: `https://example.org/${'x'.repeat(200)}`, domains: ['repo'], secret: 's' } as const;
  webhooks.create(admin.id, { ...settings, watched: [{ type: 'model', name: 'admin/nothing-yet' }] });
  return hub;
}

/** A question with a title without a space, an answer in another direction, and each kind of event. */
function discuss({ hub: { services } }: RealHub, askerId: number, adminId: number): void {
  const { discussions, catalog } = services;
  const title = `Why ${'x'.repeat(120)}?`;
  const { id } = discussions.begin({
    repoId: catalog.find('model', 'admin', 'right-to-left')!.id,
    authorId: askerId,
    title: 'Why?',
    text: `The card says \`${'long '.repeat(40)}\`:\n\n| a | b |\n|---|---|\n| ${'c'.repeat(200)} | d |\n`,
    status: 'open',
    base: null,
  });
  const atMs = Date.now();
  const said = (...texts: string[]) => ({ type: 'comment' as const, versions: texts.map((raw) => ({ raw, atMs })) });
  discussions.add(id, adminId, { ...said('هذا نموذج صغير'), hidden: null });
  discussions.add(id, askerId, { ...said('Ah', 'Thanks'), hidden: null });
  discussions.add(id, askerId, { ...said('…'), hidden: { by: 'admin', atMs } });
  discussions.add(id, adminId, { type: 'title-change', from: 'Why?', to: title });
  discussions.add(id, adminId, { type: 'status-change', status: 'closed' });
  discussions.add(id, adminId, { type: 'status-change', status: 'open' });
}

function collect({ hub: { services } }: RealHub, adminId: number): void {
  const { collections, catalog } = services;
  const { id } = collections.create({
    owner: 'admin',
    title: `Small ${'y'.repeat(54)}`,
    description: 'What is pushed here to look at pages',
    private: false,
    createdBy: adminId,
  });
  for (const [kind, name, note] of [
    ['model', 'rich', 'Begin here'],
    ['model', 'right-to-left', 'z'.repeat(500)],
    ['dataset', 'reviews', ''],
    ['model', 'secret', 'Seen by few'],
  ] as const)
    collections.add(id, { repoId: catalog.find(kind, 'admin', name)!.id }, note);
}

async function done(pushing: ReturnType<typeof git>): Promise<void> {
  const { code, text } = await pushing;
  if (code !== 0) throw new Error(text);
}

async function made(hub: RealHub, body: object): Promise<void> {
  const { status, text } = await askApi(hub, 'POST', '/api/repos/create', body);
  if (status !== 200) throw new Error(text);
}
