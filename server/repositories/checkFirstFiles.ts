import { HubError } from '../../config/errors.js';
import { largeBlobFindings, missingObjectFindings } from '../../hooks/policy/blobs.js';
import { cardFindings } from '../../hooks/policy/card.js';
import { nameInTreeProblem, pathFinding } from '../../hooks/policy/paths.js';
import type { Finding } from '../../hooks/types.js';
import { type CardContext, checkCard } from '../../indexer/card/fields.js';
import { parseCard } from '../../indexer/card/frontMatter.js';
import { parseLfsPointer } from '../../indexer/repository/lfsPointer.js';

export interface NewFile {
  readonly path: string;
  readonly content: Buffer;
}

export interface FilePolicy extends CardContext {
  readonly maxBlobBytes: number;
  /** Whether the repository was given the object: a pointer must not lead to what somebody else stored. */
  hasLfsObject(oid: string): boolean;
}

/** Files that come over HTTP pass the policy of a push. @throws HubError PUSH_REFUSED */
export function checkFirstFiles(files: readonly NewFile[], policy: FilePolicy): void {
  const refusals = findings(files, policy).filter((finding) => finding.severity === 'refusal');
  if (refusals.length > 0) throw new HubError('PUSH_REFUSED', { reason: refusals.map(sentence).join('\n') });
}

function findings(files: readonly NewFile[], policy: FilePolicy): readonly Finding[] {
  const large = files
    .map(({ path, content }) => ({ path, sizeBytes: content.length }))
    .filter(({ sizeBytes }) => sizeBytes > policy.maxBlobBytes);
  const missing = files.flatMap(({ path, content }) => {
    const pointer = parseLfsPointer(content);
    return pointer && !policy.hasLfsObject(pointer.oid) ? [{ path, oid: pointer.oid }] : [];
  });
  return [
    ...files.flatMap(({ path }) => pathFindings(path)),
    ...largeBlobFindings(large, policy.maxBlobBytes, ''),
    ...missingObjectFindings(missing),
    ...files.filter(({ path }) => path === 'README.md').flatMap(({ content }) => card(content, policy)),
  ];
}

function pathFindings(path: string): readonly Finding[] {
  return path.split('/').flatMap((name) => {
    const problem = nameInTreeProblem(name);
    return problem ? [pathFinding('', path, problem)] : [];
  });
}

function card(content: Buffer, context: CardContext): readonly Finding[] {
  const parsed = parseCard(content.toString('utf8'));
  return cardFindings([...parsed.problems, ...checkCard(parsed, context)]);
}

function sentence({ message }: Finding): string {
  return message;
}
