/**
 * Well-known dataset ids, so that a card which names one gets no warning on a hub that does not hold it. Extend freely:
 * one id a word, as on the Hub, with or without an owner.
 */
const identifiers = `
  ag_news allenai/c4 allenai/dolma amazon_polarity amazon_reviews_multi anli arxiv_dataset bigcode/the-stack billsum bookcorpus
  bookcorpusopen boolq c4 cc100 cc_news cifar10 cifar100 cnn_dailymail coco common_voice commonsense_qa conll2000 conll2002
  conll2003 conll2012_ontonotesv5 cosmos_qa daily_dialog databricks/databricks-dolly-15k dbpedia_14 dolly emotion eli5
  embedding-data/sentence-compression empathetic_dialogues esnli europarl_bilingual fever fineweb food101 gigaword
  glue gsm8k HuggingFaceFW/fineweb HuggingFaceH4/ultrachat_200k HuggingFaceH4/ultrafeedback_binarized hate_speech18 hellaswag hotpot_qa
  humaneval imagenet imagenet-1k imagenet-21k imdb kilt_tasks lambada laion librispeech librispeech_asr ljspeech mc4 mlqa
  mmlu mnist mozilla-foundation/common_voice_11_0 ms_marco multi_news multi_nli multinli natural_questions newsgroup newsqa
  nq nyu-mll/glue OpenAssistant/oasst1 Open-Orca/OpenOrca openai_humaneval openwebtext opus100 opus_books oscar pg19 piqa
  ptb_text_only pubmed_qa quac quora race reddit rotten_tomatoes rvl_cdip s2orc samsum scicite sciq search_qa sentiment140 snli
  squad squad_v2 squadshifts sst sst2 stanfordnlp/imdb stanfordnlp/snli stsb_multi_mt super_glue superb swag tapaco tatoeba
  tatsu-lab/alpaca ted_multi the_pile the_stack timit_asr tiny_shakespeare togethercomputer/RedPajama-Data-1T trec trivia_qa
  tweet_eval uonlp/CulturaX web_questions wiki40b wiki_dpr wiki_qa wikiann wikihow wikimedia/wikipedia wikipedia wikitablequestions
  wikitext winogrande wmt14 wmt16 wmt17 wmt18 wmt19 wnut_17 xglue xnli xquad xsum xtreme yahoo_answers_topics
  yahoo_answers_qa yelp_polarity yelp_review_full flax-sentence-embeddings/stackexchange_xml gooaq code_search_net
  sentence-transformers/embedding-training-data AllenAI/scitldr
`;

const known: ReadonlySet<string> = new Set(identifiers.trim().toLowerCase().split(/\s+/));

export function isWellKnownDataset(id: string): boolean {
  return known.has(id.toLowerCase());
}

export function wellKnownDatasets(): Iterable<string> {
  return known;
}
