import assert from 'node:assert/strict';
import { taskOfArchitecture } from '../../../indexer/tags/architectures.js';

describe('taskOfArchitecture', () => {
  const rows: Readonly<Record<string, readonly string[]>> = {
    'table-question-answering': ['TapasForQuestionAnswering', 'TFTapasForQuestionAnswering'],
    'document-question-answering': [
      'LayoutLMForQuestionAnswering',
      'LayoutLMv2ForQuestionAnswering',
      'LayoutLMv3ForQuestionAnswering',
    ],
    'visual-question-answering': ['ViltForQuestionAnswering'],
    'question-answering': [
      'BertForQuestionAnswering',
      'FlaxBertForQuestionAnswering',
      'XLNetForQuestionAnsweringSimple',
    ],
    'token-classification': ['BertForTokenClassification', 'TFXLMRobertaForTokenClassification'],
    'audio-classification': [
      'Wav2Vec2ForSequenceClassification',
      'HubertForSequenceClassification',
      'UniSpeechSatForSequenceClassification',
      'Data2VecAudioForSequenceClassification',
      'ASTForAudioClassification',
      'WhisperForAudioClassification',
    ],
    'text-classification': [
      'DistilBertForSequenceClassification',
      'BartForSequenceClassification',
      'TapasForSequenceClassification',
      'Data2VecTextForSequenceClassification',
    ],
    'multiple-choice': ['RobertaForMultipleChoice'],
    'fill-mask': ['BertForMaskedLM', 'TFRobertaForMaskedLM', 'XLMWithLMHeadModel', 'FlaubertWithLMHeadModel'],
    'text-generation': [
      'GPT2LMHeadModel',
      'FlaxGPT2LMHeadModel',
      'OpenAIGPTLMHeadModel',
      'OpenAIGPTDoubleHeadsModel',
      'TransfoXLLMHeadModel',
      'XLNetLMHeadModel',
      'CTRLLMHeadModel',
      'ReformerModelWithLMHead',
      'LlamaForCausalLM',
      'BloomModel',
      'BloomForCausalLM',
    ],
    'text2text-generation': [
      'T5ForConditionalGeneration',
      'T5WithLMHeadModel',
      'TFT5WithLMHeadModel',
      'BartForConditionalGeneration',
      'PegasusForConditionalGeneration',
      'FSMTForConditionalGeneration',
      'BlenderbotForConditionalGeneration',
      'MarianMTModel',
      'TFMarianMTModel',
      'EncoderDecoderModel',
    ],
    'image-text-to-text': [
      'LlavaForConditionalGeneration',
      'Qwen2VLForConditionalGeneration',
      'Qwen2_5_VLForConditionalGeneration',
      'PaliGemmaForConditionalGeneration',
      'IdeficsForVisionText2Text',
      'Idefics3ForConditionalGeneration',
    ],
    'automatic-speech-recognition': [
      'WhisperForConditionalGeneration',
      'TFWhisperForConditionalGeneration',
      'Speech2TextForConditionalGeneration',
      'SpeechEncoderDecoderModel',
      'Wav2Vec2ForCTC',
      'SpeechT5ForSpeechToText',
    ],
    'image-classification': [
      'ViTForImageClassification',
      'DeiTForImageClassificationWithTeacher',
      'PerceiverForImageClassificationLearned',
      'PerceiverForImageClassificationConvProcessing',
    ],
    'object-detection': ['DetrForObjectDetection', 'YolosForObjectDetection'],
    'zero-shot-object-detection': [
      'OwlViTForObjectDetection',
      'Owlv2ForObjectDetection',
      'GroundingDinoForObjectDetection',
    ],
    'image-segmentation': [
      'DetrForSegmentation',
      'SegformerForSemanticSegmentation',
      'Mask2FormerForUniversalSegmentation',
      'MaskFormerForInstanceSegmentation',
    ],
    'depth-estimation': ['DPTForDepthEstimation'],
    'image-to-text': [
      'VisionEncoderDecoderModel',
      'BlipForConditionalGeneration',
      'Blip2ForConditionalGeneration',
      'GitForCausalLM',
      'Pix2StructForConditionalGeneration',
    ],
    'zero-shot-image-classification': ['CLIPModel', 'SiglipModel', 'AltCLIPModel', 'ChineseCLIPModel', 'AlignModel'],
    'video-classification': ['VideoMAEForVideoClassification'],
    'mask-generation': ['SamModel'],
    'image-to-image': ['Swin2SRForImageSuperResolution'],
    'text-to-speech': ['SpeechT5ForTextToSpeech', 'VitsModel', 'BarkModel', 'FastSpeech2ConformerModel'],
    'text-to-audio': ['MusicgenForConditionalGeneration'],
    'image-feature-extraction': ['ViTModel', 'TFViTModel', 'Dinov2Model', 'ResNetModel', 'Swinv2Model'],
    'feature-extraction': [
      'BertModel',
      'TFBertModel',
      'MPNetModel',
      'Wav2Vec2Model',
      'DPRQuestionEncoder',
      'Wav2Vec2ForPreTraining',
    ],
  };
  for (const [task, classes] of Object.entries(rows)) {
    for (const name of classes) it(`${name} → ${task}`, () => assert.equal(taskOfArchitecture(name), task));
  }
  const none = [
    'BertForPreTraining',
    'ElectraForPreTraining',
    'BertForNextSentencePrediction',
    'Wav2Vec2ForXVector',
    'Wav2Vec2ForAudioFrameClassification',
    'SomethingElse',
    '',
  ];
  for (const name of none) it(`${name || 'an empty name'} → none`, () => assert.equal(taskOfArchitecture(name), null));

  it('takes a text decoder beside an image encoder for image-text-to-text', () => {
    assert.equal(taskOfArchitecture('NewThingForConditionalGeneration', true), 'image-text-to-text');
    assert.equal(taskOfArchitecture('BlipForConditionalGeneration', true), 'image-to-text');
    assert.equal(taskOfArchitecture('CLIPModel', true), 'zero-shot-image-classification');
  });
});
