/** Why somebody reports a repository, in words. */
export const reportReasonTexts = {
  ethical: 'Harmful or unethical',
  legal: 'Licence, copyright or another law',
  broken: 'Does not do what it says',
  other: 'Something else',
} as const;
