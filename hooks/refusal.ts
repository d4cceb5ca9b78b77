import { printable, wrap } from './text.js';
import type { Finding } from './types.js';

const rule = '-'.repeat(66);

/** What a refused pusher reads: every refusal with its remedy, then that nothing was changed. */
export function formatRefusal(findings: readonly Finding[], docsUrl: string): string {
  const refusals = findings.filter((finding) => finding.severity === 'refusal');
  const lines = [
    rule,
    `Push refused (${refusals.length === 1 ? '1 reason' : `${refusals.length} reasons`}). Nothing was changed.`,
    '',
  ];
  for (const finding of refusals.slice(0, 20)) lines.push(...formatFinding(finding), '');
  if (refusals.length > 20) lines.push(`… and ${refusals.length - 20} more.`, '');
  lines.push(`More: ${docsUrl}`, rule);
  return `${lines.join('\n')}\n`;
}

/** Message, then the remedy indented. Commands stay on one line, to be copied. */
export function formatFinding(finding: Finding): readonly string[] {
  return [...wrap(printable(finding.message)), ...finding.remedy.flatMap((line) => remedyLines(printable(line)))];
}

function remedyLines(line: string): readonly string[] {
  return line.startsWith('git ') ? [`    ${line}`] : wrap(line, '    ');
}
