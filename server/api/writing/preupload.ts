import { z } from 'zod';
import { lfsRule } from '../../../hooks/lfsAttributes.js';
import type { Repository, TreeEntry } from '../../../indexer/repository/types.js';
import { attributesOf } from '../../commits/attributes.js';
import { ignoreRule } from '../../commits/ignoreRule.js';
import { uploadMode } from '../../commits/uploadModes.js';
import type { Services } from '../../services.js';
import { revisionOf } from '../files/revision.js';
import { type Call, operation } from '../frame/operation.js';
import { flag } from '../frame/parameters.js';
import { accessForCommit } from './accessForCommit.js';

const maxFiles = 1000;
/** Paths times lines of patterns: about a second. */
const maxQuestions = 2_000_000;
const maxIgnoreBytes = 1_048_576;

const body = z.object({
  files: z
    .array(
      z.object({
        path: z.string().min(1).max(4095),
        sample: z.base64().max(8192).nullish(),
        size: z.number().int().nonnegative(),
      }),
    )
    .max(maxFiles, `at most ${maxFiles} files are asked about at once`),
  gitIgnore: z.string().max(maxIgnoreBytes).nullish(),
  gitAttributes: z.string().max(maxIgnoreBytes).nullish(),
});

const answer = z.strictObject({
  files: z.array(
    z.strictObject({
      path: z.string(),
      uploadMode: z.enum(['lfs', 'regular']),
      shouldIgnore: z.boolean(),
      oid: z.string().nullable(),
    }),
  ),
});

/** What clients ask before they upload: how each file is to come, and which are there already. */
export const preupload = operation({
  id: 'preupload',
  method: 'POST',
  path: '/api/{repoType}/{namespace}/{repo}/preupload/{rev}',
  summary: 'Tells how files are to be uploaded',
  about:
    '`lfs`: upload it by the batch of Git LFS, then name it in a commit as `lfsFile`; `regular`: the commit brings it. `oid` is what is at the path now, to leave out what did not change.',
  access: 'write',
  query: { create_pr: flag('The commit will open a pull request: who may read may ask') },
  accessFor: accessForCommit,
  body: { schema: body, limitBytes: 8_000_000 },
  answer,
  async handle(services, call) {
    const { files: asked, gitIgnore, gitAttributes } = call.body;
    const { repository, files } = await filesAt(services, call);
    const attributes = new Map(await attributesOf(repository, files));
    if (gitAttributes != null) attributes.set('', gitAttributes);
    const isLfs = lfsRule(attributes);
    const isIgnored = ignoreRule(gitIgnore ?? (await ignoreFile(repository, files)));
    const rules = {
      isLfs,
      isIgnored,
      maxBlobBytes: services.options.git.maxBlobBytes,
      files: new Map(files.map((file) => [file.path, file])),
    };
    const most = Math.floor(maxQuestions / Math.max(1, isLfs.lines + isIgnored.lines));
    return {
      files: asked.map(({ path, sample, size }, index) => {
        const file = { path, sample: Buffer.from(sample ?? '', 'base64').subarray(0, 512), sizeBytes: size };
        return uploadMode(file, index < most ? rules : { ...rules, isLfs: never, isIgnored: never });
      }),
    };
  },
});

const never = Object.assign(() => false, { lines: 0 });

/** Of a repository without commits: nothing. @throws HubError REVISION_NOT_FOUND */
async function filesAt(
  services: Services,
  { repo, place }: Pick<Call, 'repo' | 'place'>,
): Promise<{ repository: Repository; files: readonly TreeEntry[] }> {
  const repository = services.repositories.open(repo.ref);
  if (!(await repository.head())) return { repository, files: [] };
  const { commit } = await revisionOf(services, repo, place);
  return { repository, files: await repository.tree(commit, '', { recursive: true }) };
}

async function ignoreFile(repository: Repository, files: readonly TreeEntry[]): Promise<string> {
  const file = files.find(({ path }) => path === '.gitignore');
  if (file?.type !== 'file' || file.sizeBytes > maxIgnoreBytes) return '';
  return (await repository.blob(file.oid, maxIgnoreBytes)).toString('utf8');
}
