/** Tasks that inference/pipelines answers. A test compares this with the pipelines' own table. */
export const servableTasks: ReadonlySet<string> = new Set([
  'text-classification',
  'token-classification',
  'question-answering',
  'fill-mask',
  'zero-shot-classification',
  'sentence-similarity',
  'feature-extraction',
]);
