import { DatabaseSync } from 'node:sqlite';
import { BackupError } from './backup-error.ts';

/** Looks at every page and every reference of a database file that nobody uses. @throws BackupError */
export function checkDatabase(path: string): void {
  try {
    using database = new DatabaseSync(path);
    const findings = [
      ...database.prepare('pragma integrity_check').all(),
      ...database.prepare('pragma foreign_key_check').all(),
    ];
    const isSound = findings.length === 1 && findings[0]?.integrity_check === 'ok';
    if (!isSound) throw new Error(JSON.stringify(findings[0]));
  } catch (cause) {
    throw new BackupError(`The copy of the database is damaged: ${(cause as Error).message}`, { cause });
  }
}
