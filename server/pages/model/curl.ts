import type { Place } from './librarySnippets.js';

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
