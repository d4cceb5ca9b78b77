import { type FakeHub, fakeHub } from './fakeServices.js';

const tasks = [
  'text-classification',
  'token-classification',
  'fill-mask',
  'question-answering',
  'text-generation',
  'image-classification',
  'automatic-speech-recognition',
  'feature-extraction',
  'zero-shot-classification',
  'summarization',
  'tabular-classification',
  'sentence-similarity',
];
const languages = 'en de fr es it zh ja ar pt nl sv pl ru cs da fi'.split(' ');
const owners = ['acme-research', 'marie', 'admin', 'nlp-lab'];

/** A hub with 64 models over a dozen tasks, a dataset, private ones among them: enough for every state of a list. */
export function demoHub(): FakeHub {
  const hub = fakeHub();
  hub.addUser('admin', { isAdmin: true, email: 'admin@example.org' });
  hub.addUser('marie');
  for (let i = 0; i < 64; i++) {
    const spread = (range: number): number => (i * 7919 + 13) % range;
    hub.addModel({
      id: `${owners[i % 4]}/${tasks[i % 12]}-tiny-${i}`,
      task: tasks[i % 12]!,
      tags: [
        `*${['pytorch', 'tf', 'jax', 'onnx'][i % 4]}`,
        '*transformers',
        languages[spread(16)]!,
        `dataset:${['glue', 'squad', 'conll2003', 'common_voice'][i % 4]}`,
        `license:${['mit', 'apache-2.0', 'cc-by-4.0'][i % 3]}`,
        ['bert', 'gpt2', 'roberta'][i % 3]!,
        'arxiv:1810.04805',
      ],
      downloads: spread(99_999),
      likes: spread(300),
      parameters: 1_400_000 * (1 + spread(99)),
      ageMs: 3_600_000 * (1 + spread(900)),
      private: i % 13 === 5,
      runnable: i % 2 === 0,
      summary: 'A small model for tests.',
    });
  }
  hub.addModel({ id: `marie/${'very-long-name-'.repeat(6)}end`, task: 'fill-mask', tags: ['fr'], downloads: 99_999 });
  hub.addModel({
    id: 'marie/reviews-de',
    kind: 'dataset',
    tags: ['de', 'license:cc0-1.0', 'size_categories:10K<n<100K'],
    downloads: 12,
  });
  return hub;
}
