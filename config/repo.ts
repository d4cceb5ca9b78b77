import { HubError } from './errors.js';

/** Spaces are repositories here and nothing more: none is run. */
export const repoKinds = ['model', 'dataset', 'space'] as const;
export type RepoKind = (typeof repoKinds)[number];

export function isRepoKind(word: string): word is RepoKind {
  return repoKinds.some((kind) => kind === word);
}

/** What stands before the id in addresses of pages, git and files. */
export const repoPrefixes: Readonly<Record<RepoKind, string>> = { model: '', dataset: 'datasets/', space: 'spaces/' };

/** Names one repository. `owner` and `name` are spelled as stored; lookups ignore case. */
export interface RepoRef {
  readonly kind: RepoKind;
  readonly owner: string;
  readonly name: string;
}

/** `owner/name`: what people and the API call the id. Unique only within a kind. */
export function repoId(repo: RepoRef): string {
  return `${repo.owner}/${repo.name}`;
}

/** The model of such an id, which the hub itself wrote. */
export function modelRef(id: string): RepoRef {
  const [owner = '', name = ''] = id.split('/', 2);
  return { kind: 'model', owner, name };
}

/** Path part of the page's URL: `/owner/name`, `/datasets/owner/name` or `/spaces/owner/name`. */
export function repoPath(repo: RepoRef): string {
  return `/${repoPrefixes[repo.kind]}${repoId(repo)}`;
}

/** The kind that the first segment of an address stands for. */
export function kindOfPath(path: string): RepoKind {
  return repoKinds.find((kind) => kind !== 'model' && path.startsWith(`/${repoPrefixes[kind]}`)) ?? 'model';
}

/** One string for maps and job files: `model/owner/name`, lower case, since names are unique without case. */
export function repoKey(repo: RepoRef): string {
  return `${repo.kind}/${repoId(repo)}`.toLowerCase();
}

/** Rule of one segment, as the Hub's clients accept it (huggingface_hub `validate_repo_id`). */
const segment = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,95}$/;

/** @returns why `text` cannot be an owner's or repository's name, or null when it can. */
export function nameProblem(text: string): string | null {
  if (text.length > 96) return 'A name has at most 96 characters';
  if (!segment.test(text))
    return 'A name has letters, digits, "-", "_" and ".", and begins with a letter, digit or "_"';
  if (/[.-]$/.test(text)) return 'A name does not end in "." or "-"';
  if (text.includes('--') || text.includes('..')) return 'A name has no "--" and no ".."';
  if (/\.(git|lock)$/i.test(text)) return 'A name does not end in ".git" or ".lock"';
  return null;
}

/** Whether a text is `owner/name`, by the rules of both. */
export function isRepoId(text: string): boolean {
  const parts = text.split('/');
  return parts.length === 2 && parts.every((part) => nameProblem(part) === null);
}

/** Parses `owner/name`. @throws HubError NAME_INVALID */
export function parseRepoId(kind: RepoKind, id: string): RepoRef {
  const [owner, name, ...rest] = id.split('/');
  if (!owner || !name || rest.length > 0) throw new HubError('NAME_INVALID', { reason: `"${id}" is not owner/name` });
  const problem = nameProblem(owner) ?? nameProblem(name);
  if (problem) throw new HubError('NAME_INVALID', { reason: problem });
  return { kind, owner, name };
}
