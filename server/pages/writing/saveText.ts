import type { Request } from 'express';
import { HubError } from '../../../config/errors.js';
import type { Finding } from '../../../hooks/types.js';
import type { FormErrors } from '../../../views/components/form.js';
import type { ConflictView } from '../../../views/pages/writing/conflict.js';
import type { Change } from '../../commits/types.js';
import type { Form } from '../../csrf.js';
import type { Services } from '../../services.js';
import { address } from '../files/place.js';
import { differenceOf, mergeTexts } from './compareTexts.js';
import { editableText, maxEditedBytes, storedText } from './editableText.js';
import { commitWords, makeCommit } from './makeCommit.js';
import type { WritingPlace } from './writingPlace.js';

/** What the form says of the file itself. */
export interface TextForm {
  /** The file that was opened; null = a new one. */
  readonly file: string | null;
  readonly form: Form;
}

export type Saved =
  | { readonly state: 'made'; readonly branch: string; readonly path: string }
  /** The form is shown again, with all that it held. */
  | {
      readonly state: 'again';
      readonly status: number;
      readonly errors?: FormErrors;
      readonly findings?: readonly Finding[];
      readonly notice?: string;
      readonly conflict?: ConflictView;
      /** What the next attempt begins from. */
      readonly base?: string;
    };

/** Somebody else may write at the same time. */
const maxTries = 4;
const maxShownLines = 2000;

/** Commits what a text form holds, unless the file changed meanwhile or the policy refuses it. */
export async function saveText(
  services: Services,
  request: Request,
  place: WritingPlace,
  written: TextForm,
): Promise<Saved> {
  for (let tries = 1, now = place; ; tries += 1) {
    try {
      return await attempt(services, request, now, written);
    } catch (error) {
      if (!(error instanceof HubError)) throw error;
      if (error.code !== 'BRANCH_MOVED' || tries === maxTries) return again(error);
      now = { ...now, head: await now.repository.resolve(`refs/heads/${now.branch}`) };
    }
  }
}

/** @throws HubError */
async function attempt(
  services: Services,
  request: Request,
  place: WritingPlace,
  { file, form }: TextForm,
): Promise<Saved> {
  const path = (form.path ?? '').trim().replace(/^\/+/, '');
  if (!path) return { state: 'again', status: 400, errors: { path: 'A file needs a name.' } };
  const opened = file === null ? null : await fileAt(place, form.base ?? '', file);
  const current = file === null || !place.head ? null : await fileAt(place, place.head, file);
  const isChanged = file !== null && (opened?.oid ?? null) !== (current?.oid ?? null);
  if (isChanged) return conflictOf(services, place, file, form, current);
  const stored = await textToStore(services, place, { file, form }, current?.text ?? null);
  if (stored === null) return conflictOf(services, place, file!, form, current);
  if (Buffer.byteLength(stored) > maxEditedBytes)
    throw new HubError('TOO_LARGE', { what: 'The text', limitBytes: maxEditedBytes });
  if (path !== file && place.head && (await place.repository.entry(place.head, path)))
    return { state: 'again', status: 409, errors: { path: `There is “${path}” already: open and edit that.` } };
  const words = commitWords(form, place, suggestedTitle(file, path));
  const changes = changesOf({ from: current && file, path, stored, current });
  const outcome = await makeCommit(services, request, place, words, changes);
  if (outcome.state === 'made') return { state: 'made', branch: words.branch, path };
  if (outcome.state === 'refused') return { state: 'again', status: 400, findings: outcome.findings };
  return { state: 'again', status: 200, notice: 'No changes: there is nothing to commit.' };
}

export function suggestedTitle(file: string | null, path: string): string {
  if (file === null) return path ? `Create ${path}` : 'Create a file';
  return path === file ? `Update ${file}` : `Rename ${file} to ${path}`;
}

interface FileAt {
  readonly oid: string;
  readonly executable: boolean;
  /** Null = no text. */
  readonly text: string | null;
}

/** Null where there is no such file, or no such commit. */
async function fileAt({ repository }: WritingPlace, revision: string, file: string): Promise<FileAt | null> {
  const commit = /^[0-9a-f]{40}$/.test(revision) ? await repository.resolve(revision) : null;
  const entry = commit ? await repository.entry(commit, file) : null;
  if (!entry || entry.type === 'directory') return null;
  const found = await editableText(repository, entry);
  return { oid: entry.oid, executable: entry.executable, text: 'text' in found ? found.text : null };
}

/** Null where both changes were to be merged and touch the same lines. */
async function textToStore(
  services: Services,
  place: WritingPlace,
  { file, form }: TextForm,
  before: string | null,
): Promise<string | null> {
  const typed = storedText(form.content ?? '', before);
  if (form.do !== 'merge' || file === null || before === null) return typed;
  const ancestor = await fileAt(place, form.ancestor ?? '', file);
  return merged(services, typed, ancestor, before);
}

async function merged(
  { data }: Services,
  mine: string,
  ancestor: FileAt | null,
  theirs: string,
): Promise<string | null> {
  if (ancestor?.text === null || ancestor?.text === undefined) return null;
  // Line ends alike, or every line would differ.
  const base = storedText(ancestor.text, theirs);
  return mergeTexts(data.commits, { mine: storedText(mine, theirs), base, theirs });
}

async function conflictOf(
  services: Services,
  place: WritingPlace,
  file: string,
  form: Form,
  current: FileAt | null,
): Promise<Saved> {
  const ancestor = form.ancestor || form.base || '';
  const conflict = { ancestor, branch: place.branch, now: null, merges: false };
  const base = place.head ?? '';
  const theirs = current?.text ?? null;
  if (theirs === null) return { state: 'again', status: 409, base, conflict };
  const mine = storedText(form.content ?? '', theirs);
  const lines = await differenceOf(services.data.commits, theirs, mine);
  const both = await merged(services, mine, await fileAt(place, ancestor, file), theirs);
  const href = address(place.row, 'blob', place.branch, file);
  const now = { href, lines: lines.slice(0, maxShownLines), cut: lines.length > maxShownLines };
  return { state: 'again', status: 409, base, conflict: { ...conflict, now, merges: both !== null } };
}

interface TextChange {
  /** Where the file is now. */
  readonly from: string | null;
  readonly path: string;
  readonly stored: string;
  readonly current: FileAt | null;
}

function changesOf({ from, path, stored, current }: TextChange): readonly Change[] {
  const content = Buffer.from(stored);
  if (from === null || from === path) return [{ kind: 'put', path, content }];
  if (stored === current?.text) return [{ kind: 'move', from, to: path }];
  return [
    { kind: 'delete', path: from },
    { kind: 'put', path, content, executable: current?.executable ?? false },
  ];
}

const fieldOf: Partial<Readonly<Record<HubError['code'], string>>> = {
  PATH_INVALID: 'path',
  BAD_REQUEST: 'path',
  NAME_TAKEN: 'branch',
  NAME_INVALID: 'branch',
  TOO_LARGE: 'content',
};

/** A failure that the writer can read, beside what they wrote. @throws what is none */
function again(error: HubError): Saved {
  if (error.code === 'INTERNAL') throw error;
  const hint = error.hint ? ` ${error.hint}` : '';
  const text = `${error.message}.${error.code === 'NAME_INVALID' ? '' : hint}`;
  return { state: 'again', status: error.status, errors: { [fieldOf[error.code] ?? 'form']: text } };
}
