import type { TaskId } from '../../config/tasks.js';

/**
 * Class name → task, first match wins; `TF` and `Flax` prefixes are taken off before. Order matters: the narrow rows
 * stand before the suffixes that would take them.
 * Source: how transformers' auto-classes map to the Hub's tasks.
 */
const rules: readonly (readonly [pattern: RegExp, task: TaskId | null])[] = [
  [/^TapasForQuestionAnswering$|ForTableQuestionAnswering$/, 'table-question-answering'],
  [/^LayoutLM.*ForQuestionAnswering$|ForDocumentQuestionAnswering$/, 'document-question-answering'],
  [/^ViltForQuestionAnswering$|ForVisualQuestionAnswering$/, 'visual-question-answering'],
  [/ForQuestionAnswering(Simple)?$/, 'question-answering'],
  [/ForTokenClassification$/, 'token-classification'],
  [/^(Wav2Vec2|Hubert|WavLM|UniSpeech|Data2VecAudio|SEW|Whisper).*ForSequenceClassification$|ForAudioClassification$/, 'audio-classification'],
  [/ForSequenceClassification$/, 'text-classification'],
  [/ForMultipleChoice$/, 'multiple-choice'],
  [/ForNextSentencePrediction$|ForAudioFrameClassification$|ForXVector$/, null],
  [/ForMaskedLM$|^(XLM|Flaubert)WithLMHeadModel$/, 'fill-mask'],
  [/ForCausalLM$|LMHeadModel$|DoubleHeadsModel$|^BloomModel$/, 'text-generation'],
  [/^(Whisper|Speech2Text)ForConditionalGeneration$|^SpeechEncoderDecoderModel$|ForSpeechSeq2Seq$|ForCTC$/, 'automatic-speech-recognition'],
  [/^MusicgenForConditionalGeneration$/, 'text-to-audio'],
  [/^(Blip|Blip2|Git|Pix2Struct|Kosmos2)For(ConditionalGeneration|CausalLM)$|^VisionEncoderDecoderModel$/, 'image-to-text'],
  [/ForConditionalGeneration$|MTModel$|^EncoderDecoderModel$|^T5WithLMHeadModel$/, 'text2text-generation'],
  [/ForImageClassification(WithTeacher|Learned|Fourier|ConvProcessing)?$/, 'image-classification'],
  [/ForZeroShotObjectDetection$|^(OwlViT|Owlv2|GroundingDino)ForObjectDetection$/, 'zero-shot-object-detection'],
  [/ForObjectDetection$/, 'object-detection'],
  [/For(Semantic|Instance|Universal|Panoptic)?Segmentation$/, 'image-segmentation'],
  [/ForDepthEstimation$/, 'depth-estimation'],
  [/^(CLIP|Siglip|Siglip2|AltCLIP|ChineseCLIP|Align)Model$|ForZeroShotImageClassification$/, 'zero-shot-image-classification'],
  [/ForVideoClassification$/, 'video-classification'],
  [/^Sam\d?Model$|ForMaskGeneration$/, 'mask-generation'],
  [/ForImageToImage$|ForImageSuperResolution$/, 'image-to-image'],
  [/ForTextToSpeech$|^(FastSpeech2Conformer|Vits|Bark)/, 'text-to-speech'],
  [/^(ViT|Dinov2|Dinov3ViT|Beit|Deit|Swin|ConvNext|ResNet|Hiera)(V2)?(Hybrid|MAE|MSN)?Model$/i, 'image-feature-extraction'],
  [/(Model|Encoder|ForPreTraining)$/, 'feature-extraction'],
];

/** The task of one architecture, or null. `hasVision`: the config describes an image encoder beside the text model. */
export function taskOfArchitecture(className: string, hasVision = false): TaskId | null {
  const name = className.replace(/^(TF|Flax)(?=[A-Z])/, '');
  if (hasVision && /ForConditionalGeneration$/.test(name) && !/^(Blip|Git|Pix2Struct|Kosmos)/.test(name)) return 'image-text-to-text';
  return rules.find(([pattern]) => pattern.test(name))?.[1] ?? null;
}
