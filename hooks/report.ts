import { compiledGraph } from '../config/compiledModels.js';
import { type RepoRef, repoId } from '../config/repo.js';
import type { ModelRecord, Tag, TagEvidence } from '../indexer/tags/types.js';
import { formatFinding } from './refusal.js';
import { columns, printable, wrap } from './text.js';
import type { Finding } from './types.js';

export interface ReportInput {
  readonly repo: RepoRef;
  readonly pageUrl: string;
  readonly commit: string;
  /** Null when nothing could be read yet (an empty repository). */
  readonly record: ModelRecord | null;
  readonly findings: readonly Finding[];
  /** Null for datasets, which have no widget. */
  readonly widget: { readonly available: true } | { readonly available: false; readonly reason: string } | null;
  /** Said first: the repository was made by this push, HEAD follows another branch, … */
  readonly notes: readonly string[];
}

const labelColumns = 11;
const label = (text: string): string => text.padEnd(labelColumns);

/** Label and text, wrapped below the text's own column. */
function labelled(name: string, text: string): readonly string[] {
  const [first = '', ...rest] = wrap(printable(text), ' '.repeat(labelColumns));
  return [label(name) + first.trimStart(), ...rest];
}

const listedTags = 24;
const maxName = columns - labelColumns - 2;

/** What a pusher reads after an accepted push to the default branch. At most about 60 lines of 70 columns. */
export function formatReport(report: ReportInput): string {
  const { record } = report;
  const lines = [`${repoId(report.repo)} at ${report.commit.slice(0, 7)}`, ''];
  for (const note of report.notes) lines.push(...wrap(printable(note)), '');
  if (record) {
    if (report.repo.kind === 'model') lines.push(...taskLines(record));
    lines.push(...libraryLines(record), ...parameterLines(record), ...licenceLines(record));
    lines.push(...compileLines(report, record), ...widgetLines(report), '', ...tagLines(record));
  }
  lines.push(...warningLines(report.findings), ...noteLines(report.findings), report.pageUrl);
  return `\n${lines.join('\n')}\n\n`;
}

/** The short form: for `git push -o quiet` and for branches other than the default one. */
export function formatShortReport(report: Pick<ReportInput, 'pageUrl' | 'findings' | 'notes'>): string {
  const warnings = report.findings.filter((finding) => finding.severity === 'warning').length;
  const counted = warnings > 0 ? ` (${warnings} ${warnings === 1 ? 'warning' : 'warnings'})` : '';
  const notes = report.notes.flatMap((note) => wrap(printable(note)));
  return `${[...notes, report.pageUrl + counted].join('\n')}\n`;
}

/** Evidence as a person reads it: `config.json architectures`, `model.safetensors`. */
function formatEvidence(evidence: TagEvidence | null | undefined): string {
  if (!evidence) return '';
  return [evidence.file, evidence.key].filter(Boolean).join(' ') || evidence.rule;
}

/** A value and where it comes from, on a line of its own where both do not fit. */
function because(name: string, value: string, why: string): readonly string[] {
  const line = label(name) + short(value);
  if (!why) return [line];
  const reason = `(${short(why)})`;
  return line.length + reason.length + 2 <= columns ? [`${line}  ${reason}`] : [line, label('') + reason];
}

function taskLines(record: ModelRecord): readonly string[] {
  if (!record.pipelineTag) {
    return [`${label('Task')}none found: add "pipeline_tag:" to README.md`];
  }
  const why = formatEvidence(record.pipelineEvidence);
  return because('Task', record.pipelineTag, why);
}

function libraryLines(record: ModelRecord): readonly string[] {
  if (!record.libraryName) return [];
  const why = formatEvidence(record.libraryEvidence);
  return because('Library', record.libraryName, why);
}

function parameterLines(record: ModelRecord): readonly string[] {
  if (!record.parameters) return [];
  const kinds = Object.entries(record.parameters.byDtype).map(
    ([dtype, count]) => `${dtype} ${count.toLocaleString('en')}`,
  );
  return labelled('Parameters', `${record.parameters.total.toLocaleString('en')} (${kinds.join(', ')})`);
}

function licenceLines(record: ModelRecord): readonly string[] {
  const lines = [...labelled('Licence', short(record.license ?? 'none given: add "license:" to README.md'))];
  if (record.languages.length > 0) lines.push(...labelled('Languages', listOf(record.languages)));
  return lines;
}

const compileRemedy = 'Mend that and push again, or add onnx/model.onnx';

/** Whether its checkpoint can be compiled; nothing where there is none, or where this hub runs no models. */
function compileLines({ widget }: ReportInput, { graphs, check }: ModelRecord): readonly string[] {
  const refusal = compileRefusal(check);
  if (refusal !== null) return labelled('Compiles', `no: ${refusal}. ${compileRemedy}`);
  if (!graphs.some(({ path }) => path === compiledGraph)) return [];
  if (check) return [`${label('Compiles')}yes`];
  return widget?.available ? [`${label('Compiles')}being checked: the page will tell`] : [];
}

/** Why its checkpoint cannot be compiled, or null. */
function compileRefusal(check: ModelRecord['check']): string | null {
  const problem = check?.problems.find(({ graph, task }) => graph === compiledGraph && task === null);
  return problem?.reason.replace(/^it cannot be compiled: /, '') ?? null;
}

function widgetLines({ widget, record }: ReportInput): readonly string[] {
  if (!widget) return [];
  if (widget.available) return [`${label('Widget')}ready`];
  const isTold = compileRefusal(record?.check) !== null && widget.reason === record?.graphProblem;
  return labelled('Widget', `not available: ${isTold ? 'its checkpoint does not compile' : widget.reason}`);
}

const shownLanguages = 20;

function listOf(languages: readonly string[]): string {
  const more = languages.length - shownLanguages;
  const shown = languages.slice(0, shownLanguages).map(short).join(', ');
  return more > 0 ? `${shown} and ${more} more` : shown;
}

/** A name as the author wrote it, cut where it would leave the terminal. */
function short(name: string): string {
  const characters = [...printable(name)];
  return characters.length > maxName ? `${characters.slice(0, maxName - 1).join('')}…` : characters.join('');
}

function tagLines(record: ModelRecord): readonly string[] {
  if (record.tags.length === 0) return ['No tags.', ''];
  const shown = record.tags.slice(0, listedTags).map((tag) => ({ ...tag, name: short(tag.name) }));
  const width = Math.min(34, Math.max(...shown.map((tag) => tag.name.length)) + 2);
  const lines = ['Tags', ...shown.flatMap((tag) => tagLine(tag, width))];
  if (record.tags.length > shown.length) lines.push(`  and ${record.tags.length - shown.length} more on the page`);
  return [...lines, ''];
}

/** The tag and where it comes from, on a line of its own where both do not fit. */
function tagLine({ name, evidence }: Tag, width: number): readonly string[] {
  const why = short(formatEvidence(evidence[0]));
  const line = `  ${name.length < width ? name.padEnd(width) : `${name}  `}${why}`.trimEnd();
  return line.length <= columns ? [line] : [`  ${name}`, `  ${' '.repeat(width)}${why}`];
}

function noteLines(findings: readonly Finding[]): readonly string[] {
  const notes = findings.filter((finding) => finding.severity === 'note').slice(0, 5);
  return notes.length === 0 ? [] : [...notes.flatMap(formatFinding), ''];
}

function warningLines(findings: readonly Finding[]): readonly string[] {
  const warnings = findings.filter((finding) => finding.severity === 'warning');
  if (warnings.length === 0) return [];
  const lines = [warnings.length === 1 ? '1 warning' : `${warnings.length} warnings`];
  for (const finding of warnings.slice(0, 10)) lines.push(...formatFinding(finding).map((line) => `  ${line}`));
  if (warnings.length > 10) lines.push(`  and ${warnings.length - 10} more on the page`);
  return [...lines, ''];
}
