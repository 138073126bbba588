import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';

/** Where one server keeps everything; gone with the object. */
export interface TestDatabase extends AsyncDisposable {
  /** The variables that point a server here. */
  readonly env: Readonly<Record<string, string>>;
}

/** Opens an empty database of the kind that the vitest project names, with a data directory of its own. */
export async function openDatabase(): Promise<TestDatabase> {
  const dataDir = await mkdtemp(join(tmpdir(), 'octavus-conformance-'));
  const removeDataDir = () => rm(dataDir, { recursive: true, force: true });
  if (process.env.OCTAVUS_CONFORMANCE_DATABASE !== 'postgres') {
    return { env: { OCTAVUS_DATA_DIR: dataDir }, [Symbol.asyncDispose]: removeDataDir };
  }
  const postgres = await createPostgresDatabase();
  return {
    env: {
      OCTAVUS_DATA_DIR: dataDir,
      DATABASE_URL: postgres.url,
      OCTAVUS_SECRET: randomBytes(32).toString('base64url'),
    },
    async [Symbol.asyncDispose]() {
      await postgres[Symbol.asyncDispose]();
      await removeDataDir();
    },
  };
}

async function createPostgresDatabase(): Promise<AsyncDisposable & { readonly url: string }> {
  const serverUrl = process.env.OCTAVUS_TEST_POSTGRES_URL;
  if (!serverUrl) throw new Error('OCTAVUS_TEST_POSTGRES_URL must name a PostgreSQL server');
  const name = `octavus_conformance_${randomBytes(6).toString('hex')}`;
  await runStatement(serverUrl, `create database ${name}`);
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return {
    url: url.href,
    [Symbol.asyncDispose]: () => runStatement(serverUrl, `drop database if exists ${name} with (force)`),
  };
}

async function runStatement(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
