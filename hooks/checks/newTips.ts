import { setImmediate } from 'node:timers/promises';
import { HubError } from '../../config/errors.js';
import { checkCard } from '../../indexer/card/fields.js';
import { parseCard } from '../../indexer/card/frontMatter.js';
import { readWeightHeader } from '../../indexer/formats/index.js';
import type { RangeReader } from '../../indexer/formats/types.js';
import { maxCardBytes } from '../../indexer/readFacts.js';
import { maxPointerBytes, parseLfsPointer } from '../../indexer/repository/lfsPointer.js';
import { type ChangedFiles, changedFiles, type TipFile } from '../changedFiles.js';
import { lfsRule } from '../lfsAttributes.js';
import { rawLfsFindings } from '../policy/blobs.js';
import { cardFindings, partFindings } from '../policy/card.js';
import { noCommitFinding } from '../policy/refs.js';
import type { PushedObjects } from '../pushedObjects.js';
import { type Finding, isDelete, zeroOid } from '../types.js';
import { type Check, contentOf, migrateScope, type PushCheck } from './pushCheck.js';

const maxAttributesBytes = 1_048_576;
const maxHeaderFiles = 500;
const maxAttributeFiles = 50;
/** Paths times lines of .gitattributes: about a second. */
const maxAttributeQuestions = 2_000_000;

/** The card, the weight headers and what should be in LFS, at the new tips only: an old commit with a bad card does not stop a migration. */
export const checkNewTips: Check = async (check, objects) => {
  const findings: Finding[] = [];
  const seen = new Set<string>();
  for (const change of check.changes) {
    if (isDelete(change) || change.name.startsWith('refs/tags/') || seen.has(change.new)) continue;
    seen.add(change.new);
    const files = await changedFiles(objects, change.new, change.old === zeroOid ? null : change.old);
    if (!files) {
      findings.push(noCommitFinding(change));
      continue;
    }
    findings.push(...(await cardAt(check, objects, files)));
    findings.push(...(await headersAt(check, objects, files)));
    findings.push(...(await rawLfsAt(check, objects, files)));
  }
  return findings;
};

async function cardAt(
  check: PushCheck,
  objects: PushedObjects,
  { card: file }: ChangedFiles,
): Promise<readonly Finding[]> {
  if (!file) return [];
  if ((await objects.sizeOf(file.oid)) > maxCardBytes) {
    return [{ severity: 'warning', message: 'README.md: it is larger than 1 MiB, so it is not read', remedy: [] }];
  }
  const card = parseCard((await contentOf(objects, file.oid)).toString('utf8'));
  const pointer = parseLfsPointer(Buffer.from(card.body));
  if (pointer)
    return [
      {
        severity: 'warning',
        message: 'README.md: it is in Git LFS, so it is not read',
        // Behind every other line, this one holds, whatever pattern put the file there.
        remedy: [
          "echo 'README.md !filter !diff !merge text' >> .gitattributes",
          'git add --renormalize .gitattributes README.md',
          "git commit -m 'README.md as text'",
        ],
      },
    ];
  const problems = [...card.problems, ...checkCard(card, { kind: check.kind, isLocalDataset: check.isLocalDataset })];
  return [...cardFindings(problems), ...(check.kind === 'model' ? partFindings(card) : [])];
}

/** Headers of safetensors files that this push changed. Other formats never refuse a push. */
async function headersAt(check: PushCheck, objects: PushedObjects, files: ChangedFiles): Promise<readonly Finding[]> {
  const changed = files.changed.filter((file) => file.path.endsWith('.safetensors'));
  const findings: Finding[] = [];
  for (const file of changed.slice(0, maxHeaderFiles)) {
    const reason = await headerProblem(check, objects, file);
    if (!reason) continue;
    findings.push({
      severity: 'refusal',
      message: `${file.path}: the safetensors header is invalid: ${reason}`,
      remedy: ['Save the file again with the safetensors library and commit it.'],
    });
  }
  return findings;
}

async function headerProblem(check: PushCheck, objects: PushedObjects, file: TipFile): Promise<string | null> {
  const sizeBytes = await objects.sizeOf(file.oid);
  if (sizeBytes > check.maxBlobBytes) return null; // told by largeBlobs
  const content = await contentOf(objects, file.oid);
  const pointer = sizeBytes <= maxPointerBytes ? parseLfsPointer(content) : null;
  if (pointer && check.lfsObjectBytes(pointer.oid) !== pointer.sizeBytes) return null; // told by missingObjects
  const reader = pointer ? await check.openLfsObject(pointer.oid) : blobReader(content);
  try {
    await readWeightHeader(file.path, reader);
    return null;
  } catch (error) {
    if (error instanceof HubError && error.code === 'WEIGHT_HEADER_INVALID') return String(error.details.reason);
    throw error;
  } finally {
    await reader.close();
  }
}

async function rawLfsAt(check: PushCheck, objects: PushedObjects, files: ChangedFiles): Promise<readonly Finding[]> {
  const candidates = files.changed.filter((file) => objects.fresh.has(file.oid));
  if (candidates.length === 0 || files.attributes.length === 0) return [];
  const contents = new Map<string, string>();
  for (const file of files.attributes.slice(0, maxAttributeFiles)) {
    if ((await objects.sizeOf(file.oid)) > maxAttributesBytes) continue;
    contents.set(file.path.replace(/\/?\.gitattributes$/, ''), (await contentOf(objects, file.oid)).toString('utf8'));
  }
  const isLfs = lfsRule(contents);
  const raw: string[] = [];
  const asked = Math.floor(maxAttributeQuestions / Math.max(1, isLfs.lines));
  for (const [index, file] of candidates.slice(0, asked).entries()) {
    if (index % 100 === 0) await setImmediate(undefined, { signal: check.signal }); // others wait for the hub too
    if (!isLfs(file.path)) continue;
    const sizeBytes = await objects.sizeOf(file.oid);
    const isPointer = sizeBytes <= maxPointerBytes && parseLfsPointer(await contentOf(objects, file.oid));
    if (!isPointer && sizeBytes > 0) raw.push(file.path);
  }
  return raw.length === 0 ? [] : rawLfsFindings(raw, await migrateScope(check));
}

function blobReader(content: Buffer): RangeReader & { close(): Promise<void> } {
  return {
    sizeBytes: content.length,
    read: async (offset, length) => content.subarray(offset, offset + length),
    close: async () => {},
  };
}
