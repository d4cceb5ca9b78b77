import type { CardProblem } from '../../indexer/card/types.js';
import type { Finding } from '../types.js';

/** Card problems as findings: errors refuse, warnings tell the nearest valid value. */
export function cardFindings(problems: readonly CardProblem[]): readonly Finding[] {
  return problems.map((problem) => ({
    severity: problem.severity === 'error' ? 'refusal' : 'warning',
    message: `${problem.file}${problem.line ? ` line ${problem.line}` : ''}: ${problem.message}`,
    remedy: problem.suggestion ? [`Did you mean "${problem.suggestion}"?`] : [],
  }));
}
