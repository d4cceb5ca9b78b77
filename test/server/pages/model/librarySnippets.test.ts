import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { ModelRecord } from '../../../../indexer/tags/types.js';
import { adaptSnippet, librarySnippets } from '../../../../server/pages/model/librarySnippets.js';
import { httpTab, questionOf } from '../../../../server/pages/model/useRepository.js';
import { header, recordOf } from '../../../indexer/tags/facts.js';

const place = { id: 'ana/ner', baseUrl: 'https://hub.example.org', needsToken: false };
const textsOf = async (record: ModelRecord, at = place) =>
  (await librarySnippets(record, at)).flatMap(({ title, blocks }) => blocks.map(({ text }) => `${title}: ${text}`));

const bert = recordOf({
  yaml: 'pipeline_tag: token-classification',
  config: { model_type: 'bert', architectures: ['BertForTokenClassification'] },
  files: ['model.safetensors', 'tokenizer.json'],
});

describe('snippets of libraries', () => {
  it('ask this hub, with the class that loads the model', async () => {
    const [pipeline, direct, ...rest] = await textsOf(bert);
    assert.equal(
      pipeline,
      `Transformers: import os\nos.environ["HF_ENDPOINT"] = "https://hub.example.org"\n\nfrom transformers import pipeline\n\npipe = pipeline("token-classification", model="ana/ner")`,
    );
    assert.match(direct!, /AutoTokenizer\.from_pretrained\("ana\/ner"\)\nmodel = AutoModelForTokenClassification\./);
    assert.deepEqual(rest, []);
  });

  it('name the token where the repository is private', async () => {
    for (const text of await textsOf(bert, { ...place, needsToken: true })) assert.match(text, /HF_TOKEN"\] = "hf_…"/);
  });

  it('begin with the library of the card, and know those that the files show', async () => {
    const record = recordOf({
      yaml: 'library_name: sentence-transformers\ntags: [transformers.js]\npipeline_tag: sentence-similarity',
      files: ['model.safetensors', 'onnx/model.onnx'],
    });
    const tabs = await librarySnippets(record, place);
    assert.deepEqual(
      tabs.map(({ title }) => title),
      ['sentence-transformers', 'Transformers.js'],
    );
    assert.match(
      tabs[1]!.blocks[0]!.text,
      /import \{ env, pipeline \}[\s\S]*env\.remoteHost = 'https:\/\/hub\.example\.org\/';/,
    );
  });

  it('are commands only where they are: a block that goes on with the one before is left as it is, and words are none', () => {
    for (const code of [
      'output = llm(\n    "Once"\n)\nprint(output)',
      'HEIGHT = 512\n\nimage, _ = pipeline.generate(HEIGHT)',
      'Model model = Load(path);',
    ])
      assert.equal(adaptSnippet(code, place), code);
    assert.equal(adaptSnippet('unknown model type (must be text-to-speech or other)', place), null);
    assert.match(adaptSnippet('hf download ana/ner', place)!, /^export HF_ENDPOINT=/);
  });

  it('name one of the GGUF files, with four bits where there are some', async () => {
    const record = recordOf({
      headers: {
        'm-Q8_0.gguf': header('gguf', { Q8_0: 10 }),
        'm-Q4_K_M.gguf': header('gguf', { Q4_K: 10 }),
      },
      files: ['m-Q8_0.gguf', 'm-Q4_K_M.gguf'],
    });
    assert.match((await textsOf(record)).join('\n'), /repo_id="ana\/ner",\n {4}filename="m-Q4_K_M\.gguf"/);
  });

  for (const name of [
    'spacy',
    'peft',
    'timm',
    'diffusers',
    'setfit',
    'flair',
    'open_clip',
    'adapter-transformers',
    'keras',
  ]) {
    it(`lead nowhere else with ${name}`, async () => {
      const texts = await textsOf(recordOf({ yaml: `library_name: ${name}` }));
      assert.ok(texts.length > 0);
      for (const text of texts) {
        const code = text.split('\n').filter((line) => !/^\s*(#|\/\/)/.test(line));
        assert.doesNotMatch(code.join('\n'), /huggingface\.co/, text);
        if (/import/.test(text)) assert.match(text, /HF_ENDPOINT"\] = "https:\/\/hub\.example\.org"/);
      }
    });
  }

  for (const name of ['toString', '__proto__', 'my-library', 'skops']) {
    it(`are none of ${name}`, async () =>
      assert.deepEqual(await librarySnippets(recordOf({ yaml: `library_name: "${name}"` }), place), []));
  }
});

describe('a snippet as it runs here', () => {
  it('has files of this hub, and sample files of one’s own', () => {
    const text = adaptSnippet(
      'import x\nx.get("https://huggingface.co/ana/ner/resolve/main/a.txt")\nx.show("https://huggingface.co/datasets/a/resolve/main/cat.JPG", "https://e.org/b.wav")',
      place,
    );
    assert.match(text!, /"https:\/\/hub\.example\.org\/ana\/ner\/resolve\/main\/a\.txt"/);
    assert.match(text!, /x\.show\("image\.png", "sound\.wav"\)/);
  });

  it('tells commands the address too', () => {
    assert.equal(
      adaptSnippet('hf download ana/ner --local-dir x', place),
      'export HF_ENDPOINT=https://hub.example.org\nhf download ana/ner --local-dir x',
    );
    assert.equal(adaptSnippet('pip install -U x', place), 'pip install -U x');
  });

  for (const text of ['# ⚠️ Type of model unknown', 'Task type is invalid.', '', '// ⚠️ Unknown pipeline tag'])
    it(`is none in ${JSON.stringify(text)}`, () => assert.equal(adaptSnippet(text, place), null));
});

describe('a question for the command line', () => {
  const textOf = (...args: Parameters<typeof httpTab>): string => httpTab(...args).blocks[0]!.text;

  it('is quoted for the shell', () =>
    assert.match(textOf({ json: '{"inputs":"it\'s"}' }, place), /-d '\{"inputs":"it'\\''s"\}'$/));

  it('sends a file as it is', () =>
    assert.match(textOf({ file: 'image.png' }, place), /models\/ana\/ner \\\n {2}--data-binary @image\.png$/));

  it('puts a file among the rest of the question, and asks for some labels where the card has none', () => {
    const line = textOf(questionOf({ task: 'zero-shot-image-classification', values: {} }), place);
    const folder = mkdtempSync(path.join(tmpdir(), 'curl-'));
    try {
      writeFileSync(path.join(folder, 'image.png'), Buffer.alloc(300_000, 7));
      // What curl sends from "-d @-": its input without line ends.
      const script = line.replace(/\bcurl[\s\S]*/, "tr -d '\\n'");
      const { inputs, parameters } = JSON.parse(
        execFileSync('bash', ['-ec', script], { cwd: folder, encoding: 'utf8', maxBuffer: 2 ** 20 }),
      ) as { inputs: string; parameters: unknown };
      assert.deepEqual(Buffer.from(inputs, 'base64'), Buffer.alloc(300_000, 7));
      assert.deepEqual(parameters, { candidate_labels: ['cat', 'dog'] });
    } finally {
      rmSync(folder, { recursive: true });
    }
    assert.match(line, /\| ?\ncurl [\s\S]*-d @-$/);
  });

  it('keeps an answer that is a file', () => {
    const question = questionOf({ task: 'text-to-speech', values: { text: 'hello' } });
    assert.match(textOf(question, place, 'speech.wav'), /--output speech\.wav$/);
  });

  it('names the token where the repository is private', () =>
    assert.match(textOf({ json: '{}' }, { ...place, needsToken: true }), /Authorization: Bearer hf_…/));
});
