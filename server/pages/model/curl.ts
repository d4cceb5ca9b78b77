import type { Request } from 'express';
import { repoId } from '../../../config/repo.js';
import type { RepoRow } from '../../accounts/types.js';
import type { Place } from './librarySnippets.js';

/** What code from outside must know of a repository. */
export function placeOnHub(request: Request, { ref, private: isPrivate, gated }: RepoRow): Place {
  return { id: repoId(ref), baseUrl: request.baseUrlOfHub, needsToken: isPrivate || gated !== null };
}

/** The body of a question to a model as JSON text, or by the name of a file to send. */
export type Question =
  | { readonly json: string }
  | { readonly file: string }
  /** JSON text around a file in base64. */
  | { readonly before: string; readonly file: string; readonly after: string };

/**
 * A line for the shell that runs as it stands.
 * @param path below the hub's address
 * @param answerFile where an answer that is a file goes
 */
export function curlLine(
  path: string,
  { baseUrl, needsToken }: Place,
  question?: Question,
  answerFile?: string,
): string {
  const token = needsToken ? ['-H "Authorization: Bearer hf_…"'] : [];
  const output = answerFile ? [`--output ${answerFile}`] : [];
  const line = [`curl ${baseUrl}${path}`, ...token, ...(question ? bodyOf(question) : []), ...output].join(' \\\n  ');
  return question && 'before' in question ? `${base64Between(question)} |\n${line}` : line;
}

/** No argument is as long as a picture; curl leaves out the line ends of what it sends from `-d @-`. */
function base64Between({ before, file, after }: Extract<Question, { readonly before: string }>): string {
  return `{ printf %s ${quoted(before)}; base64 < ${file}; printf %s ${quoted(after)}; }`;
}

function bodyOf(question: Question): readonly string[] {
  if ('before' in question) return ['-H "Content-Type: application/json"', '-d @-'];
  if ('file' in question) return [`--data-binary @${question.file}`];
  return ['-H "Content-Type: application/json"', `-d ${quoted(question.json)}`];
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
