import path from 'node:path';
import type { RepoRef } from './repo.js';

/** Where everything lives below the data folder. Pure: nothing is created here. */
export interface DataFolder {
  readonly root: string;
  /** Truth: users, tokens, visibility, counters. */
  readonly hubDatabase: string;
  /** Derivable: what the repositories say. */
  readonly indexDatabase: string;
  readonly firstRunFile: string;
  /** Key that signs cookies and LFS links (mode 0600). */
  readonly secretFile: string;
  /** Held by the process that uses the folder. */
  readonly lockFile: string;
  /** Which process that is, and the socket by which commands speak to it. */
  readonly holderFile: string;
  readonly repositories: string;
  /** LFS objects by sha256: `lfs/objects/aa/bb/<oid>`; unfinished uploads in `lfs/tmp`. */
  readonly lfsObjects: string;
  readonly lfsTemporary: string;
  /** Packed pieces of files that came by Xet: `xet/<epoch>/<user>/<hash>`. May be lost: clients then send all anew. */
  readonly xorbs: string;
  /** Where commits are built that are made over HTTP; nothing in it outlives the process. */
  readonly commits: string;
  /** Push jobs: written in `tmp`, renamed into `new`, claimed by renaming into `claimed`. */
  readonly spool: string;
  /** Folders that ONNX Runtime opens, keyed by content. */
  readonly snapshots: string;
  /** Copies of databases made before a migration. */
  readonly migrationBackups: string;
  /** Default inputs of widgets by language, `<language>.json`; they go before the bundled ones. */
  readonly widgetInputs: string;
  repository(repo: RepoRef): string;
  lfsObject(oid: string): string;
}

export function dataFolder(root: string): DataFolder {
  const at = (...parts: string[]): string => path.join(root, ...parts);
  return {
    root,
    hubDatabase: at('hub.sqlite'),
    indexDatabase: at('index.sqlite'),
    firstRunFile: at('first-run.txt'),
    secretFile: at('secret'),
    lockFile: at('hub.lock'),
    holderFile: at('holder.json'),
    repositories: at('repos'),
    lfsObjects: at('lfs', 'objects'),
    lfsTemporary: at('lfs', 'tmp'),
    xorbs: at('xet'),
    commits: at('commits'),
    spool: at('spool'),
    snapshots: at('snapshots'),
    migrationBackups: at('migration-backups'),
    widgetInputs: at('widget-inputs'),
    repository: (repo) => at('repos', `${repo.kind}s`, repo.owner, `${repo.name}.git`),
    lfsObject: (oid) => at('lfs', 'objects', oid.slice(0, 2), oid.slice(2, 4), oid),
  };
}
