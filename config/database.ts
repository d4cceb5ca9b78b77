import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import Database from 'better-sqlite3';
import { HubError } from './errors.js';

export type SqliteDatabase = Database.Database;

export interface MigratedDatabase {
  readonly file: string;
  /** Folder of `0001-name.sql`, `0002-…`: applied in order, never edited after a release. */
  readonly migrations: string;
  /** Where a copy goes before an existing file is migrated. */
  readonly backups: string;
}

/**
 * Opens a SQLite file and brings it to the newest schema. `PRAGMA user_version` counts the migrations applied; each runs
 * in one IMMEDIATE transaction.
 * @throws HubError SCHEMA_TOO_NEW when a newer version of the program wrote the file, DATABASE_UNREADABLE, DATA_UNUSABLE
 */
export function openDatabase({ file, migrations, backups }: MigratedDatabase): SqliteDatabase {
  try {
    return openAndMigrate({ file, migrations, backups });
  } catch (error) {
    if (!(error instanceof Database.SqliteError)) throw error;
    const reason = error.message;
    if (/^SQLITE_(CORRUPT|NOTADB)/.test(error.code))
      throw new HubError('DATABASE_UNREADABLE', { file, reason }, { cause: error });
    throw new HubError('DATA_UNUSABLE', { path: file, reason }, { cause: error });
  }
}

function openAndMigrate({ file, migrations, backups }: MigratedDatabase): SqliteDatabase {
  const existed = existsSync(file);
  const db = new Database(file);
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = NORMAL');
  db.pragma('busy_timeout = 5000');
  // A migration that builds a table anew must not take the rows with it that refer to the old one.
  db.pragma('foreign_keys = OFF');
  db.pragma('cache_size = -20000');
  db.pragma('journal_size_limit = 67108864');
  const scripts = readdirSync(migrations)
    .filter((name) => /^\d{4}-.*\.sql$/.test(name))
    .sort();
  const found = db.pragma('user_version', { simple: true }) as number;
  if (found > scripts.length) {
    db.close();
    throw new HubError('SCHEMA_TOO_NEW', { file, found, known: scripts.length });
  }
  if (existed && found > 0 && found < scripts.length) copyBeforeMigrating(db, { file, backups, found });
  for (const [index, script] of scripts.entries()) {
    if (index < found) continue;
    const sql = readFileSync(path.join(migrations, script), 'utf8');
    db.transaction(() => {
      db.exec(sql);
      db.pragma(`user_version = ${index + 1}`);
    }).immediate();
  }
  db.pragma('foreign_keys = ON');
  return db;
}

function copyBeforeMigrating(
  db: SqliteDatabase,
  { file, backups, found }: { file: string; backups: string; found: number },
): void {
  mkdirSync(backups, { recursive: true });
  const copy = path.join(
    backups,
    `${path.basename(file)}.schema-${found}.${new Date().toISOString().replace(/[:.]/g, '-')}`,
  );
  db.prepare('VACUUM INTO ?').run(copy);
}
