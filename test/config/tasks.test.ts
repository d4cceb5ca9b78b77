import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { projectRoot } from '../../config/projectRoot.js';
import { isTask, nearestTask, specificity, taskOf, taskRow, tasks } from '../../config/tasks.js';

const june2021 = [
  ...[
    'text-classification',
    'token-classification',
    'table-question-answering',
    'question-answering',
    'zero-shot-classification',
  ],
  ...[
    'translation',
    'summarization',
    'conversational',
    'feature-extraction',
    'text-generation',
    'text2text-generation',
    'fill-mask',
  ],
  ...[
    'sentence-similarity',
    'text-to-speech',
    'automatic-speech-recognition',
    'audio-to-audio',
    'audio-source-separation',
  ],
  ...['voice-activity-detection', 'image-classification', 'object-detection', 'image-segmentation'],
];
const newer = [
  ...[
    'text-to-audio',
    'audio-classification',
    'audio-text-to-text',
    'depth-estimation',
    'text-to-image',
    'image-to-text',
    'image-to-image',
  ],
  ...['image-to-video', 'unconditional-image-generation', 'video-classification', 'reinforcement-learning', 'robotics'],
  ...[
    'tabular-classification',
    'tabular-regression',
    'tabular-to-text',
    'table-to-text',
    'multiple-choice',
    'text-ranking',
    'text-retrieval',
  ],
  ...['time-series-forecasting', 'text-to-video', 'image-text-to-text', 'image-text-to-image', 'image-text-to-video'],
  ...[
    'visual-question-answering',
    'document-question-answering',
    'zero-shot-image-classification',
    'graph-ml',
    'mask-generation',
  ],
  ...[
    'zero-shot-object-detection',
    'text-to-3d',
    'image-to-3d',
    'image-feature-extraction',
    'video-text-to-text',
    'keypoint-detection',
  ],
  ...['visual-document-retrieval', 'any-to-any', 'video-to-video', 'other'],
];

describe('task catalogue', () => {
  it('stands in order of specificity: the list of June 2021, then the newer tasks', () => {
    assert.deepEqual(Object.keys(tasks), [...june2021, ...newer]);
    assert.equal(specificity('text-classification'), 0);
    assert.ok(specificity('summarization') < specificity('text2text-generation'));
  });

  it('hides five tasks from the filters of models', () => {
    const hidden = Object.keys(tasks).filter((id) => taskRow(id)?.hidden);
    assert.deepEqual(hidden, ['tabular-to-text', 'table-to-text', 'multiple-choice', 'text-retrieval', 'other']);
  });

  it('names icons that exist', () => {
    for (const { icon } of Object.values(tasks)) {
      assert.ok(existsSync(path.join(projectRoot, 'node_modules', 'lucide-static', 'icons', `${icon}.svg`)), icon);
    }
  });

  it('has a widget for each task that the documentation of 2021 gives an example of', () => {
    const examples = [
      'text-classification',
      'token-classification',
      'question-answering',
      'translation',
      'summarization',
    ];
    examples.push(
      'conversational',
      'text-generation',
      'fill-mask',
      'zero-shot-classification',
      'table-question-answering',
    );
    for (const id of examples) assert.ok(taskRow(id)?.widget, id);
    assert.equal(taskRow('graph-ml')?.widget, undefined);
  });

  it('knows older names, and no names of object members', () => {
    assert.equal(taskOf('structured-data-classification'), 'tabular-classification');
    assert.equal(taskOf('constructor'), null);
    assert.equal(isTask('toString'), false);
    assert.equal(taskRow('__proto__'), null);
  });

  const suggestions: readonly [text: string, task: string | null][] = [
    ['Text Classification', 'text-classification'],
    ['text_generation', 'text-generation'],
    ['fillmask', 'fill-mask'],
    ['ner', 'token-classification'],
    ['summarisation', 'summarization'],
    ['xyz', null],
    ['', null],
  ];
  for (const [text, task] of suggestions)
    it(`suggests ${task} for "${text}"`, () => assert.equal(nearestTask(text), task));
});
