import { cardParts, missingParts } from '../../indexer/card/parts.js';
import type { CardProblem, ParsedCard } from '../../indexer/card/types.js';
import type { Finding } from '../types.js';

/** Card problems as findings: errors refuse, warnings tell the nearest valid value. */
export function cardFindings(problems: readonly CardProblem[]): readonly Finding[] {
  return problems.map((problem) => ({
    severity: problem.severity === 'error' ? 'refusal' : 'warning',
    message: `${problem.file}${problem.line ? ` line ${problem.line}` : ''}: ${problem.message}`,
    remedy: problem.suggestion ? [`Did you mean "${problem.suggestion}"?`] : [],
  }));
}

/** What a model's card says nothing of, as one note; nothing where it has every part. */
export function partFindings(card: ParsedCard): readonly Finding[] {
  const missing = missingParts(card);
  if (missing.length === 0) return [];
  const parts = missing.map((part) => cardParts[part]).join(', ');
  return [
    {
      severity: 'note',
      message: `README.md says nothing of: ${parts}`,
      remedy: ['Template: /docs/hub/model-cards'],
    },
  ];
}
