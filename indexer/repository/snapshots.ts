import { createHash, randomBytes } from 'node:crypto';
import { createWriteStream, existsSync } from 'node:fs';
import { copyFile, link, mkdir, readdir, rename, rm, stat, utimes } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { LRUCache } from 'lru-cache';
import type { DataFolder } from '../../config/dataFolder.js';
import { HubError } from '../../config/errors.js';
import { type RepoRef, repoId, repoKey } from '../../config/repo.js';
import { externalLocationProblem, readWeightHeader } from '../formats/index.js';
import type { Repositories, Repository, TreeEntry } from './types.js';

/** A folder that a model can be run from. */
export interface SnapshotFolder {
  readonly key: string;
  readonly folder: string;
  readonly model: string;
}

export interface Snapshots {
  /** The key of a commit's folder, which need not be there. @throws HubError INFERENCE_UNAVAILABLE */
  keyOf(repo: RepoRef, commit: string): Promise<string>;
  /** The folder of a commit, made when it is not there. @throws HubError INFERENCE_UNAVAILABLE, LFS_OBJECT_MISSING */
  take(repo: RepoRef, commit: string): Promise<SnapshotFolder>;
  /** Removes the folders of a repository that is gone: their links would keep its weights, and compiled graphs with them. */
  forget(repo: RepoRef): Promise<void>;
  /** Removes folders that nobody took for a while. */
  sweep(): Promise<void>;
}

/** What a runner reads: settings, tokenizers, graphs, checkpoints, and what sentence-transformers modules have. */
const wantedPaths: readonly RegExp[] = [
  /^(config|tokenizer|tokenizer_config|special_tokens_map|added_tokens|vocab|target_vocab|modules|generation_config|preprocessor_config|processor_config|chat_template|normalizer|sentence_[a-z]+_config|config_sentence_transformers)\.json$/,
  /^(vocab|merges)\.txt$/,
  /^[\w.-]+\.(spm|model|jinja)$/,
  /^([\w-]+\/){1,2}config\.json$/,
  /^([\w-]+\/)?model(-\d+-of-\d+)?\.safetensors$/,
  /^([\w-]+\/)?pytorch_model(-\d+-of-\d+)?\.bin$/,
  /^(model\.safetensors|pytorch_model\.bin)\.index\.json$/,
  /^(onnx\/)?[^/]+\.(onnx|onnx_data|onnx\.data|data)(_\d+)?$/,
  /^(onnx\/)?[^/]*onnx[^/]*$/,
];
/** Graphs may keep each weight in a file of its own. */
const maxFiles = 2000;
const maxGraphs = 50;
const keepMs = 7 * 86_400_000;
/** A folder in use says so no more often than this. */
const touchMs = 3_600_000;

/**
 * Snapshots keyed by content: the same files always give the same folder, so two commits that differ only in the card share
 * one. LFS objects are **hard** links (ONNX Runtime refuses external data behind symbolic links), git blobs are copied.
 */
export function createSnapshots(data: DataFolder, repositories: Repositories): Snapshots {
  const making = new Map<string, Promise<void>>();
  /** A commit never changes, so neither does its key. */
  const keys = new LRUCache<string, string>({ max: 5000 });
  const touched = new LRUCache<string, true>({ max: 5000, ttl: touchMs });

  async function make(repo: RepoRef, files: readonly TreeEntry[], folder: string): Promise<void> {
    const temporary = `${folder}.${randomBytes(6).toString('hex')}.tmp`;
    try {
      for (const file of files) await place(repo, file, path.join(temporary, file.path));
      await mkdir(temporary, { recursive: true });
      await rename(temporary, folder).catch((error: NodeJS.ErrnoException) => {
        if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
      });
    } finally {
      await rm(temporary, { recursive: true, force: true });
    }
  }

  async function place(repo: RepoRef, file: TreeEntry, target: string): Promise<void> {
    await mkdir(path.dirname(target), { recursive: true });
    if (!file.lfs) {
      await pipeline(await repositories.open(repo).blobStream(file.oid), createWriteStream(target));
      return;
    }
    const object = data.lfsObject(file.lfs.oid);
    await link(object, target).catch(async (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') throw new HubError('LFS_OBJECT_MISSING', { oid: file.lfs!.oid }, { cause: error });
      // Too many links, or a file system without them.
      await copyFile(object, target);
    });
  }

  async function filesOf(repo: RepoRef, commit: string): Promise<readonly TreeEntry[]> {
    const repository = repositories.open(repo);
    const tree = await repository.tree(commit, '', { recursive: true });
    const all = tree.filter(({ type }) => type === 'file');
    const graphs = all.filter(({ path }) => /^(onnx\/)?[^/]+\.onnx$/.test(path)).slice(0, maxGraphs);
    const external = await externalPaths(repository, graphs);
    const files = all.filter(({ path }) => wantedPaths.some((wanted) => wanted.test(path)) || external.has(path));
    if (files.length > 0 && files.length <= maxFiles) return files;
    throw new HubError('INFERENCE_UNAVAILABLE', {
      reason: files.length === 0 ? 'it has no files to run' : `it has more than ${maxFiles} files to run`,
    });
  }

  async function keyOf(repo: RepoRef, commit: string): Promise<string> {
    const id = `${repoKey(repo)} ${commit}`;
    const known = keys.get(id);
    if (known) return known;
    const key = contentKey(repo, await filesOf(repo, commit));
    keys.set(id, key);
    return key;
  }

  async function ensure(repo: RepoRef, commit: string, key: string, folder: string): Promise<void> {
    if (existsSync(folder)) {
      if (touched.has(key)) return;
      await utimes(folder, new Date(), new Date()).catch(() => {});
    } else {
      const begun =
        making.get(key) ??
        filesOf(repo, commit)
          .then((files) => make(repo, files, folder))
          .finally(() => making.delete(key));
      making.set(key, begun);
      await begun;
    }
    touched.set(key, true);
  }

  return {
    keyOf,
    async take(repo, commit) {
      const key = await keyOf(repo, commit);
      const folder = path.join(data.snapshots, key);
      await ensure(repo, commit, key, folder);
      return { key, folder, model: repoId(repo) };
    },
    async forget(repo) {
      const names = await readdir(data.snapshots).catch(() => []);
      for (const name of names.filter((one) => one.startsWith(prefixOf(repo))))
        await rm(path.join(data.snapshots, name), { recursive: true, force: true });
    },
    async sweep() {
      for (const name of await readdir(data.snapshots).catch(() => [])) {
        const folder = path.join(data.snapshots, name);
        const { mtimeMs } = await stat(folder);
        if (mtimeMs < Date.now() - keepMs) await rm(folder, { recursive: true, force: true });
      }
    },
  };
}

/** The repository is part of the key: a quarantine of one model must not name another that has the same bytes. */
function contentKey(repo: RepoRef, files: readonly TreeEntry[]): string {
  const hash = createHash('sha256');
  for (const file of files) hash.update(`\0${file.path}\0${file.lfs?.oid ?? file.oid}`);
  return prefixOf(repo) + hash.digest('hex').slice(0, 24);
}

/** How the keys of a repository begin. */
function prefixOf(repo: RepoRef): string {
  return createHash('sha256').update(repoKey(repo)).digest('hex').slice(0, 16);
}

/** Files with the weights of graphs, wherever and however a graph names them below its own folder. */
async function externalPaths(repository: Repository, graphs: readonly TreeEntry[]): Promise<ReadonlySet<string>> {
  const paths = new Set<string>();
  for (const graph of graphs) {
    for (const location of await externalLocations(repository, graph))
      if (!externalLocationProblem(location)) paths.add(path.posix.join(path.posix.dirname(graph.path), location));
  }
  return paths;
}

/** None for a graph that cannot be read: the runner says so when it is asked to run. */
async function externalLocations(repository: Repository, graph: TreeEntry): Promise<readonly string[]> {
  try {
    const reader = await repository.open(graph);
    const header = await readWeightHeader(graph.path, reader).finally(() => reader.close());
    return header?.externalFiles ?? [];
  } catch (error) {
    if (error instanceof HubError) return [];
    throw error;
  }
}
