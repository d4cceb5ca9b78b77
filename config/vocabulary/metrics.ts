/** A metric that cards report: what it says of a model, and which way it gets better. */
export interface MetricRow {
  readonly label: string;
  /** Whether larger or smaller values are better. */
  readonly better: 'higher' | 'lower';
  /** One line. */
  readonly meaning: string;
  /** Markdown with formulas, for its page. */
  readonly definition: string;
}

const counts =
  'Of one class, TP are the answers that name it rightly, FP those that name it wrongly, FN those that miss it.';

/** Metrics by the identifier that cards use (`metrics:`). Others are kept and shown, with a warning. */
export const metrics: Readonly<Record<string, MetricRow>> = {
  accuracy: {
    label: 'Accuracy',
    better: 'higher',
    meaning: 'The share of answers that are right',
    definition:
      '$$\\mathrm{accuracy} = \\frac{1}{n}\\sum_{i=1}^{n} [\\hat y_i = y_i]$$\n\nWhere one class is much more frequent than the others, a model that always names it scores high.',
  },
  f1: {
    label: 'F1',
    better: 'higher',
    meaning: 'The harmonic mean of precision and recall',
    definition:
      '$$F_1 = 2 \\cdot \\frac{\\mathrm{precision} \\cdot \\mathrm{recall}}{\\mathrm{precision} + \\mathrm{recall}}$$\n\nOf several classes the mean is taken: of the classes alike (macro), weighted by their frequency (weighted), or from all counts together (micro).',
  },
  precision: {
    label: 'Precision',
    better: 'higher',
    meaning: 'The share of what was found that is right',
    definition: `$$\\mathrm{precision} = \\frac{TP}{TP + FP}$$\n\n${counts}`,
  },
  recall: {
    label: 'Recall',
    better: 'higher',
    meaning: 'The share of what is there that was found',
    definition: `$$\\mathrm{recall} = \\frac{TP}{TP + FN}$$\n\n${counts}`,
  },
  roc_auc: {
    label: 'ROC AUC',
    better: 'higher',
    meaning: 'How often a positive example scores above a negative one',
    definition:
      'The area under the curve of the true positive rate over the false positive rate, for all thresholds:\n\n$$\\mathrm{AUC} = P\\big(s(x^{+}) > s(x^{-})\\big)$$\n\nChance gives 0.5.',
  },
  matthews_correlation: {
    label: 'Matthews correlation',
    better: 'higher',
    meaning: 'The correlation of answers and truth, between −1 and 1',
    definition:
      '$$\\mathrm{MCC} = \\frac{TP \\cdot TN - FP \\cdot FN}{\\sqrt{(TP+FP)(TP+FN)(TN+FP)(TN+FN)}}$$\n\nIt stays near 0 for a model that always names the frequent class.',
  },
  pearsonr: {
    label: 'Pearson correlation',
    better: 'higher',
    meaning: 'The linear correlation of predicted and true values, between −1 and 1',
    definition:
      '$$r = \\frac{\\sum_i (\\hat y_i - \\bar{\\hat y})(y_i - \\bar y)}{\\sqrt{\\sum_i (\\hat y_i - \\bar{\\hat y})^2}\\sqrt{\\sum_i (y_i - \\bar y)^2}}$$',
  },
  spearmanr: {
    label: 'Spearman correlation',
    better: 'higher',
    meaning: 'The correlation of the ranks of predicted and true values',
    definition:
      'The Pearson correlation of ranks in place of values. Without ties:\n\n$$\\rho = 1 - \\frac{6\\sum_i d_i^2}{n(n^2-1)}$$\n\nwhere \\\\(d_i\\\\) is the difference between the two ranks of example \\\\(i\\\\).',
  },
  mse: {
    label: 'Mean squared error',
    better: 'lower',
    meaning: 'The mean of squared differences between prediction and truth',
    definition: '$$\\mathrm{MSE} = \\frac{1}{n}\\sum_{i=1}^{n}(y_i - \\hat y_i)^2$$',
  },
  mae: {
    label: 'Mean absolute error',
    better: 'lower',
    meaning: 'The mean distance between prediction and truth',
    definition: '$$\\mathrm{MAE} = \\frac{1}{n}\\sum_{i=1}^{n}|y_i - \\hat y_i|$$',
  },
  perplexity: {
    label: 'Perplexity',
    better: 'lower',
    meaning: 'How surprised a language model is by a text',
    definition:
      '$$\\mathrm{PPL} = \\exp\\Big(-\\frac{1}{n}\\sum_{i=1}^{n}\\ln p(w_i \\mid w_{<i})\\Big)$$\n\nValues compare only between models with the same tokens.',
  },
  exact_match: {
    label: 'Exact match',
    better: 'higher',
    meaning: 'The share of answers that equal the reference letter by letter',
    definition:
      '$$\\mathrm{EM} = \\frac{1}{n}\\sum_{i=1}^{n}[\\hat a_i = a_i]$$\n\nCase, articles and punctuation are often left out before the comparison.',
  },
  squad: {
    label: 'SQuAD',
    better: 'higher',
    meaning: 'Exact match and F1 of answers found in a text',
    definition:
      'Two numbers over the questions of SQuAD, in percent: exact match, and the F1 of the words that answer and reference share. Of several references the nearest counts.',
  },
  squad_v2: {
    label: 'SQuAD v2',
    better: 'higher',
    meaning: 'As SQuAD, with questions that have no answer',
    definition:
      'Exact match and F1 as in SQuAD. A question without an answer counts as right only when nothing is answered.',
  },
  seqeval: {
    label: 'seqeval',
    better: 'higher',
    meaning: 'F1, precision and recall of whole entities',
    definition:
      'An entity counts as found only when its begin, its end and its type are right. From these counts come precision, recall and\n\n$$F_1 = 2\\cdot\\frac{PR}{P+R}$$',
  },
  glue: {
    label: 'GLUE',
    better: 'higher',
    meaning: 'The metric that each task of GLUE has',
    definition:
      'Accuracy for most tasks; with F1 for MRPC and QQP, Matthews correlation for CoLA, Pearson and Spearman correlation for STS-B.',
  },
  bleu: {
    label: 'BLEU',
    better: 'higher',
    meaning: 'How many word sequences a translation shares with references',
    definition:
      '$$\\mathrm{BLEU} = \\min\\big(1, e^{1 - r/c}\\big)\\cdot\\exp\\Big(\\frac14\\sum_{n=1}^{4}\\ln p_n\\Big)$$\n\nwhere \\\\(p_n\\\\) is the share of sequences of \\\\(n\\\\) words found in a reference, \\\\(c\\\\) the length of the translation and \\\\(r\\\\) that of the reference. It is given between 0 and 1 or in percent, and depends on how words are separated.',
  },
  sacrebleu: {
    label: 'SacreBLEU',
    better: 'higher',
    meaning: 'BLEU in percent with words separated in one agreed way',
    definition:
      'BLEU of whole texts, which are tokenised by the metric itself, so that values of different authors compare. From 0 to 100.',
  },
  chrf: {
    label: 'chrF',
    better: 'higher',
    meaning: 'F-score of the character sequences that two texts share',
    definition:
      '$$\\mathrm{chrF}_\\beta = (1+\\beta^2)\\frac{P \\cdot R}{\\beta^2 P + R}$$\n\nwith precision \\\\(P\\\\) and recall \\\\(R\\\\) of sequences of up to six characters; \\\\(\\beta = 2\\\\).',
  },
  ter: {
    label: 'Translation edit rate',
    better: 'lower',
    meaning: 'Edits that make a translation equal to the reference, by its words',
    definition:
      '$$\\mathrm{TER} = \\frac{\\text{edits}}{\\text{words of the reference}}$$\n\nWords are inserted, deleted and replaced; moving a sequence counts as one edit.',
  },
  meteor: {
    label: 'METEOR',
    better: 'higher',
    meaning: 'Matched words of two texts, with stems and synonyms',
    definition:
      '$$\\mathrm{METEOR} = \\frac{10PR}{R + 9P}\\Big(1 - \\frac12\\Big(\\frac{\\text{chunks}}{\\text{matches}}\\Big)^3\\Big)$$\n\nThe last part lowers the score where the matched words stand in another order.',
  },
  comet: {
    label: 'COMET',
    better: 'higher',
    meaning: 'A trained model’s judgement of a translation',
    definition:
      'A neural model reads source, translation and reference, and gives a score that was trained on judgements of people. Values compare only for one version of that model.',
  },
  bertscore: {
    label: 'BERTScore',
    better: 'higher',
    meaning: 'How near the words of two texts are as vectors',
    definition:
      '$$R = \\frac{1}{|x|}\\sum_{x_i \\in x}\\max_{\\hat x_j \\in \\hat x} x_i^{\\top}\\hat x_j$$\n\nand \\\\(P\\\\) with the two texts exchanged; reported is mostly their \\\\(F_1\\\\). The vectors come from a language model, which must be named.',
  },
  rouge: {
    label: 'ROUGE',
    better: 'higher',
    meaning: 'How much of a reference summary is found again',
    definition:
      'The family of ROUGE-1, ROUGE-2 and ROUGE-L: overlap of words, of pairs of words, and of the longest common sequence.',
  },
  rouge1: {
    label: 'ROUGE-1',
    better: 'higher',
    meaning: 'Single words that summary and reference share',
    definition:
      '$$\\mathrm{ROUGE}_1 = \\frac{\\text{words that both have}}{\\text{words of the reference}}$$\n\nReported is mostly the F1 of this recall and the precision. Given between 0 and 1 or in percent.',
  },
  rouge2: {
    label: 'ROUGE-2',
    better: 'higher',
    meaning: 'Pairs of words that summary and reference share',
    definition:
      '$$\\mathrm{ROUGE}_2 = \\frac{\\text{pairs of words that both have}}{\\text{pairs of the reference}}$$\n\nReported is mostly the F1 of this recall and the precision.',
  },
  rougeL: {
    label: 'ROUGE-L',
    better: 'higher',
    meaning: 'The longest common sequence of summary and reference',
    definition:
      '$$R = \\frac{\\mathrm{LCS}(x, y)}{|x|}, \\quad P = \\frac{\\mathrm{LCS}(x, y)}{|y|}$$\n\nwhere LCS is the length of the longest sequence of words that both have in this order, with gaps. Reported is mostly the F1.',
  },
  wer: {
    label: 'Word error rate',
    better: 'lower',
    meaning: 'Words that are wrong in a transcript',
    definition:
      '$$\\mathrm{WER} = \\frac{S + D + I}{N}$$\n\nwith words that were substituted, deleted and inserted, and \\\\(N\\\\) words of the reference. It may exceed 1. Given as a share or in percent.',
  },
  cer: {
    label: 'Character error rate',
    better: 'lower',
    meaning: 'Characters that are wrong in a transcript',
    definition:
      '$$\\mathrm{CER} = \\frac{S + D + I}{N}$$\n\nAs the word error rate, counted in characters: for languages without spaces, and for writing that was recognised.',
  },
  mean_iou: {
    label: 'Mean IoU',
    better: 'higher',
    meaning: 'How far predicted and true areas cover each other',
    definition:
      '$$\\mathrm{IoU} = \\frac{|A \\cap B|}{|A \\cup B|}$$\n\nof the predicted area \\\\(A\\\\) and the true one \\\\(B\\\\), as the mean of all classes.',
  },
  map: {
    label: 'Mean average precision',
    better: 'higher',
    meaning: 'Precision of detected objects over all thresholds of recall',
    definition:
      '$$\\mathrm{mAP} = \\frac{1}{C}\\sum_{c=1}^{C}\\int_0^1 p_c(r)\\,dr$$\n\nwhere \\\\(p_c(r)\\\\) is the precision of class \\\\(c\\\\) at recall \\\\(r\\\\). A detection is right when its box covers the true one far enough (IoU of 0.5, or the mean of 0.5 to 0.95).',
  },
};

export const metricIds: readonly string[] = Object.keys(metrics);

const byLowerCase = new Map(metricIds.map((id) => [id.toLowerCase(), metrics[id]!]));

/** What is known of a metric, however its letters are cased; null for one of somebody's own. */
export function metricRow(id: string): MetricRow | null {
  return byLowerCase.get(id.toLowerCase()) ?? null;
}

export function metricLabel(id: string): string {
  return metricRow(id)?.label ?? id;
}
