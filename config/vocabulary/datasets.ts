/**
 * Well-known dataset ids, so that a card which names one gets no warning on a hub that does not hold it. Extend freely:
 * one id a word, as on the Hub, with or without an owner.
 */
const identifiers = `
  ag_news ai2_arc allenai/c4 allenai/dolma allenai/scitldr allenai/tulu-3-sft-mixture allocine amazon_polarity
  amazon_reviews_multi amazon_us_reviews anli arxiv_dataset asnq banking77 bc5cdr beans bigbio/bc5cdr bigcode/starcoderdata
  bigcode/the-stack bigcode/the-stack-dedup billsum blended_skill_talk blimp bookcorpus bookcorpusopen boolq
  bigscience/P3 bigscience/xP3 c4 cardiffnlp/tweet_eval cats_vs_dogs cc100 cc_news ccdv/arxiv-summarization
  ccdv/pubmed-summarization cifar10 cifar100 civil_comments clinc_oos cmu-arctic-xvectors cnn_dailymail coco
  code_search_net codeparrot/codeparrot-clean cola common_gen common_language common_voice commonsense_qa conceptual_captions
  conll2000 conll2002 conll2003 conll2012_ontonotesv5 conv_ai_2 coqa cos_e cosmos_qa covost2 daily_dialog dair-ai/emotion
  databricks/databricks-dolly-15k dbpedia_14 dbrd docvqa drop eli5 embedding-data/QQP embedding-data/PAQ_pairs
  embedding-data/SPECTER embedding-data/WikiAnswers embedding-data/altlex embedding-data/flickr30k-captions
  embedding-data/sentence-compression embedding-data/simple-wiki emotion empathetic_dialogues enwik8 esnli eurlex europarl_bilingual
  facebook/multilingual_librispeech facebook/voxpopuli fashion_mnist fever few_rel financial_phrasebank flickr30k
  flax-sentence-embeddings/stackexchange_xml flores food101 funsd garage-bAInd/Open-Platypus germaner gigaword go_emotions
  glue google/fleurs gooaq gsm8k hans hate_speech18 hatexplain head_qa hellaswag hotpot_qa
  HuggingFaceFW/fineweb HuggingFaceFW/fineweb-edu HuggingFaceH4/no_robots HuggingFaceH4/ultrachat_200k
  HuggingFaceH4/ultrafeedback_binarized HuggingFaceM4/OBELICS HuggingFaceTB/cosmopedia HuggingFaceTB/smoltalk
  ILSVRC/imagenet-1k imagenet imagenet-1k imagenet-21k imagenette imdb indic_glue Intel/orca_dpo_pairs iwslt2017 jfleg
  jigsaw_toxicity_pred jnlpba kilt_tasks lambada laion/laion2B-en laion/laion400m
  lama LDJnr/Capybara librispeech_asr libri_light lj_speech ljspeech lmsys/lmsys-chat-1m lst20 math_dataset
  math_qa mc4 mc_taco meta-math/MetaMathQA microsoft/orca-math-word-problems-200k minds14 ml_spoken_words mlqa mlsum mmlu
  mnist mnli mozilla-foundation/common_voice_7_0 mozilla-foundation/common_voice_8_0 mozilla-foundation/common_voice_11_0
  mozilla-foundation/common_voice_13_0 mozilla-foundation/common_voice_16_1 mozilla-foundation/common_voice_17_0 mrpc ms_marco
  mteb multi_news multi_nli multi_nli_mismatch multi_woz_v22 multi_x_science_sum mustc natural_questions ncbi_disease newsgroup
  newsroom news_commentary nielsr/cord-layoutlmv3 nielsr/funsd-layoutlmv3 nlpaueb/finer-139 norec nq_open nyu-mll/glue
  nyu-mll/multi_nli Open-Orca/OpenOrca Open-Orca/SlimOrca OpenAssistant/oasst1 OpenAssistant/oasst2 openai/gsm8k
  openai/summarize_from_feedback openai_humaneval openbookqa openslr openwebtext open_subtitles opus100 opus_books
  oscar oscar-corpus/OSCAR-2201 paws paws-x pg19 piqa poem_sentiment ptb_text_only pubmed pubmed_qa qa_srl qasc qnli qqp quac
  quail quarel quartz quora quoref race reddit reddit_tifu ropes rotten_tomatoes rte rvl_cdip s2orc
  Salesforce/wikitext samsum scene_parse_150 scicite scientific_papers sciq scitail scitldr search_qa
  sem_eval_2010_task_8 sentiment140 sentence-transformers/all-nli sentence-transformers/embedding-training-data sick silicone
  SetFit/sst2 snli speech_commands spider squad squad_adversarial squad_es squad_it squad_kor_v1 squad_v2
  squadshifts sst sst2 stanfordnlp/imdb stanfordnlp/snli stanfordnlp/sst2 stsb_multi_mt subjqa super_glue superb
  svhn swag swiss_judgment_prediction tapaco tatoeba tatsu-lab/alpaca teknium/OpenHermes-2.5 ted_hrlr ted_multi ted_talks_iwslt
  the_pile EleutherAI/pile EleutherAI/the_pile the_pile_books3 tiiuae/falcon-refinedweb timdettmers/openassistant-guanaco
  timit_asr tiny_imagenet tiny_shakespeare togethercomputer/RedPajama-Data-1T togethercomputer/RedPajama-Data-V2 trec trivia_qa
  truthful_qa tweet_eval tweet_qa tydiqa uonlp/CulturaX universal_dependencies unnatural_instructions vctk vctk-corpus
  visual_genome vivos vqa_v2 web_nlg web_questions wiki40b wiki_bio wiki_dpr wiki_hop wiki_lingua wiki_qa wiki_snippets wiki_split
  wikiann wikihow wikimedia/wikipedia wikipedia wikisql wikitablequestions wikitext winograd_wsc winogrande WizardLM/WizardLM_evol_instruct_V2_196k
  wmt14 wmt15 wmt16 wmt17 wmt18 wmt19 wmt20_mlqe_task1 wnli wnut_17 wtq x_glue xcopa xglue xnli xquad xquad_r xsum xsum_factuality
  xtreme xtreme_s yahoo_answers_qa yahoo_answers_topics yelp_polarity yelp_review_full yhavinga/mc4_nl_cleaned zeroth_korean
  PKU-Alignment/PKU-SafeRLHF Anthropic/hh-rlhf argilla/dpo-mix-7k abisee/cnn_dailymail EdinburghNLP/xsum rajpurkar/squad
  rajpurkar/squad_v2 eriktks/conll2003 fancyzhx/ag_news google-research-datasets/natural_questions mandarjoshi/trivia_qa
  microsoft/ms_marco legacy-datasets/wikipedia bookcorpus/bookcorpus openslr/librispeech_asr keithito/lj_speech
  facebook/xnli facebook/anli uclanlp/wino_bias ylecun/mnist uoft-cs/cifar10 uoft-cs/cifar100 ethz/food101 unimelb-nlp/wikiann
`;

/** Lower case → as the Hub writes it. */
const known: ReadonlyMap<string, string> = new Map(
  identifiers
    .trim()
    .split(/\s+/)
    .map((id) => [id.toLowerCase(), id]),
);

export function isWellKnownDataset(id: string): boolean {
  return known.has(id.toLowerCase());
}

export function wellKnownDatasets(): Iterable<string> {
  return known.values();
}
