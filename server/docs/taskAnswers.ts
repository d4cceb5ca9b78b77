/** What the documentation says of a task that is answered here. Texts are Markdown. */
export interface TaskDoc {
  /** What `inputs` may be. */
  readonly takes: string;
  readonly parameters: string;
  /** What else is to be known. */
  readonly notes?: string;
  /** An answer, as JSON; a sound is told in words. */
  readonly answer: unknown;
  /** Inputs of tasks for which config/widget-inputs/en.json has no example. */
  readonly inputs?: unknown;
  readonly asks?: Readonly<Record<string, unknown>>;
}

const generation = '[those of generation](/docs/hub/models-generation)';
const written = `${generation}, such as \`max_new_tokens\` and \`num_beams\``;
const image = 'an image: the file as the body, or base64 or a `data:` address as `inputs`';
const sound = 'a sound: the file as the body, or base64 or a `data:` address as `inputs`';
const base64 = 'iVBORw0KGgo…';

/** Where a request has a picture in base64. */
export const pictureOf = 'PICTURE';

/** One row for each task of inference/pipelines; a test compares, and draws each answer as the widget does. */
export const taskDocs: Readonly<Record<string, TaskDoc>> = {
  'text-classification': {
    takes: 'text, or `{text, text_pair}`',
    parameters: '`top_k`, `function_to_apply` (`softmax`, `sigmoid`, `none`)',
    notes: 'Labels come best first. For one text the list stands in a list.',
    answer: [
      [
        { label: 'POSITIVE', score: 0.9987 },
        { label: 'NEGATIVE', score: 0.0013 },
      ],
    ],
  },
  'token-classification': {
    takes: 'text',
    parameters: '`aggregation_strategy` (`simple`; `none`, `first`, `average`, `max`), `ignore_labels`, `stride`',
    notes:
      'With `none` there is a row for each token, with `entity` and `index`. `start` and `end` count Unicode characters.',
    answer: [
      { entity_group: 'PER', score: 0.998, word: 'Clara Schumann', start: 0, end: 14 },
      { entity_group: 'LOC', score: 0.999, word: 'Vienna', start: 33, end: 39 },
    ],
  },
  'question-answering': {
    takes: '`{question, context}`',
    parameters: '`top_k`, `max_answer_len`, `max_seq_len`, `doc_stride`, `handle_impossible_answer`, `align_to_words`',
    notes: '`start` and `end` count Unicode characters of the context.',
    answer: { answer: 'behind the old station in Furtwangen', score: 0.71, start: 31, end: 67 },
  },
  'table-question-answering': {
    takes: '`{query, table}`',
    parameters: '`sequential`',
    notes:
      'A table is `{"column": ["cell", …], …}`, or a list of rows whose first has the names; coordinates are `[row, column]` from 0. A list of questions gives a list of answers; `sequential: true` lets each know the one before.',
    answer: { answer: 'Garda', coordinates: [[1, 0]], cells: ['Garda'], aggregator: 'NONE' },
  },
  'tabular-classification': {
    takes: '`{data}`: a list of values for each column, or a list for each row',
    parameters: 'none',
    notes:
      'One value for each row comes back. The graph is one that `skl2onnx` made of a scikit-learn model (one `.onnx` file at the root will do), with one matrix of all columns or an input for each. Names of columns come from `sklearn.columns` or `feature_names` of `config.json`, or from the inputs, else columns stand in the order of the model. At most 10,000 rows and 500,000 cells; `null` is a missing number.',
    inputs: { data: { width: [1.4, 4.7], length: [0.2, 1.4] } },
    answer: ['setosa', 'versicolor'],
  },
  'tabular-regression': {
    takes: 'as `tabular-classification`',
    parameters: 'none',
    inputs: { data: { rooms: [3, 5], area: [62, 118] } },
    answer: [182_000, 340_500],
  },
  'fill-mask': {
    takes: 'text with the mask of the model',
    parameters: '`top_k` (5), `targets`',
    notes:
      'With several masks there is a list for each. `<mask>` stands here for the model’s own word, often `[MASK]`; its page names it.',
    answer: [
      { score: 0.41, token: 3256, token_str: 'ice', sequence: 'In winter the lake is covered with ice.' },
      { score: 0.22, token: 4586, token_str: 'snow', sequence: 'In winter the lake is covered with snow.' },
    ],
  },
  'zero-shot-classification': {
    takes: 'text',
    parameters: '`candidate_labels`, `multi_label`, `hypothesis_template`',
    notes:
      'The `InferenceClient` of huggingface_hub from 1.0 on reads only a list `[{label, score}]`, and gets that: it is known by its `User-Agent`.',
    answer: {
      sequence: 'My parcel arrived with a broken lid.',
      labels: ['complaint', 'question', 'praise'],
      scores: [0.94, 0.04, 0.02],
    },
  },
  'sentence-similarity': {
    takes: '`{source_sentence, sentences}`',
    parameters: 'none',
    notes: 'The cosine of each sentence, between −1 and 1. A text alone gives its vector.',
    answer: [0.86, 0.12, 0.31],
  },
  'text-ranking': {
    takes: '`{query, texts}`, or pairs `[{text, text_pair}]`',
    parameters: '`return_documents` (adds the `text`), `raw_scores` (leaves the model’s curve out)',
    notes: 'Best first.',
    answer: [
      { index: 0, score: 0.93 },
      { index: 2, score: 0.17 },
      { index: 1, score: 0.01 },
    ],
  },
  'feature-extraction': {
    takes: 'text',
    parameters: '`pooling`, `normalize`, `prompt_name`, `details`',
    notes:
      'The embedding of a sentence-transformers repository; else, or with `pooling: none`, the vectors of the tokens in lists of lists.',
    answer: [0.0421, -0.1187, 0.0063],
  },
  'text-generation': {
    takes: 'text, or messages `[{role, content}]`',
    parameters: written,
    answer: [{ generated_text: 'The ferry crosses the bay every morning and comes back at dusk.' }],
  },
  'text2text-generation': {
    takes: 'text',
    parameters: written,
    answer: [{ generated_text: 'in Furtwangen' }],
  },
  summarization: {
    takes: 'text',
    parameters: written,
    answer: [{ summary_text: 'The museum of clocks stands in Furtwangen.' }],
  },
  translation: {
    takes: 'text',
    parameters: `\`src_lang\`, \`tgt_lang\`, and ${generation}`,
    answer: [{ translation_text: 'Clara Schumann gab 1838 ein Konzert in Wien.' }],
  },
  conversational: {
    takes: 'messages, or `{text, past_user_inputs, generated_responses}`',
    parameters: written,
    notes: 'The answer has this form for the latter; messages are answered as by `text-generation`.',
    answer: {
      generated_text: 'Behind the old station.',
      conversation: { past_user_inputs: ['Where is the museum?'], generated_responses: ['Behind the old station.'] },
    },
  },
  'image-classification': {
    takes: image,
    parameters: '`top_k` (5), `function_to_apply`',
    answer: [
      { label: 'tabby cat', score: 0.91 },
      { label: 'tiger cat', score: 0.06 },
    ],
  },
  'zero-shot-image-classification': {
    takes: image,
    parameters: '`candidate_labels`, `hypothesis_template`',
    asks: { candidate_labels: ['a cat', 'a dog'] },
    answer: [
      { score: 0.97, label: 'a cat' },
      { score: 0.03, label: 'a dog' },
    ],
  },
  'object-detection': {
    takes: image,
    parameters: '`threshold` (0.5)',
    notes: 'Boxes are in pixels of the image.',
    answer: [{ score: 0.98, label: 'cat', box: { xmin: 12, ymin: 40, xmax: 310, ymax: 480 } }],
  },
  'image-segmentation': {
    takes: image,
    parameters: '`subtask`, `threshold` (0.9), `mask_threshold`, `overlap_mask_area_threshold` (0.5)',
    notes:
      'A mask is a PNG in base64: 255 inside, 0 outside. huggingface.js, known by its `User-Agent`, gets no `score: null`.',
    answer: [{ score: 0.96, label: 'cat', mask: base64 }],
  },
  'depth-estimation': {
    takes: image,
    parameters: 'none',
    notes: 'Numbers (null above 1,048,576 pixels), and a grey PNG in base64.',
    answer: { predicted_depth: [[3.1, 3.2]], depth: base64 },
  },
  'image-feature-extraction': {
    takes: image,
    parameters: '`pool`',
    answer: [[[0.0421, -0.1187, 0.0063]]],
  },
  'image-to-text': {
    takes: image,
    parameters: `${written}, also within \`generate_kwargs\``,
    notes: 'huggingface.js, known by its `User-Agent`, gets the row without the list around it.',
    answer: [{ generated_text: 'a cat on a chair' }],
  },
  'visual-question-answering': {
    takes: '`{image, question}`, the image as base64 or as a `data:` address',
    parameters: '`top_k` (5)',
    inputs: { image: pictureOf, question: 'What is on the chair?' },
    answer: [
      { score: 0.88, answer: 'cat' },
      { score: 0.04, answer: 'blanket' },
    ],
  },
  'audio-classification': {
    takes: sound,
    parameters: '`top_k`, `function_to_apply`',
    answer: [
      { score: 0.93, label: 'rain' },
      { score: 0.05, label: 'wind' },
    ],
  },
  'automatic-speech-recognition': {
    takes: sound,
    parameters:
      '`return_timestamps` (`true` or `word` for Whisper, `char` or `word` for wav2vec 2.0 and HuBERT), `chunk_length_s`, `stride_length_s`; for Whisper `language`, `task` and settings of generation, also within `generate_kwargs`',
    notes: 'With timestamps there are `chunks` too: `[{"text": "good", "timestamp": [0.1, 0.4]}]`.',
    answer: { text: 'good morning' },
  },
  'text-to-speech': {
    takes: 'text',
    parameters: '`seed`, `speaker_id`, `speaking_rate`, `noise_scale`, `noise_scale_duration`',
    answer: 'A sound: `audio/wav`, as the body of the answer.',
  },
  'text-to-audio': {
    takes: 'text',
    parameters: 'as `text-to-speech`',
    inputs: 'Rain on a tin roof.',
    answer: 'A sound: `audio/wav`, as the body of the answer.',
  },
};
