import { mkdtempSync, rmSync } from 'node:fs';
import { chmod, mkdir, readdir, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { DatabaseSync, StatementSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import { OctavusError } from '@octavus/core';
import { sql } from 'kysely';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { describeStorage } from '../../../test/suites/storage.ts';
import { aCommit, aProject, now, storedSession } from '../../../test/suites/storage-fixtures.ts';
import { migrate } from '../migrate.ts';
import { openStorage } from '../open-storage.ts';
import { projectsRepository } from '../repositories/projects.ts';
import { openSqlite } from './sqlite.ts';
import { SqliteDatabase } from './sqlite-database.ts';

function aDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'octavus-storage-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  return directory;
}

describeStorage('sqlite', async () => ({
  url: `file:${join(aDirectory(), 'octavus.db')}`,
  async [Symbol.asyncDispose]() {},
}));

describe('a database in memory', () => {
  test('reads what it wrote, and waits for an open transaction', async () => {
    await using storage = await openStorage({ url: 'file::memory:' });
    const session = await storedSession(storage);
    await Promise.all([storage.sessions.commit([aCommit(session)]), storage.nodes.renew('node-a', now)]);
    expect(await storage.sessions.find(session.projectId, session.id)).toMatchObject({ journalLength: 1 });
  });
});

describe('the database file', () => {
  test('is created with its directory, readable for its owner alone', async () => {
    const path = join(aDirectory(), 'new', 'data', 'octavus.db');
    await using storage = await openStorage({ url: `file:${path}` });
    await storage.projects.create(aProject());
    for (const name of await readdir(join(path, '..'))) {
      expect((await stat(join(path, '..', name))).mode & 0o777, name).toBe(0o600);
    }
  });

  test.each([
    ['relative', (path: string) => `file:${relative(process.cwd(), path)}`],
    ['absolute', (path: string) => `file:${path}`],
    ['as a full URL', (path: string) => pathToFileURL(path).href],
  ])('may be named %s', async (_, toUrl) => {
    const path = join(aDirectory(), 'a b %41 ü?#.db');
    await using _storage = await openStorage({ url: toUrl(path) });
    expect((await stat(path)).size).toBeGreaterThan(0);
  });

  test('keeps its committed rows in one file when it is closed', async () => {
    const path = join(aDirectory(), 'octavus.db');
    const storage = await openStorage({ url: `file:${path}` });
    await storage.projects.create(aProject());
    await storage[Symbol.asyncDispose]();
    expect(await readdir(join(path, '..'))).toEqual(['octavus.db']);
  });

  test('takes in its write-ahead log when nobody asks for anything', async () => {
    const path = join(aDirectory(), 'octavus.db');
    await using storage = await openStorage({ url: `file:${path}` });
    const logBytes = async () => (await stat(`${path}-wal`)).size;
    // Twice: the first quiet moment follows the start.
    for (const letter of ['x', 'y']) {
      const project = { ...aProject(), id: letter, slug: letter, name: letter.repeat(512 * 1024) };
      await storage.projects.create(project);
      expect(await logBytes()).toBeGreaterThan(512 * 1024);
      await vi.waitFor(async () => expect(await logBytes()).toBe(0), { timeout: 20_000 });
      expect(await storage.projects.find(letter)).toMatchObject({ name: project.name });
    }
  }, 60_000);

  test('survives the power going off: every commit is synced', async () => {
    const connection = await openSqlite(`file:${join(aDirectory(), 'octavus.db')}`);
    const pragma = async (name: string) => (await sql.raw(`pragma ${name}`).execute(connection.write)).rows[0];
    expect(await pragma('journal_mode')).toMatchObject({ journal_mode: 'wal' });
    expect(await pragma('synchronous')).toMatchObject({ synchronous: 2 });
    expect(await pragma('foreign_keys')).toMatchObject({ foreign_keys: 1 });
    await connection.close();
  });

  test('that is no database is refused and left as it is', async () => {
    const path = join(aDirectory(), 'notes.txt');
    await writeFile(path, 'Water the ferns. '.repeat(100));
    await expect(openStorage({ url: `file:${path}` })).rejects.toThrow(`${path} is not an SQLite database`);
    expect((await stat(path)).size).toBe(1_700);
  });

  test('that is a directory, or lies below a file, is refused', async () => {
    const directory = aDirectory();
    await writeFile(join(directory, 'plain'), '');
    await mkdir(join(directory, 'folder'));
    await expect(openStorage({ url: `file:${directory}/folder` })).rejects.toThrow(
      'cannot be written: it is a directory',
    );
    await expect(openStorage({ url: `file:${directory}/plain/x.db` })).rejects.toThrow('a part of its path is a file');
  });

  test.skipIf(process.getuid?.() === 0)('in a directory that may not be written is refused', async () => {
    const directory = aDirectory();
    await chmod(directory, 0o500);
    await expect(openStorage({ url: `file:${directory}/x.db` })).rejects.toThrow('permission denied');
  });

  test.each(['file:', 'file:\0', 'file://elsewhere/x.db'])('%j names no file', async (url) => {
    await expect(openStorage({ url })).rejects.toMatchObject({ name: 'StorageOpenError' });
  });

  test.each(['', 'octavus.db', 'mysql://localhost/x', 'FILE', '__proto__:x'])('%j is no database URL', async (url) => {
    await expect(openStorage({ url })).rejects.toThrow('DATABASE_URL must begin with file: (SQLite) or postgres://');
  });

  test('of a newer release is refused and left as it is', async () => {
    const path = join(aDirectory(), 'octavus.db');
    await (await openStorage({ url: `file:${path}` }))[Symbol.asyncDispose]();
    using database = new DatabaseSync(path);
    database.exec("insert into schema_version values (99, '0099-later')");
    const message = /schema version 99, this release knows \d+: it was used by a newer release/;
    await expect(openStorage({ url: `file:${path}` })).rejects.toThrow(message);
    await expect(openStorage({ url: `file:${path}`, migrate: false })).rejects.toThrow(message);
  });
});

describe('a database that cannot store', () => {
  test('locked while its schema is brought up to date is named in one sentence', async () => {
    const connection = await openSqlite(`file:${join(aDirectory(), 'octavus.db')}`);
    const busy = Object.assign(new Error('database is locked'), { code: 'ERR_SQLITE_ERROR', errcode: 261 });
    const error = connection.toOpenError(new OctavusError('SERVICE_UNAVAILABLE', {}, { cause: busy }));
    expect(error.message).toMatch(/octavus\.db is locked by another program: stop that one, then start again\.$/);
    await connection.close();
  });

  test('locked by another process still opens when its schema is up to date', async () => {
    const url = `file:${join(aDirectory(), 'octavus.db')}`;
    await using storage = await openStorage({ url });
    using other = new DatabaseSync(url.slice('file:'.length));
    other.exec('begin immediate');
    await using second = await openStorage({ url });
    expect(await second.projects.list()).toEqual(await storage.projects.list());
  });

  test('locked by another process for a moment stops nothing else meanwhile', async () => {
    const path = join(aDirectory(), 'octavus.db');
    await using storage = await openStorage({ url: `file:${path}` });
    using other = new DatabaseSync(path);
    other.exec('begin immediate');
    const project = aProject();
    const created = storage.projects.create(project);
    // The lock is given back by this thread, which a writer that waits for it here would keep from doing so.
    expect(await storage.projects.list()).toEqual([]);
    other.exec('rollback');
    await created;
    expect(await storage.projects.list()).toEqual([project]);
  });

  test('locked by another process is unavailable', async () => {
    const path = join(aDirectory(), 'octavus.db');
    const connection = await openSqlite(`file:${path}`, { patienceMs: 20 });
    await migrate(connection);
    const projects = projectsRepository(connection);
    using other = new DatabaseSync(path);
    other.exec('begin immediate');
    const error = await projects.create(aProject()).catch((error: unknown) => error);
    expect(error).toMatchObject({ code: 'SERVICE_UNAVAILABLE', cause: { errcode: 5 } });
    other.exec('rollback');
    await projects.create(aProject());
    expect(await projects.list()).toHaveLength(1);
    await connection.close();
  });

  test('locked by another process for a while is waited for, while the rest of the server goes on', async () => {
    const path = join(aDirectory(), 'octavus.db');
    const connection = await openSqlite(`file:${path}`);
    await migrate(connection);
    const projects = projectsRepository(connection);
    using other = new DatabaseSync(path);
    other.exec('begin immediate');
    let turns = 0;
    const counting = setInterval(() => {
      turns += 1;
      // Ends the fault only after the event loop has been free many times: a wait that blocks it never gets here.
      if (turns === 20) other.exec('rollback');
    }, 1);
    await projects.create(aProject());
    clearInterval(counting);
    expect(turns).toBeGreaterThanOrEqual(20);
    expect(await projects.list()).toHaveLength(1);
    await connection.close();
  });

  test('whose disk is full is unavailable and keeps no part of the transaction', async () => {
    const connection = await openSqlite(`file:${join(aDirectory(), 'octavus.db')}`);
    await migrate(connection);
    const projects = projectsRepository(connection);
    const kept = aProject();
    await projects.create(kept);
    const { rows } = await sql<{ page_count: number }>`pragma page_count`.execute(connection.write);
    await sql.raw(`pragma max_page_count = ${rows[0]!.page_count}`).execute(connection.write);
    const huge = aProject({ name: 'x'.repeat(100_000) });
    const transaction = connection.transaction(async (db) => {
      await db.updateTable('projects').set({ name: 'half' }).execute();
      await db
        .insertInto('projects')
        .values({ id: huge.id, slug: huge.slug, name: huge.name, created_at: now })
        .execute();
    });
    await expect(transaction).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE', cause: { errcode: 13 } });
    expect(await projects.list()).toEqual([kept]);
    await sql.raw('pragma max_page_count = 1000000').execute(connection.write);
    await projects.create(huge);
    await connection.close();
  });
});

describe('a statement that fails as transactions begin and end', () => {
  /** Runs the statement, or does not, and throws, the next time that it comes. */
  function failNext(sqlText: string, { isDone }: { readonly isDone: boolean }) {
    const { run } = StatementSync.prototype;
    const spy = vi.spyOn(StatementSync.prototype, 'run');
    spy.mockImplementation(function (this: StatementSync, ...values: unknown[]) {
      if (this.sourceSQL !== sqlText) return Reflect.apply(run, this, values);
      spy.mockRestore();
      if (isDone) Reflect.apply(run, this, values);
      throw new Error(`failed: ${sqlText}`);
    });
  }

  test.each([
    { what: 'a beginning that counts as failed', statement: 'begin immediate', isDone: true },
    { what: 'a rollback that fails', statement: 'rollback', isDone: false },
    { what: 'a rollback that counts as failed', statement: 'rollback', isDone: true },
  ])('leaves no transaction open: $what', ({ statement, isDone }) => {
    const path = join(aDirectory(), 'octavus.db');
    const database = new SqliteDatabase({ path, isReadOnly: false });
    database.run('create table notes (text text)');
    failNext(statement, { isDone });
    try {
      database.begin();
      database.run("insert into notes values ('first')");
      database.rollback();
    } catch {
      // What counts is what comes next.
    }
    database.run("insert into notes values ('second')");
    using other = new DatabaseSync(path, { readOnly: true });
    expect(other.prepare('select text from notes').all()).toEqual([{ text: 'second' }]);
    database.close();
  });
});
