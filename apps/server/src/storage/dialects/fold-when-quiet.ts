import { statSync } from 'node:fs';
import type { SqliteDatabase } from './sqlite-database.ts';

/** Milliseconds in which nothing was asked for: nobody waits for what is done then. */
const quietMs = 1_000;
/** Less is left where it is: what a server writes of itself while nobody uses it is not worth two syncs of the disk each time. */
const worthwhileBytes = 256 * 1024;

/**
 * Folds the write-ahead log into the file and empties it when there is a quiet moment. SQLite by itself begins the log anew when it has
 * grown to 4 MB, and never makes it shorter: on a small server that is most of what is on the disk (`bench/disk.ts`).
 */
export class FoldWhenQuiet {
  readonly #database: Pick<SqliteDatabase, 'fold'>;
  readonly #logPath: string;
  #timer: NodeJS.Timeout | undefined;
  #isQuiet = true;

  /** @param path of the database's file. */
  constructor(database: Pick<SqliteDatabase, 'fold'>, path: string) {
    this.#database = database;
    this.#logPath = `${path}-wal`;
  }

  /** Something was asked of the database. */
  touch(): void {
    this.#isQuiet = false;
    this.#timer ??= setTimeout(this.#look, quietMs);
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  readonly #look = (): void => {
    const isDone = this.#isQuiet && this.#fold();
    this.#isQuiet = true;
    if (isDone) this.#timer = undefined;
    else this.#timer?.refresh();
  };

  /** @returns whether there is nothing more to do until something is written. */
  #fold(): boolean {
    try {
      if (statSync(this.#logPath).size < worthwhileBytes) return true;
      return this.#database.fold();
    } catch {
      // A disk that fails is told to whoever writes next, who can do something about it.
      return true;
    }
  }
}
