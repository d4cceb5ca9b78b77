import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

const words = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]', 'good', 'bad', 'film'];

/** A folder with a classifier of two labels: this graph, a WordPiece vocabulary of a few words, and further files. */
export async function writeClassifier(
  graph: Buffer,
  files: Readonly<Record<string, string | Buffer>> = {},
): Promise<string> {
  return writeSnapshot({
    'config.json': JSON.stringify({
      model_type: 'bert',
      id2label: { 0: 'POS', 1: 'NEG' },
      max_position_embeddings: 32,
    }),
    'vocab.txt': words.join('\n'),
    'model.onnx': graph,
    ...files,
  });
}

export async function writeSnapshot(files: Readonly<Record<string, string | Buffer>>): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'hubstead-model-'));
  for (const [name, content] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
    await writeFile(path.join(folder, name), content);
  }
  return folder;
}
