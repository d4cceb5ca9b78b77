/** The task catalogue: one row a task. Row order is specificity order for choosing a model's task (most specific first). */
export interface TaskRow {
  readonly label: string;
  readonly modality: 'text' | 'audio' | 'vision' | 'multimodal' | 'tabular' | 'reinforcement-learning' | 'other';
  /** Name of a lucide icon. */
  readonly icon: string;
}

// @TODO filled by the card-and-tags slice: all tasks of model-metadata §4.1, order of §3.2 first.
export const tasks = {
  'zero-shot-classification': { label: 'Zero-Shot Classification', modality: 'text', icon: 'shapes' },
  'question-answering': { label: 'Question Answering', modality: 'text', icon: 'message-circle-question-mark' },
  'token-classification': { label: 'Token Classification', modality: 'text', icon: 'scan-text' },
  'text-classification': { label: 'Text Classification', modality: 'text', icon: 'tag' },
  'fill-mask': { label: 'Fill-Mask', modality: 'text', icon: 'square-dashed' },
  'sentence-similarity': { label: 'Sentence Similarity', modality: 'text', icon: 'quote' },
  'feature-extraction': { label: 'Feature Extraction', modality: 'text', icon: 'brackets' },
} as const satisfies Record<string, TaskRow>;

export type TaskId = keyof typeof tasks;

export function isTask(text: string): text is TaskId {
  return Object.hasOwn(tasks, text);
}
