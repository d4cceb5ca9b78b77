import { nearest } from './nearest.js';

/** One task: what people read, where the filter panel shows it, and its icon (a lucide name). */
export interface TaskRow {
  readonly label: string;
  readonly modality: Modality;
  readonly icon: string;
  /** What its widget asks for; absent when it has none. */
  readonly widget?: WidgetKind;
  /** Kept out of the model filters. */
  readonly hidden?: true;
}

/**
 * What a widget asks for, and so what an example in a card must have. `chat` is a text or a list of messages; `context`
 * a question and the text to search; `labels` a text and labels to choose from; `columns` a table of features; `replay`
 * nothing: it plays a video of the repository.
 */
export type WidgetKind =
  | 'text'
  | 'chat'
  | 'context'
  | 'table'
  | 'labels'
  | 'sentences'
  | 'audio'
  | 'image'
  | 'imagePrompt'
  | 'imageLabels'
  | 'imageQuestion'
  | 'columns'
  | 'video'
  | 'replay';

export const modalities = {
  multimodal: 'Multimodal',
  text: 'Text',
  vision: 'Vision',
  audio: 'Audio',
  tabular: 'Tabular',
  'reinforcement-learning': 'Reinforcement learning',
  other: 'Other',
} as const;
export type Modality = keyof typeof modalities;

/** As pages list them: what most models are for comes first. */
export const modalityOrder: readonly Modality[] = [
  'text',
  'audio',
  'vision',
  'multimodal',
  'tabular',
  'reinforcement-learning',
  'other',
];

/**
 * The task catalogue. Row order is specificity order: when the card is silent, the earliest task that the files support
 * wins. First the list of June 2021, then newer tasks in today's order.
 */
export const tasks = {
  'text-classification': { label: 'Text Classification', modality: 'text', icon: 'tag', widget: 'text' },
  'token-classification': { label: 'Token Classification', modality: 'text', icon: 'scan-text', widget: 'text' },
  'table-question-answering': {
    label: 'Table Question Answering',
    modality: 'text',
    icon: 'table-properties',
    widget: 'table',
  },
  'question-answering': {
    label: 'Question Answering',
    modality: 'text',
    icon: 'message-circle-question-mark',
    widget: 'context',
  },
  'zero-shot-classification': { label: 'Zero-Shot Classification', modality: 'text', icon: 'shapes', widget: 'labels' },
  translation: { label: 'Translation', modality: 'text', icon: 'languages', widget: 'text' },
  summarization: { label: 'Summarization', modality: 'text', icon: 'list-filter', widget: 'text' },
  conversational: { label: 'Conversational', modality: 'text', icon: 'messages-square', widget: 'chat' },
  'feature-extraction': { label: 'Feature Extraction', modality: 'text', icon: 'brackets', widget: 'text' },
  'text-generation': { label: 'Text Generation', modality: 'text', icon: 'text-cursor-input', widget: 'chat' },
  'text2text-generation': {
    label: 'Text2Text Generation',
    modality: 'text',
    icon: 'text-cursor-input',
    widget: 'text',
  },
  'fill-mask': { label: 'Fill-Mask', modality: 'text', icon: 'square-dashed', widget: 'text' },
  'sentence-similarity': { label: 'Sentence Similarity', modality: 'text', icon: 'quote', widget: 'sentences' },
  'text-to-speech': { label: 'Text-to-Speech', modality: 'audio', icon: 'audio-lines', widget: 'text' },
  'automatic-speech-recognition': {
    label: 'Automatic Speech Recognition',
    modality: 'audio',
    icon: 'mic',
    widget: 'audio',
  },
  'audio-to-audio': { label: 'Audio-to-Audio', modality: 'audio', icon: 'audio-waveform', widget: 'audio' },
  'audio-source-separation': {
    label: 'Audio Source Separation',
    modality: 'audio',
    icon: 'audio-waveform',
    widget: 'audio',
  },
  'voice-activity-detection': { label: 'Voice Activity Detection', modality: 'audio', icon: 'audio-waveform' },
  'image-classification': { label: 'Image Classification', modality: 'vision', icon: 'image', widget: 'image' },
  'object-detection': { label: 'Object Detection', modality: 'vision', icon: 'scan', widget: 'image' },
  'image-segmentation': { label: 'Image Segmentation', modality: 'vision', icon: 'layers', widget: 'image' },
  'text-to-audio': { label: 'Text-to-Audio', modality: 'audio', icon: 'audio-waveform', widget: 'text' },
  'audio-classification': { label: 'Audio Classification', modality: 'audio', icon: 'audio-waveform', widget: 'audio' },
  'audio-text-to-text': { label: 'Audio-Text-to-Text', modality: 'multimodal', icon: 'messages-square' },
  'depth-estimation': { label: 'Depth Estimation', modality: 'vision', icon: 'image', widget: 'image' },
  'text-to-image': { label: 'Text-to-Image', modality: 'vision', icon: 'image-plus', widget: 'text' },
  'image-to-text': { label: 'Image-to-Text', modality: 'vision', icon: 'captions', widget: 'image' },
  'image-to-image': { label: 'Image-to-Image', modality: 'vision', icon: 'image-upscale', widget: 'imagePrompt' },
  'image-to-video': { label: 'Image-to-Video', modality: 'vision', icon: 'video', widget: 'imagePrompt' },
  'unconditional-image-generation': { label: 'Unconditional Image Generation', modality: 'vision', icon: 'image' },
  'video-classification': { label: 'Video Classification', modality: 'vision', icon: 'video', widget: 'video' },
  'reinforcement-learning': {
    label: 'Reinforcement Learning',
    modality: 'reinforcement-learning',
    icon: 'gauge',
    widget: 'replay',
  },
  robotics: { label: 'Robotics', modality: 'reinforcement-learning', icon: 'bot' },
  'tabular-classification': { label: 'Tabular Classification', modality: 'tabular', icon: 'sheet', widget: 'columns' },
  'tabular-regression': { label: 'Tabular Regression', modality: 'tabular', icon: 'sheet', widget: 'columns' },
  'tabular-to-text': { label: 'Tabular to Text', modality: 'tabular', icon: 'sheet', hidden: true },
  'table-to-text': { label: 'Table to Text', modality: 'text', icon: 'tag', hidden: true },
  'multiple-choice': { label: 'Multiple Choice', modality: 'text', icon: 'tag', hidden: true },
  'text-ranking': { label: 'Text Ranking', modality: 'text', icon: 'tag', widget: 'sentences' },
  'text-retrieval': { label: 'Text Retrieval', modality: 'text', icon: 'tag', hidden: true },
  'time-series-forecasting': { label: 'Time Series Forecasting', modality: 'tabular', icon: 'sheet' },
  'text-to-video': { label: 'Text-to-Video', modality: 'vision', icon: 'video' },
  'image-text-to-text': { label: 'Image-Text-to-Text', modality: 'multimodal', icon: 'messages-square' },
  'image-text-to-image': { label: 'Image-Text-to-Image', modality: 'multimodal', icon: 'messages-square' },
  'image-text-to-video': { label: 'Image-Text-to-Video', modality: 'multimodal', icon: 'video' },
  'visual-question-answering': {
    label: 'Visual Question Answering',
    modality: 'multimodal',
    icon: 'messages-square',
    widget: 'imageQuestion',
  },
  'document-question-answering': {
    label: 'Document Question Answering',
    modality: 'multimodal',
    icon: 'messages-square',
    widget: 'imageQuestion',
  },
  'zero-shot-image-classification': {
    label: 'Zero-Shot Image Classification',
    modality: 'vision',
    icon: 'image',
    widget: 'imageLabels',
  },
  'graph-ml': { label: 'Graph Machine Learning', modality: 'other', icon: 'spline' },
  'mask-generation': { label: 'Mask Generation', modality: 'vision', icon: 'image' },
  'zero-shot-object-detection': {
    label: 'Zero-Shot Object Detection',
    modality: 'vision',
    icon: 'image',
    widget: 'imageLabels',
  },
  'text-to-3d': { label: 'Text-to-3D', modality: 'vision', icon: 'image' },
  'image-to-3d': { label: 'Image-to-3D', modality: 'vision', icon: 'image' },
  'image-feature-extraction': {
    label: 'Image Feature Extraction',
    modality: 'vision',
    icon: 'image',
    widget: 'image',
  },
  'video-text-to-text': { label: 'Video-Text-to-Text', modality: 'multimodal', icon: 'video' },
  'keypoint-detection': { label: 'Keypoint Detection', modality: 'vision', icon: 'image' },
  'visual-document-retrieval': { label: 'Visual Document Retrieval', modality: 'multimodal', icon: 'messages-square' },
  'any-to-any': { label: 'Any-to-Any', modality: 'multimodal', icon: 'messages-square' },
  'video-to-video': { label: 'Video-to-Video', modality: 'vision', icon: 'video' },
  other: { label: 'Other', modality: 'other', icon: 'shapes', hidden: true },
} as const satisfies Record<string, TaskRow>;

export type TaskId = keyof typeof tasks;

/** Older names of tasks, still found in cards. */
const aliases: Readonly<Record<string, TaskId>> = {
  'structured-data-classification': 'tabular-classification',
};

/** What people write in place of a task: names of pipelines elsewhere, and of finer tasks. Suggested to cards, read in addresses. */
const nearTasks: Readonly<Record<string, TaskId>> = {
  'sentiment-analysis': 'text-classification',
  'sequence-classification': 'text-classification',
  'natural-language-inference': 'text-classification',
  ner: 'token-classification',
  'named-entity-recognition': 'token-classification',
  'part-of-speech': 'token-classification',
  'extractive-qa': 'question-answering',
  qa: 'question-answering',
  'table-qa': 'table-question-answering',
  'machine-translation': 'translation',
  embeddings: 'feature-extraction',
  'sentence-embeddings': 'sentence-similarity',
  'semantic-similarity': 'sentence-similarity',
  'language-modeling': 'text-generation',
  'causal-lm': 'text-generation',
  chat: 'text-generation',
  'masked-language-modeling': 'fill-mask',
  'masked-lm': 'fill-mask',
  'speech-recognition': 'automatic-speech-recognition',
  asr: 'automatic-speech-recognition',
  tts: 'text-to-speech',
  'image-captioning': 'image-to-text',
  'semantic-segmentation': 'image-segmentation',
  'super-resolution': 'image-to-image',
  vqa: 'visual-question-answering',
  'document-qa': 'document-question-answering',
  reranking: 'text-ranking',
};

const order = Object.keys(tasks) as TaskId[];

export function isTask(text: string): text is TaskId {
  return Object.hasOwn(tasks, text);
}

/** The task that a card's word means, or null. */
export function taskOf(text: string): TaskId | null {
  if (isTask(text)) return text;
  return Object.hasOwn(aliases, text) ? aliases[text]! : null;
}

/** The task that an address means: in any spelling, by an older name, or by that of a pipeline elsewhere; null for other words. */
export function taskMeant(text: string): TaskId | null {
  const spelled = spelledAsTask(text);
  return taskOf(spelled) ?? (Object.hasOwn(nearTasks, spelled) ? nearTasks[spelled]! : null);
}

/** The task that a word which is none means most likely, or null. */
export function nearestTask(text: string): TaskId | null {
  return taskMeant(text) ?? (nearest(spelledAsTask(text), order) as TaskId | null);
}

function spelledAsTask(text: string): string {
  return text
    .trim()
    .toLowerCase()
    .replace(/[\s_]+/g, '-');
}

export function taskRow(id: string): TaskRow | null {
  return isTask(id) ? tasks[id] : null;
}

/** 0 = most specific. */
export function specificity(task: TaskId): number {
  return order.indexOf(task);
}
