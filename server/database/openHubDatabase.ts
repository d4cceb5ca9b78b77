import path from 'node:path';
import { openDatabase, type SqliteDatabase } from '../../config/database.js';
import type { DataFolder } from '../../config/dataFolder.js';
import { projectRoot } from '../../config/projectRoot.js';

/** Opens hub.sqlite: the truth about people and rights. @throws HubError SCHEMA_TOO_NEW */
export function openHubDatabase(data: DataFolder): SqliteDatabase {
  return openDatabase({
    file: data.hubDatabase,
    migrations: path.join(projectRoot, 'server', 'database', 'migrations'),
    backups: data.migrationBackups,
  });
}
