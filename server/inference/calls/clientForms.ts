import { isJsonObject } from '../../../config/jsonObject.js';

interface ClientForm {
  /** As the client names itself in `User-Agent`. */
  readonly client: RegExp;
  readonly task: string;
  readonly form: (answer: unknown) => unknown;
}

/**
 * DESIGN: answers have the form of Python's pipelines, which the Hub's API had for years. Some of its clients understand only a
 * later form of some tasks; they say who they are, and get that.
 */
const forms: readonly ClientForm[] = [
  // huggingface_hub from 1.0 on takes rows, where those before took the pipeline's lists.
  { client: /\bhf_hub\/[1-9]/, task: 'zero-shot-classification', form: rows },
  { client: /@huggingface\/inference\//, task: 'image-to-text', form: only },
  { client: /@huggingface\/inference\//, task: 'image-segmentation', form: withoutNull },
];

/** An answer in JSON as the client that asked reads it. */
export function inClientsForm(userAgent: string | undefined, task: string, body: string): string {
  const wanted = forms.find((one) => one.task === task && one.client.test(userAgent ?? ''));
  return wanted ? JSON.stringify(wanted.form(JSON.parse(body))) : body;
}

/** `{labels, scores}` as `[{label, score}]`. */
function rows(answer: unknown): unknown {
  if (Array.isArray(answer)) return answer.map(rows);
  const { labels, scores } = answer as { readonly labels: readonly string[]; readonly scores: readonly number[] };
  return labels.map((label, at) => ({ label, score: scores[at] }));
}

/** The one row of a list of one. */
function only(answer: unknown): unknown {
  return Array.isArray(answer) && answer.length === 1 ? answer[0] : answer;
}

/** Rows without fields that say nothing. */
function withoutNull(answer: unknown): unknown {
  if (!Array.isArray(answer)) return answer;
  return answer.map((row: unknown) =>
    isJsonObject(row) ? Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null)) : row,
  );
}
