import type { TaskId } from '../../config/tasks.js';

/** Encoders that a `…ForPreTraining` class trains for filling masks or telling replaced words: no task of their own. */
const pretrained =
  '(Bert|Albert|Electra|MobileBert|MegatronBert|RoFormer|BigBird|Ernie|Nezha|FNet|Funnel|Lxmert|VisualBert)';
const audioEncoder = '(Wav2Vec2|Hubert|WavLM|UniSpeech|Data2VecAudio|SEW|Whisper)';
const visionLanguage =
  '(Llava|VipLlava|VideoLlava|Idefics|PaliGemma|Qwen\\d(_5)?_?VL|Mllama|SmolVLM|InternVL|Pixtral|Mistral3|Gemma3|Aria|Chameleon|Emu3|Florence2)';
const captioner = '(Blip|Blip2|Git|Pix2Struct|Kosmos2)';
const imageBackbone =
  '(ViT|ViTHybrid|ViTMAE|ViTMSN|VitDet|IJepa|Dinov2|Dinov2WithRegisters|DINOv3ViT|DINOv3ConvNext|Beit|DeiT|Swin|Swinv2|Swin2SR|ConvNext|ConvNextV2|' +
  'ResNet|RegNet|EfficientNet|MobileNetV1|MobileNetV2|MobileViT|MobileViTV2|Levit|Cvt|Van|Pvt|PvtV2|PoolFormer|FocalNet|Bit|Dinat|Nat|' +
  'SwiftFormer|Hiera|Data2VecVision|DPT|GLPN|Segformer|Yolos|ImageGPT|SiglipVision|Siglip2Vision|TimmWrapper|VideoMAE|Vivit)';

/**
 * Class name → task, first match wins; `TF` and `Flax` prefixes are taken off before. Order matters: the narrow rows
 * stand before the suffixes that would take them.
 * Source: how transformers' auto-classes map to the Hub's tasks.
 */
export const architectureRules: readonly (readonly [pattern: RegExp, task: TaskId | null])[] = [
  [/^TapasForQuestionAnswering$|ForTableQuestionAnswering$/, 'table-question-answering'],
  [/^LayoutLM.*ForQuestionAnswering$|ForDocumentQuestionAnswering$/, 'document-question-answering'],
  [/^ViltForQuestionAnswering$|ForVisualQuestionAnswering$/, 'visual-question-answering'],
  [/ForQuestionAnswering(Simple)?$/, 'question-answering'],
  [/ForTokenClassification$/, 'token-classification'],
  [new RegExp(`^${audioEncoder}.*ForSequenceClassification$|ForAudioClassification$`), 'audio-classification'],
  [/ForSequenceClassification$/, 'text-classification'],
  [/ForMultipleChoice$/, 'multiple-choice'],
  [/ForNextSentencePrediction$|ForAudioFrameClassification$|ForXVector$/, null],
  [new RegExp(`^${pretrained}ForPreTraining$`), null],
  [/ForMaskedLM$|^(XLM|Flaubert)WithLMHeadModel$/, 'fill-mask'],
  [new RegExp(`^${captioner}For(ConditionalGeneration|CausalLM)$|^VisionEncoderDecoderModel$`), 'image-to-text'],
  [new RegExp(`^${visionLanguage}.*ForConditionalGeneration$|ForVisionText2Text$`), 'image-text-to-text'],
  [
    /^(Whisper|Speech2Text|Moonshine)ForConditionalGeneration$|^SpeechEncoderDecoderModel$|ForSpeech(Seq2Seq|ToText)$|ForCTC$/,
    'automatic-speech-recognition',
  ],
  [/^Musicgen.*ForConditionalGeneration$/, 'text-to-audio'],
  [/^M?T5WithLMHeadModel$|ForConditionalGeneration$|MTModel$|^EncoderDecoderModel$/, 'text2text-generation'],
  [/ForCausalLM$|LMHeadModel$|ModelWithLMHead$|DoubleHeadsModel$|^BloomModel$/, 'text-generation'],
  [/ForImageClassification(WithTeacher|Learned|Fourier|ConvProcessing)?$/, 'image-classification'],
  [/ForZeroShotObjectDetection$|^(OwlViT|Owlv2|GroundingDino)ForObjectDetection$/, 'zero-shot-object-detection'],
  [/ForObjectDetection$/, 'object-detection'],
  [/For(Semantic|Instance|Universal|Panoptic|Image)?Segmentation$/, 'image-segmentation'],
  [/ForDepthEstimation$/, 'depth-estimation'],
  [
    /^(CLIP|CLIPSeg|Siglip|Siglip2|AltCLIP|ChineseCLIP|Align|Blip)Model$|ForZeroShotImageClassification$/,
    'zero-shot-image-classification',
  ],
  [/ForVideoClassification$/, 'video-classification'],
  [/^Sam(\d|HQ)?Model$|ForMaskGeneration$/, 'mask-generation'],
  [/ForImageToImage$|ForImageSuperResolution$/, 'image-to-image'],
  [/ForTextToSpeech$|^(FastSpeech2Conformer|Vits|Bark)/, 'text-to-speech'],
  [new RegExp(`^${imageBackbone}Model$`), 'image-feature-extraction'],
  [/(Model|Encoder|ForPreTraining)$/, 'feature-extraction'],
];

/** The task of one architecture, or null. `hasVision`: the config describes an image encoder beside the text model. */
export function taskOfArchitecture(className: string, hasVision = false): TaskId | null {
  const name = className.replace(/^(TF|Flax)(?=[A-Z])/, '').slice(0, 200);
  const task = architectureRules.find(([pattern]) => pattern.test(name))?.[1] ?? null;
  return hasVision && task === 'text2text-generation' ? 'image-text-to-text' : task;
}
