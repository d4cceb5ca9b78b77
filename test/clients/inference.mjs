/**
 * Calls of @huggingface/inference, one a task: see callTable.mjs. IMAGE and SOUND are files.
 * Arguments: a folder with the clients, the hub's address, a token, the model of each task as JSON.
 */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { loadFrom, makeCalls } from './callTable.mjs';

const [folder, hubUrl, token, models] = process.argv.slice(2);
const { InferenceClient } = await loadFrom(folder)('@huggingface/inference');
const modelOf = JSON.parse(models);
const fileOf = async (name, type) => new Blob([await readFile(process.env[name])], { type });
const image = await fileOf('IMAGE', 'image/png');
const sound = await fileOf('SOUND', 'audio/wav');

const at = (task) => new InferenceClient(token, { endpointUrl: `${hubUrl}/models/${modelOf[task]}` });
const scores = (found) => {
  assert.ok(found.length > 0);
  for (const { label, score } of found) assert.ok(typeof label === 'string' && score >= 0 && score <= 1);
};
const isText = (text) => assert.equal(typeof text, 'string');
const say = { messages: [{ role: 'user', content: ' was it good ?' }], max_tokens: 4 };
const all = async (stream) => {
  const found = [];
  for await (const one of stream) found.push(one);
  return found;
};

await makeCalls({
  textClassification: async () => scores(await at('text-classification').textClassification({ inputs: 'good' })),
  zeroShotClassification: async () =>
    scores(
      await at('zero-shot-classification').zeroShotClassification({
        inputs: 'good',
        parameters: { candidate_labels: ['a', 'b'] },
      }),
    ),
  tokenClassification: async () => {
    const found = await at('token-classification').tokenClassification({ inputs: 'I am Bob' });
    assert.ok(Array.isArray(found));
  },
  fillMask: async () => assert.ok((await at('fill-mask').fillMask({ inputs: 'a <mask>' })).length > 0),
  questionAnswering: async () => {
    const inputs = { question: 'who', context: 'the man is here' };
    isText((await at('question-answering').questionAnswering({ inputs })).answer);
  },
  tableQuestionAnswering: async () => {
    const inputs = { query: 'How deep is Garda?', table: { Lake: ['Garda', 'Balaton'], Depth: ['346', '12'] } };
    isText((await at('table-question-answering').tableQuestionAnswering({ inputs })).answer);
  },
  featureExtraction: async () => {
    const found = await at('sentence-similarity').featureExtraction({ inputs: 'hello' });
    assert.ok(found.flat(3).every(Number.isFinite));
  },
  sentenceSimilarity: async () => {
    const inputs = { source_sentence: 'a', sentences: ['b', 'c'] };
    assert.equal((await at('sentence-similarity').sentenceSimilarity({ inputs })).length, 2);
  },
  summarization: async () => isText((await at('summarization').summarization({ inputs: 'the cat sat' })).summary_text),
  translation: async () => isText((await at('translation').translation({ inputs: 'the cat' })).translation_text),
  textGeneration: async () => {
    const asked = { inputs: 'the cat', parameters: { max_new_tokens: 3 } };
    isText((await at('text-generation').textGeneration(asked)).generated_text);
  },
  textGenerationStream: async () => {
    const asked = { inputs: 'the cat', parameters: { max_new_tokens: 3 } };
    assert.ok((await all(at('text-generation').textGenerationStream(asked))).length > 0);
  },
  chatCompletion: async () => {
    const { choices } = await at('text-generation').chatCompletion(say);
    isText(choices[0].message.content);
  },
  chatCompletionStream: async () => {
    assert.ok((await all(at('text-generation').chatCompletionStream(say))).length > 0);
  },
  imageClassification: async () => scores(await at('image-classification').imageClassification({ data: image })),
  zeroShotImageClassification: async () =>
    scores(
      await at('zero-shot-image-classification').zeroShotImageClassification({
        inputs: { image },
        parameters: { candidate_labels: ['a', 'b'] },
      }),
    ),
  objectDetection: async () => {
    const found = await at('object-detection').objectDetection({ data: image, parameters: { threshold: 0.1 } });
    assert.ok(Array.isArray(found));
  },
  imageSegmentation: async () => {
    const found = await at('image-segmentation').imageSegmentation({ inputs: image });
    for (const { label, mask } of found) assert.ok(label && mask);
  },
  imageToText: async () => isText((await at('image-to-text').imageToText({ data: image })).generated_text),
  visualQuestionAnswering: async () => {
    const inputs = { image, question: 'what' };
    isText((await at('visual-question-answering').visualQuestionAnswering({ inputs })).answer);
  },
  audioClassification: async () => scores(await at('audio-classification').audioClassification({ data: sound })),
  automaticSpeechRecognition: async () =>
    isText((await at('automatic-speech-recognition').automaticSpeechRecognition({ data: sound })).text),
  textToSpeech: async () => assert.ok((await at('text-to-speech').textToSpeech({ inputs: 'hello' })).size > 0),
});
