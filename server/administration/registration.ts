import type { SqliteDatabase } from '../../config/database.js';

/** Whether anybody may join: as an administrator chose on a page, else as the option says. */
export interface Registration {
  isOpen(): boolean;
  set(isOpen: boolean): void;
}

export function createRegistration(db: SqliteDatabase, byOption: 'open' | 'closed'): Registration {
  const name = 'registration';
  const put = db.prepare('INSERT OR REPLACE INTO hub_choices (name, value) VALUES (?, ?)');
  const kept = db.prepare<[string], { value: string }>('SELECT value FROM hub_choices WHERE name = ?').get(name);
  let today = kept?.value ?? byOption;
  return {
    isOpen: () => today === 'open',
    set(isOpen) {
      today = isOpen ? 'open' : 'closed';
      put.run(name, today);
    },
  };
}
