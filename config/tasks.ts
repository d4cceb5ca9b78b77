/** One task: what people read, where the filter panel shows it, and its icon (a lucide name). */
export interface TaskRow {
  readonly label: string;
  readonly modality: Modality;
  readonly icon: string;
  /** Kept out of the model filters. */
  readonly hidden?: true;
}

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

/**
 * The task catalogue. Row order is specificity order: when the card is silent, the earliest task that the files support
 * wins. First the list of June 2021, then newer tasks in today's order.
 */
export const tasks = {
  'text-classification': { label: 'Text Classification', modality: 'text', icon: 'tag' },
  'token-classification': { label: 'Token Classification', modality: 'text', icon: 'scan-text' },
  'table-question-answering': { label: 'Table Question Answering', modality: 'text', icon: 'table-properties' },
  'question-answering': { label: 'Question Answering', modality: 'text', icon: 'message-circle-question-mark' },
  'zero-shot-classification': { label: 'Zero-Shot Classification', modality: 'text', icon: 'shapes' },
  translation: { label: 'Translation', modality: 'text', icon: 'languages' },
  summarization: { label: 'Summarization', modality: 'text', icon: 'list-filter' },
  conversational: { label: 'Conversational', modality: 'text', icon: 'messages-square' },
  'feature-extraction': { label: 'Feature Extraction', modality: 'text', icon: 'brackets' },
  'text-generation': { label: 'Text Generation', modality: 'text', icon: 'text-cursor-input' },
  'text2text-generation': { label: 'Text2Text Generation', modality: 'text', icon: 'text-cursor-input' },
  'fill-mask': { label: 'Fill-Mask', modality: 'text', icon: 'square-dashed' },
  'sentence-similarity': { label: 'Sentence Similarity', modality: 'text', icon: 'quote' },
  'text-to-speech': { label: 'Text-to-Speech', modality: 'audio', icon: 'audio-lines' },
  'automatic-speech-recognition': { label: 'Automatic Speech Recognition', modality: 'audio', icon: 'mic' },
  'audio-to-audio': { label: 'Audio-to-Audio', modality: 'audio', icon: 'audio-waveform' },
  'audio-source-separation': { label: 'Audio Source Separation', modality: 'audio', icon: 'audio-waveform' },
  'voice-activity-detection': { label: 'Voice Activity Detection', modality: 'audio', icon: 'audio-waveform' },
  'image-classification': { label: 'Image Classification', modality: 'vision', icon: 'image' },
  'object-detection': { label: 'Object Detection', modality: 'vision', icon: 'scan' },
  'image-segmentation': { label: 'Image Segmentation', modality: 'vision', icon: 'layers' },
  'text-to-audio': { label: 'Text-to-Audio', modality: 'audio', icon: 'audio-waveform' },
  'audio-classification': { label: 'Audio Classification', modality: 'audio', icon: 'audio-waveform' },
  'audio-text-to-text': { label: 'Audio-Text-to-Text', modality: 'multimodal', icon: 'messages-square' },
  'depth-estimation': { label: 'Depth Estimation', modality: 'vision', icon: 'image' },
  'text-to-image': { label: 'Text-to-Image', modality: 'vision', icon: 'image-plus' },
  'image-to-text': { label: 'Image-to-Text', modality: 'vision', icon: 'captions' },
  'image-to-image': { label: 'Image-to-Image', modality: 'vision', icon: 'image-upscale' },
  'image-to-video': { label: 'Image-to-Video', modality: 'vision', icon: 'video' },
  'unconditional-image-generation': { label: 'Unconditional Image Generation', modality: 'vision', icon: 'image' },
  'video-classification': { label: 'Video Classification', modality: 'vision', icon: 'video' },
  'reinforcement-learning': { label: 'Reinforcement Learning', modality: 'reinforcement-learning', icon: 'gauge' },
  robotics: { label: 'Robotics', modality: 'reinforcement-learning', icon: 'bot' },
  'tabular-classification': { label: 'Tabular Classification', modality: 'tabular', icon: 'sheet' },
  'tabular-regression': { label: 'Tabular Regression', modality: 'tabular', icon: 'sheet' },
  'tabular-to-text': { label: 'Tabular to Text', modality: 'tabular', icon: 'sheet', hidden: true },
  'table-to-text': { label: 'Table to Text', modality: 'text', icon: 'tag', hidden: true },
  'multiple-choice': { label: 'Multiple Choice', modality: 'text', icon: 'tag', hidden: true },
  'text-ranking': { label: 'Text Ranking', modality: 'text', icon: 'tag' },
  'text-retrieval': { label: 'Text Retrieval', modality: 'text', icon: 'tag', hidden: true },
  'time-series-forecasting': { label: 'Time Series Forecasting', modality: 'tabular', icon: 'sheet' },
  'text-to-video': { label: 'Text-to-Video', modality: 'vision', icon: 'video' },
  'image-text-to-text': { label: 'Image-Text-to-Text', modality: 'multimodal', icon: 'messages-square' },
  'image-text-to-image': { label: 'Image-Text-to-Image', modality: 'multimodal', icon: 'messages-square' },
  'image-text-to-video': { label: 'Image-Text-to-Video', modality: 'multimodal', icon: 'video' },
  'visual-question-answering': { label: 'Visual Question Answering', modality: 'multimodal', icon: 'messages-square' },
  'document-question-answering': { label: 'Document Question Answering', modality: 'multimodal', icon: 'messages-square' },
  'zero-shot-image-classification': { label: 'Zero-Shot Image Classification', modality: 'vision', icon: 'image' },
  'graph-ml': { label: 'Graph Machine Learning', modality: 'other', icon: 'spline' },
  'mask-generation': { label: 'Mask Generation', modality: 'vision', icon: 'image' },
  'zero-shot-object-detection': { label: 'Zero-Shot Object Detection', modality: 'vision', icon: 'image' },
  'text-to-3d': { label: 'Text-to-3D', modality: 'vision', icon: 'image' },
  'image-to-3d': { label: 'Image-to-3D', modality: 'vision', icon: 'image' },
  'image-feature-extraction': { label: 'Image Feature Extraction', modality: 'vision', icon: 'image' },
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

const order = Object.keys(tasks) as TaskId[];

export function isTask(text: string): text is TaskId {
  return Object.hasOwn(tasks, text);
}

/** The task that a card's word means, or null. */
export function taskOf(text: string): TaskId | null {
  if (isTask(text)) return text;
  return Object.hasOwn(aliases, text) ? aliases[text]! : null;
}

export function taskRow(id: string): TaskRow | null {
  return isTask(id) ? tasks[id] : null;
}

/** 0 = most specific. */
export function specificity(task: TaskId): number {
  return order.indexOf(task);
}
