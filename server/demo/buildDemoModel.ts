import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { projectRoot } from '../../config/projectRoot.js';
import { writeOnnx } from '../../inference/compile/onnxWriter.js';
import { readLexicon } from './lexicon.js';
import { lexiconTokenizer, specialTokens } from './lexiconTokenizer.js';
import { labels, sentimentGraph } from './sentimentGraph.js';

const maxTokens = 8192;

/**
 * Writes a repository with a small English sentiment classifier into `folder`: card, config.json, tokenizer and graph,
 * about 110 kB. The same version of the hub always writes the same bytes.
 * @param names  what the card's example says: the hub's address and the model's id
 */
export async function buildDemoModel(
  folder: string,
  { hubUrl = 'http://127.0.0.1:5080', modelId = 'admin/demo-sentiment' } = {},
): Promise<void> {
  const lexicon = readLexicon();
  const entries = [...specialTokens.map(() => null), ...lexicon.words, ...lexicon.phrases];
  const graph = sentimentGraph(
    entries.map((entry) => entry?.valence ?? 0),
    entries.map((entry) => (entry?.negates ? 1 : 0)),
  );
  const template = await readFile(path.join(projectRoot, 'server', 'demo', 'demoCard.md'), 'utf8');
  const files: Readonly<Record<string, string | Buffer>> = {
    'README.md': template.replace('HUB_URL', () => hubUrl).replace('MODEL_ID', () => modelId),
    'config.json': json(config(entries.length)),
    'model.onnx': writeOnnx(graph),
    'tokenizer.json': json(lexiconTokenizer(lexicon)),
    'tokenizer_config.json': json({
      tokenizer_class: 'PreTrainedTokenizerFast',
      model_max_length: maxTokens,
      pad_token: '[PAD]',
      unk_token: '[UNK]',
      cls_token: '[CLS]',
    }),
  };
  await mkdir(folder, { recursive: true });
  for (const [name, content] of Object.entries(files)) await writeFile(path.join(folder, name), content);
}

function config(vocabularySize: number): object {
  return {
    architectures: ['LexiconForSequenceClassification'],
    model_type: 'lexicon',
    problem_type: 'single_label_classification',
    id2label: Object.fromEntries(labels.map((label, id) => [id, label])),
    label2id: Object.fromEntries(labels.map((label, id) => [label, id])),
    vocab_size: vocabularySize,
    pad_token_id: 0,
  };
}

function json(value: object): string {
  return `${JSON.stringify(value, null, 1)}\n`;
}
