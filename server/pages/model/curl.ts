import type { Request } from 'express';
import { repoId } from '../../../config/repo.js';
import type { RepoRow } from '../../accounts/types.js';
import type { Place } from './librarySnippets.js';

/** What code from outside must know of a repository. */
export function placeOnHub(request: Request, { ref, private: isPrivate, gated }: RepoRow): Place {
  return { id: repoId(ref), baseUrl: request.baseUrlOfHub, needsToken: isPrivate || gated !== null };
}

/** The body of a question to a model as JSON text, or by the name of a file to send. */
export type Question = { readonly json: string } | { readonly file: string };

/**
 * A line for the shell that runs as it stands.
 * @param path below the hub's address
 */
export function curlLine(path: string, { baseUrl, needsToken }: Place, question?: Question): string {
  const token = needsToken ? ['-H "Authorization: Bearer hf_…"'] : [];
  return [`curl ${baseUrl}${path}`, ...token, ...(question ? bodyOf(question) : [])].join(' \\\n  ');
}

function bodyOf(question: Question): readonly string[] {
  if ('file' in question) return [`--data-binary @${question.file}`];
  return ['-H "Content-Type: application/json"', `-d '${question.json.replaceAll("'", "'\\''")}'`];
}
