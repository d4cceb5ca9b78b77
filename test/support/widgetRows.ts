import { readFileSync } from 'node:fs';
import path from 'node:path';
import { projectRoot } from '../../config/projectRoot.js';
import type { ScriptedModel } from './widgetHub.js';

/** A task's widget: what is asked, what the model server answers, and what a person reads then. */
export interface WidgetRow {
  readonly task: string;
  /** Also names the model of the test. */
  readonly name?: string;
  readonly tags?: readonly string[];
  /** What the example of the card holds. */
  readonly example: Readonly<Record<string, unknown>>;
  readonly output: unknown;
  /** The question as the model server gets it; absent where it holds bytes. */
  readonly inputs?: unknown;
  readonly parameters?: Readonly<Record<string, unknown>>;
  /** What the answer reads. */
  readonly reads: RegExp;
  /** A part of the answer by its role and name. */
  readonly role: readonly [role: 'table' | 'region' | 'log' | 'list' | 'img', name: string | RegExp] | null;
}

const fixture = (...names: string[]): Buffer => readFileSync(path.join(projectRoot, 'test', 'fixtures', ...names));

/** Files of each model's repository. */
export const widgetFiles: Readonly<Record<string, Uint8Array>> = {
  'photo.png': fixture('images', 'rgb.png'),
  'sound.wav': fixture('audio', 'five.wav'),
};

const scores = 'Labels and scores';
const photo = { src: 'photo.png' };
const sound = { src: 'sound.wav' };
const labels = [
  { label: 'tabby cat', score: 0.91 },
  { label: 'tiger', score: 0.06 },
];
const table = {
  Lake: ['Constance', 'Garda', 'Balaton'],
  'Depth in metres': ['251', '346', '12'],
};

export const widgetRows: readonly WidgetRow[] = [
  {
    task: 'text-classification',
    example: { text: 'A fine day.' },
    output: [
      [
        { label: 'POSITIVE', score: 0.98 },
        { label: 'NEGATIVE', score: 0.02 },
      ],
    ],
    inputs: 'A fine day.',
    reads: /POSITIVE\s*0\.980\s*NEGATIVE\s*0\.020/,
    role: ['table', scores],
  },
  {
    task: 'token-classification',
    example: { text: 'Clara Schumann played in Vienna.' },
    output: [
      { entity_group: 'PER', word: 'Clara Schumann', score: 0.99, start: 0, end: 14 },
      { entity_group: 'FIRST', word: 'Clara', score: 0.8, start: 0, end: 5 },
      { entity_group: 'LOC', word: 'Vienna', score: 0.97, start: 25, end: 31 },
    ],
    inputs: 'Clara Schumann played in Vienna.',
    reads: /Clara\sFIRST Schumann\sPER played in Vienna\sLOC/,
    role: ['list', 'Labels found'],
  },
  {
    task: 'question-answering',
    example: { text: 'Where is the museum?', context: 'The museum stands in Furtwangen.' },
    output: { answer: 'Furtwangen', score: 0.87, start: 21, end: 31 },
    inputs: { question: 'Where is the museum?', context: 'The museum stands in Furtwangen.' },
    reads: /Furtwangen 0\.870\s*The museum stands in Furtwangen/,
    role: null,
  },
  {
    task: 'table-question-answering',
    example: { text: 'How deep are Constance and Balaton?', table },
    output: {
      answer: 'SUM > 251, 12',
      coordinates: [
        [0, 1],
        [2, 1],
      ],
      cells: ['251', '12'],
      aggregator: 'SUM',
    },
    inputs: { query: 'How deep are Constance and Balaton?', table },
    reads: /2 matches: 251\s*12\s*· SUM/,
    role: ['region', 'The table with the cells found'],
  },
  {
    task: 'fill-mask',
    example: { text: 'Rome is the <mask> of Italy.' },
    output: [
      { token_str: ' capital', score: 0.75, token: 1, sequence: 'Rome is the capital of Italy.' },
      { token_str: ' heart', score: 0.1, token: 2, sequence: 'Rome is the heart of Italy.' },
    ],
    reads: /␣capital\s*0\.750/,
    role: ['table', scores],
  },
  {
    task: 'zero-shot-classification',
    example: { text: 'The lid is broken.', candidate_labels: 'complaint, praise', multi_class: true },
    output: { sequence: 'The lid is broken.', labels: ['complaint', 'praise'], scores: [0.9, 0.1] },
    inputs: 'The lid is broken.',
    parameters: { candidate_labels: ['complaint', 'praise'], multi_label: true },
    reads: /complaint\s*0\.900/,
    role: ['table', scores],
  },
  {
    task: 'translation',
    example: { text: 'Good morning' },
    output: [{ translation_text: 'صباح الخير' }],
    inputs: 'Good morning',
    reads: /صباح الخير/,
    role: null,
  },
  {
    task: 'summarization',
    example: { text: 'A long text.' },
    output: [{ summary_text: 'A text.' }],
    inputs: 'A long text.',
    reads: /A text\./,
    role: null,
  },
  {
    task: 'text2text-generation',
    example: { text: 'Where is it?' },
    output: [{ generated_text: 'Behind the station.' }],
    inputs: 'Where is it?',
    reads: /Behind the station\./,
    role: null,
  },
  {
    task: 'text-generation',
    example: { text: 'Once upon a time', parameters: { max_new_tokens: 12 } },
    output: [{ generated_text: 'Once upon a time there was a ferry that crossed the bay every morning.' }],
    inputs: 'Once upon a time',
    parameters: { max_new_tokens: 12 },
    reads: /Once upon a time there was a ferry/,
    role: null,
  },
  {
    task: 'text-generation',
    name: 'chat',
    tags: ['conversational'],
    example: { text: 'Hello!' },
    output: {
      generated_text: 'Good day.',
      conversation: { past_user_inputs: ['Hello!'], generated_responses: ['Good day.'] },
    },
    reads: /You\s*Hello!\s*Model\s*Good day\./,
    role: ['log', 'Conversation'],
  },
  {
    task: 'sentence-similarity',
    example: {
      source_sentence: 'The baker opens at six.',
      sentences: ['The butcher is away.', 'Bread is sold from six.'],
    },
    output: [-0.1, 0.8],
    inputs: {
      source_sentence: 'The baker opens at six.',
      sentences: ['The butcher is away.', 'Bread is sold from six.'],
    },
    reads: /The butcher is away\.\s*-0\.100\s*Bread is sold from six\.\s*0\.800/,
    role: ['table', scores],
  },
  {
    task: 'text-ranking',
    example: { source_sentence: 'Who bakes?', sentences: ['The butcher is away.', 'The baker is here.'] },
    output: [
      { index: 1, score: 0.8 },
      { index: 0, score: 0.1 },
    ],
    inputs: { query: 'Who bakes?', texts: ['The butcher is away.', 'The baker is here.'] },
    reads: /The baker is here\.\s*0\.800/,
    role: ['table', scores],
  },
  {
    task: 'feature-extraction',
    example: { text: 'The ferry' },
    output: [
      Array.from({ length: 4 }, (_, row) => Array.from({ length: 12 }, (_, column) => Math.sin(row * 3 + column))),
    ],
    inputs: 'The ferry',
    reads: /1 × 4 × 12/,
    role: ['region', 'Numbers, a row for each vector'],
  },
  {
    task: 'text-to-speech',
    example: { text: 'Hello' },
    output: { bytes: new Uint8Array(widgetFiles['sound.wav']!), contentType: 'audio/wav' },
    inputs: 'Hello',
    reads: /\d s · [\d.]+ kHz · Download/,
    role: null,
  },
  {
    task: 'automatic-speech-recognition',
    example: sound,
    output: {
      text: 'Five.',
      chunks: [
        { text: ' Fi', timestamp: [0, 0.5] },
        { text: 've.', timestamp: [0.5, null] },
      ],
    },
    reads: /Five\.\s*0:00\.0 – 0:00\.5 Fi\s*0:00\.5 ve\./,
    role: ['list', 'Parts with their times'],
  },
  {
    task: 'audio-classification',
    example: sound,
    output: labels,
    reads: /tabby cat\s*0\.910/,
    role: ['table', scores],
  },
  {
    task: 'image-classification',
    example: photo,
    output: labels,
    reads: /tabby cat\s*0\.910/,
    role: ['table', scores],
  },
  {
    task: 'zero-shot-image-classification',
    example: { ...photo, candidate_labels: 'tabby cat, tiger' },
    output: labels,
    parameters: { candidate_labels: ['tabby cat', 'tiger'] },
    reads: /tiger\s*0\.060/,
    role: ['table', scores],
  },
  {
    task: 'object-detection',
    example: photo,
    output: [
      { label: 'cat', score: 0.9, box: { xmin: 2, ymin: 2, xmax: 20, ymax: 12 } },
      { label: 'dog', score: 0.7, box: { xmin: 1, ymin: 1, xmax: 30, ymax: 16 } },
    ],
    reads: /cat \(2, 2 – 20, 12\)\s*0\.900/,
    role: ['img', 'The picture with 2 boxes'],
  },
  {
    task: 'image-segmentation',
    example: photo,
    output: [{ label: 'sky', score: 0.9, mask: fixture('images', 'rgb.png').toString('base64') }],
    reads: /sky 0\.900/,
    role: ['img', 'The picture with its segments in colours'],
  },
  {
    task: 'depth-estimation',
    example: photo,
    output: { depth: fixture('images', 'rgb.png').toString('base64') },
    reads: /JSON output/,
    role: ['img', 'Depth in shades of grey'],
  },
  {
    task: 'image-feature-extraction',
    example: photo,
    output: [0.25, -0.5],
    reads: /0 0\.2500\s*1 -0\.5000/,
    role: ['region', 'Numbers by their place'],
  },
  {
    task: 'image-to-text',
    example: photo,
    output: [{ generated_text: 'a cat on a mat' }],
    reads: /a cat on a mat/,
    role: null,
  },
  {
    task: 'visual-question-answering',
    example: { ...photo, text: 'How many?' },
    output: [{ answer: 'two', score: 0.9 }],
    reads: /two\s*0\.900/,
    role: ['table', scores],
  },
  {
    task: 'tabular-classification',
    example: { structured_data: { alcohol: [7.4, 7.8], quality: [3, 5] } },
    output: ['good', 'poor'],
    inputs: { data: { alcohol: [7.4, 7.8], quality: [3, 5] } },
    reads: /Prediction\s*7\.4\s*3\s*good/,
    role: ['region', 'Predictions'],
  },
  {
    task: 'tabular-regression',
    example: { structured_data: { length: [30, 31] } },
    output: [430.5, 455],
    inputs: { data: { length: [30, 31] } },
    reads: /Prediction\s*30\s*430\.5/,
    role: ['region', 'Predictions'],
  },
];

const common = new Set(['text-classification', 'table-question-answering', 'text-to-speech', 'object-detection']);

/** The models of these rows, each with its example. */
export function modelsOf(rows: readonly WidgetRow[]): readonly ScriptedModel[] {
  return rows.map(({ task, name = task, tags = [], example }) => ({
    name,
    task,
    tags,
    files: widgetFiles,
    record: { widgetExamples: [{ value: example }] },
  }));
}

/** One of each kind of answer: bars, a table, a sound, a picture. The other tasks are slow tests. */
export function isCommonWidget({ task }: WidgetRow): boolean {
  return common.has(task);
}
