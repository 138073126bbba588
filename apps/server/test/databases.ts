import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import type { TestDatabase } from './suites/storage.ts';

/** Names a PostgreSQL server on which tests may make schemas; unset: they are skipped. */
export const postgresUrl = process.env.OCTAVUS_TEST_POSTGRES_URL;

/** An SQLite file in a directory of its own. */
export async function sqliteDatabase(): Promise<TestDatabase> {
  const directory = await mkdtemp(join(tmpdir(), 'octavus-database-'));
  return {
    url: `file:${join(directory, 'octavus.db')}`,
    [Symbol.asyncDispose]: () => rm(directory, { recursive: true }),
  };
}

/** A schema of its own on the server that the environment names. */
export async function postgresDatabase(): Promise<TestDatabase> {
  const name = `octavus_test_${randomBytes(8).toString('hex')}`;
  await runOnPostgres(`create schema ${name}`);
  const url = new URL(postgresUrl!);
  url.searchParams.set('options', `-c search_path=${name}`);
  url.searchParams.set('application_name', name);
  return { url: url.href, [Symbol.asyncDispose]: () => runOnPostgres(`drop schema ${name} cascade`) };
}

export async function runOnPostgres(statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: postgresUrl });
  await client.connect();
  await client.query(statement);
  await client.end();
}
