/** Metric identifiers that cards report (`metrics:`). Others are kept and shown, with a warning. */
const identifiers = `
  accuracy f1 precision recall bleu sacrebleu rouge rouge1 rouge2 rougeL meteor wer cer perplexity exact_match squad squad_v2
  seqeval mse mae matthews_correlation pearsonr spearmanr glue bertscore comet ter chrf mean_iou map roc_auc
`;

export const metrics: ReadonlySet<string> = new Set(identifiers.trim().split(/\s+/));
