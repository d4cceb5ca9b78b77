import { type JsonObject, textOf } from '../snapshot/snapshotFiles.js';

/** The tokenizer class of transformers that a model type has where no file names one; those that have their own name are left out. */
const byModelType: Readonly<Record<string, string>> = {
  albert: 'AlbertTokenizer',
  bart: 'BartTokenizer',
  bert: 'BertTokenizer',
  big_bird: 'BigBirdTokenizer',
  bigbird_pegasus: 'PegasusTokenizer',
  blenderbot: 'BlenderbotTokenizer',
  'blenderbot-small': 'BlenderbotSmallTokenizer',
  blip: 'BertTokenizer',
  camembert: 'CamembertTokenizer',
  clap: 'RobertaTokenizer',
  clip: 'CLIPTokenizer',
  clipseg: 'CLIPTokenizer',
  code_llama: 'CodeLlamaTokenizer',
  codegen: 'CodeGenTokenizer',
  convbert: 'ConvBertTokenizer',
  deberta: 'DebertaTokenizer',
  'deberta-v2': 'DebertaV2Tokenizer',
  distilbert: 'DistilBertTokenizer',
  dpr: 'DPRQuestionEncoderTokenizer',
  electra: 'ElectraTokenizer',
  fnet: 'FNetTokenizer',
  funnel: 'FunnelTokenizer',
  gemma: 'GemmaTokenizer',
  gemma2: 'GemmaTokenizer',
  gemma3: 'GemmaTokenizer',
  gemma3_text: 'GemmaTokenizer',
  git: 'BertTokenizer',
  gpt2: 'GPT2Tokenizer',
  gpt_bigcode: 'GPT2Tokenizer',
  gpt_neo: 'GPT2Tokenizer',
  gptj: 'GPT2Tokenizer',
  ibert: 'RobertaTokenizer',
  layoutlm: 'LayoutLMTokenizer',
  layoutlmv3: 'LayoutLMv3Tokenizer',
  led: 'LEDTokenizer',
  lilt: 'LayoutLMv3Tokenizer',
  llama: 'LlamaTokenizer',
  longformer: 'LongformerTokenizer',
  longt5: 'T5Tokenizer',
  lxmert: 'LxmertTokenizer',
  m2m_100: 'M2M100Tokenizer',
  marian: 'MarianTokenizer',
  mbart: 'MBartTokenizer',
  'megatron-bert': 'BertTokenizer',
  mistral: 'LlamaTokenizer',
  mixtral: 'LlamaTokenizer',
  mobilebert: 'MobileBertTokenizer',
  mpnet: 'MPNetTokenizer',
  mt5: 'MT5Tokenizer',
  mvp: 'MvpTokenizer',
  nezha: 'BertTokenizer',
  nystromformer: 'AlbertTokenizer',
  opt: 'GPT2Tokenizer',
  owlv2: 'CLIPTokenizer',
  owlvit: 'CLIPTokenizer',
  pegasus: 'PegasusTokenizer',
  pegasus_x: 'PegasusTokenizer',
  phi: 'CodeGenTokenizer',
  phi3: 'LlamaTokenizer',
  qwen2: 'Qwen2Tokenizer',
  qwen2_moe: 'Qwen2Tokenizer',
  qwen3: 'Qwen2Tokenizer',
  qwen3_moe: 'Qwen2Tokenizer',
  roberta: 'RobertaTokenizer',
  'roberta-prelayernorm': 'RobertaTokenizer',
  squeezebert: 'SqueezeBertTokenizer',
  starcoder2: 'GPT2Tokenizer',
  switch_transformers: 'T5Tokenizer',
  t5: 'T5Tokenizer',
  tapas: 'TapasTokenizer',
  umt5: 'T5Tokenizer',
  vilt: 'BertTokenizer',
  visual_bert: 'BertTokenizer',
  vits: 'VitsTokenizer',
  whisper: 'WhisperTokenizer',
  'xlm-roberta': 'XLMRobertaTokenizer',
  'xlm-roberta-xl': 'XLMRobertaTokenizer',
  xlnet: 'XLNetTokenizer',
};

/** The tokenizer class by tokenizer_config.json, else config.json, else the model type; null when none of them says. */
export function tokenizerClassOf(settings: JsonObject, config: JsonObject): string | null {
  const named = textOf(settings.tokenizer_class) ?? textOf(config.tokenizer_class);
  if (named !== null) return named.replace(/Fast$/, '');
  const modelType = textOf(config.model_type) ?? '';
  return Object.hasOwn(byModelType, modelType) ? byModelType[modelType]! : null;
}

/** Classes that give no token types where no file says what they give; all others do. */
const withoutTypes: ReadonlySet<string> = new Set(
  'Bart Barthez Bartpho BertGeneration BigBird BioGpt Blenderbot BlenderbotSmall Bloom ByT5 CLIP Camembert CodeGen CodeLlama Cohere DistilBert Esm FSMT GPT2 GPTNeoX GPTNeoXJapanese GPTSw3 Gemma LED LayoutLMv3 LayoutXLM Llama Longformer Luke M2M100 MBart MBart50 MLuke MPNet MT5 Marian Mvp Nllb OpenAIGPT PLBart Pegasus Perceiver ProphetNet Qwen2 Reformer RetriBert Roberta SeamlessM4T Siglip SpeechT5 T5 Udop Vits Whisper XGLM XLMRoberta'
    .split(' ')
    .map((name) => `${name}Tokenizer`),
);

/** Whether a tokenizer does not count token types among what it gives: in Python the model then takes zeros. */
export function leavesTypesOut(settings: JsonObject, config: JsonObject): boolean {
  const { model_input_names: names } = settings;
  if (Array.isArray(names) && names.length > 0) return !names.includes('token_type_ids');
  return withoutTypes.has(tokenizerClassOf(settings, config) ?? '');
}
