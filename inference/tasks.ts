/** What decides which tasks a model can answer. */
export interface TaskFacts {
  /** Parsed config.json, or null. */
  readonly config: unknown;
  /** The task that the card or the files name, or null. */
  readonly pipelineTag: string | null;
  readonly isSentenceTransformer: boolean;
}

/** Encoders of text. The same endings on other models (ViTModel, Wav2Vec2ForSequenceClassification) mean other tasks. */
const textEncoders = new Set(
  (
    'albert bert big_bird bigbird camembert convbert data2vec-text deberta deberta-v2 distilbert electra ernie esm eurobert flaubert ' +
    'fnet funnel ibert longformer megatron-bert mobilebert modernbert mpnet neobert new nomic_bert nystromformer rembert ' +
    'roberta roberta-prelayernorm roformer squeezebert xlm xlm-roberta xlm-roberta-xl xlnet xmod'
  ).split(' '),
);

/** Endings of `architectures` and the tasks of such a head. */
const heads: readonly (readonly [RegExp, readonly string[]])[] = [
  [/ForSequenceClassification$/, ['text-classification']],
  [/ForTokenClassification$/, ['token-classification']],
  [/ForQuestionAnswering(Simple)?$/, ['question-answering']],
  [/(ForMaskedLM|ForPreTraining|WithLMHeadModel)$/, ['fill-mask']],
  [/(?<!LMHead|DoubleHeads|ImageEncoder)Model$/, ['feature-extraction']],
];

const answered = new Set([
  'text-classification',
  'token-classification',
  'question-answering',
  'fill-mask',
  'zero-shot-classification',
  'sentence-similarity',
  'feature-extraction',
]);

/**
 * The tasks that are answered for a model, the one of its page first when it is among them; empty when none is.
 * Whether it has a graph to run is not asked here.
 */
export function answerableTasks({ config, pipelineTag, isSentenceTransformer }: TaskFacts): readonly string[] {
  const tasks = new Set<string>();
  if (pipelineTag && answered.has(pipelineTag)) tasks.add(pipelineTag);
  for (const [ending, headTasks] of readsText(config) ? heads : []) {
    if (architecturesOf(config).some((name) => ending.test(name))) for (const task of headTasks) tasks.add(task);
  }
  const classifies = tasks.has('text-classification') || tasks.has('zero-shot-classification');
  if (classifies) tasks.add('text-classification');
  if (classifies && labelsOf(config).some((label) => label.toLowerCase().startsWith('entail')))
    tasks.add('zero-shot-classification');
  if (isSentenceTransformer || tasks.has('sentence-similarity')) {
    tasks.add('sentence-similarity');
    tasks.add('feature-extraction');
  }
  return [...tasks];
}

function readsText(config: unknown): boolean {
  const { model_type: type } = recordOf(config);
  return typeof type !== 'string' || textEncoders.has(type);
}

function architecturesOf(config: unknown): readonly string[] {
  const { architectures } = recordOf(config);
  return Array.isArray(architectures) ? architectures.filter((name): name is string => typeof name === 'string') : [];
}

function labelsOf(config: unknown): readonly string[] {
  const { id2label, label2id } = recordOf(config);
  return [...Object.values(recordOf(id2label)).map(String), ...Object.keys(recordOf(label2id))];
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}
