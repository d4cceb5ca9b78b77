import type { TransformersInfo } from '@huggingface/tasks';
import { taskRow } from '../../../config/tasks.js';
import type { ModelRecord } from '../../../indexer/tags/types.js';

/** Endings of class names, and the automatic class that loads them; the first that fits counts. */
const autoClasses: readonly (readonly [ending: RegExp, autoClass: string])[] = [
  [/^(Tapas)ForQuestionAnswering$|ForTableQuestionAnswering$/, 'AutoModelForTableQuestionAnswering'],
  [/^LayoutLM\w*ForQuestionAnswering$/, 'AutoModelForDocumentQuestionAnswering'],
  [/^ViltForQuestionAnswering$|ForVisualQuestionAnswering$/, 'AutoModelForVisualQuestionAnswering'],
  [/ForQuestionAnswering(Simple)?$/, 'AutoModelForQuestionAnswering'],
  [/ForTokenClassification$/, 'AutoModelForTokenClassification'],
  [
    /^(Wav2Vec2|Hubert|WavLM|UniSpeech|Data2VecAudio|Whisper|AST|SEW)\w*For(Sequence|Audio)Classification$/,
    'AutoModelForAudioClassification',
  ],
  [/ForSequenceClassification$/, 'AutoModelForSequenceClassification'],
  [/ForMultipleChoice$/, 'AutoModelForMultipleChoice'],
  [/ForMaskedLM$/, 'AutoModelForMaskedLM'],
  [/ForCTC$/, 'AutoModelForCTC'],
  [
    /^(Whisper|Speech2Text)ForConditionalGeneration$|ForSpeechSeq2Seq$|^SpeechEncoderDecoderModel$/,
    'AutoModelForSpeechSeq2Seq',
  ],
  [/ForCausalLM$|LMHeadModel$/, 'AutoModelForCausalLM'],
  [/ForImageClassification(WithTeacher)?$/, 'AutoModelForImageClassification'],
  [
    /ForZeroShotObjectDetection$|^OwlViTForObjectDetection$|^Owlv2ForObjectDetection$/,
    'AutoModelForZeroShotObjectDetection',
  ],
  [/ForObjectDetection$/, 'AutoModelForObjectDetection'],
  [/ForSemanticSegmentation$/, 'AutoModelForSemanticSegmentation'],
  [/ForUniversalSegmentation$/, 'AutoModelForUniversalSegmentation'],
  [/ForSegmentation$|ForInstanceSegmentation$/, 'AutoModelForImageSegmentation'],
  [/ForDepthEstimation$/, 'AutoModelForDepthEstimation'],
  [/^(Vits|Bark|FastSpeech2Conformer|Musicgen)\w*/, 'AutoModelForTextToWaveform'],
  [/^(CLIP|Siglip|AltCLIP|ChineseCLIP)\w*Model$/, 'AutoModelForZeroShotImageClassification'],
  [/^VisionEncoderDecoderModel$/, 'AutoModelForImageTextToText'],
  [/MTModel$|^EncoderDecoderModel$/, 'AutoModelForSeq2SeqLM'],
];

/** What `…ForConditionalGeneration` is depends on what it reads. */
const generators: Readonly<Record<string, string>> = {
  'image-text-to-text': 'AutoModelForImageTextToText',
  'image-to-text': 'AutoModelForImageTextToText',
  'automatic-speech-recognition': 'AutoModelForSpeechSeq2Seq',
};

/** The classes of Transformers that load a model and what prepares its input; null where it has no configuration. */
export function transformersInfo({
  architectures,
  pipelineTag,
  modelType,
  hasTokenizer,
}: ModelRecord): TransformersInfo | null {
  const [architecture = ''] = architectures;
  if (!architecture && !modelType) return null;
  const processor = processorOf(pipelineTag, hasTokenizer);
  return { auto_model: autoClassOf(architecture, pipelineTag), ...(processor ? { processor } : {}) };
}

function autoClassOf(architecture: string, task: string | null): string {
  const name = architecture.replace(/^(TF|Flax)(?=[A-Z])/, '');
  const found = autoClasses.find(([ending]) => ending.test(name))?.[1];
  if (found) return found;
  if (name.endsWith('ForConditionalGeneration')) return generators[task ?? ''] ?? 'AutoModelForSeq2SeqLM';
  return 'AutoModel';
}

function processorOf(task: string | null, hasTokenizer: boolean): string | null {
  const modality = task === null ? null : taskRow(task)?.modality;
  if (modality === 'multimodal' || task === 'automatic-speech-recognition') return 'AutoProcessor';
  if (/^zero-shot-(image|object)|^image-to-text/.test(task ?? '')) return 'AutoProcessor';
  if (modality === 'vision') return 'AutoImageProcessor';
  if (modality === 'audio' && !hasTokenizer) return 'AutoFeatureExtractor';
  return hasTokenizer ? 'AutoTokenizer' : null;
}
