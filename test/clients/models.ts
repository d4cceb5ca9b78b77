import assert from 'node:assert/strict';
import { cp } from 'node:fs/promises';
import path from 'node:path';
import { projectRoot } from '../../config/projectRoot.js';
import { git, type RealHub } from '../support/realHub.js';

/** A model for each task: the folder of its files, of the fixtures or of the larger reference models. */
const folders: Readonly<Record<string, string>> = {
  'text-classification': 'fixtures/models/distilbert-seqcls',
  'zero-shot-classification': 'fixtures/models/deberta-v3-nli',
  'token-classification': 'fixtures/models/bert-ner',
  'question-answering': 'fixtures/models/bert-qa',
  'table-question-answering': 'shared/models/tapas-tableqa',
  'fill-mask': 'fixtures/models/roberta-mlm',
  'sentence-similarity': 'fixtures/models/minilm-sentence',
  summarization: 'shared/models/bart-summarization',
  translation: 'shared/models/marian-translation',
  'text-generation': 'fixtures/generation/gpt2-tiny',
  'image-classification': 'shared/models/vit-imgcls',
  'zero-shot-image-classification': 'shared/models/clip-zeroshot',
  'object-detection': 'shared/models/detr-objdet',
  'image-segmentation': 'shared/models/segformer-seg',
  'image-to-text': 'fixtures/imageModels/captions',
  'visual-question-answering': 'fixtures/imageModels/questions',
  'audio-classification': 'fixtures/soundModels/hubert-classes',
  'automatic-speech-recognition': 'fixtures/soundModels/whisper-multilingual',
  'text-to-speech': 'fixtures/soundModels/vits-one',
};

export const embedder = 'admin/embedder';

/** The model of each task on the hub, by the task. */
export const modelsByTask: Readonly<Record<string, string>> = Object.fromEntries(
  Object.keys(folders).map((task) => [task, `admin/${task}`]),
);

/** Pushes them all. @param shared the folder of larger reference models */
export async function pushModels(hub: RealHub, shared: string): Promise<void> {
  const places = { fixtures: path.join(projectRoot, 'test', 'fixtures'), shared };
  for (const [task, folder] of Object.entries(folders)) {
    const [place, ...rest] = folder.split('/');
    await push(hub, path.join(places[place as keyof typeof places], ...rest), modelsByTask[task]!);
  }
}

export async function pushEmbedder(hub: RealHub): Promise<void> {
  await push(hub, path.join(projectRoot, 'test', 'fixtures', 'models', 'minilm-sentence'), embedder);
}

async function push(hub: RealHub, folder: string, name: string): Promise<void> {
  const copy = await hub.workingCopy({ 'notes.txt': name });
  await cp(folder, copy, { recursive: true, filter: (file) => !file.endsWith('cases.json') });
  await git(copy, 'add', '--all');
  await git(copy, 'commit', '--quiet', '--message=model');
  const pushed = await git(copy, 'push', `${hub.remote}/${name}`, 'main');
  assert.equal(pushed.code, 0, pushed.text);
}
