import type { Connection } from '../connection.ts';
import { StorageOpenError } from '../errors.ts';
import { openPostgres } from './postgres.ts';
import { openSqlite } from './sqlite.ts';

/** By the scheme of `DATABASE_URL`. A database that we can use is one line here. */
const dialects = {
  'file:': openSqlite,
  'postgres:': openPostgres,
  'postgresql:': openPostgres,
} as const satisfies Record<string, (url: string) => Promise<Connection>>;

/** @throws StorageOpenError when no dialect knows the scheme, or the database cannot be used. */
export async function openConnection(url: string): Promise<Connection> {
  const scheme = url.slice(0, url.indexOf(':') + 1).toLowerCase();
  if (!Object.hasOwn(dialects, scheme)) {
    throw new StorageOpenError('DATABASE_URL must begin with file: (SQLite) or postgres:// (PostgreSQL).');
  }
  return dialects[scheme as keyof typeof dialects](url);
}
