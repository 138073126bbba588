import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { FoldWhenQuiet } from './fold-when-quiet.ts';
import { SqliteDatabase } from './sqlite-database.ts';

/** A database whose log holds half a megabyte, and time that passes when told. */
function aDatabase() {
  vi.useFakeTimers();
  const directory = mkdtempSync(join(tmpdir(), 'octavus-fold-'));
  const path = join(directory, 'octavus.db');
  const database = new SqliteDatabase({ path, isReadOnly: false });
  const folding = new FoldWhenQuiet(database, path);
  onTestFinished(() => {
    folding.stop();
    database.close();
    rmSync(directory, { recursive: true });
    vi.useRealTimers();
  });
  database.run('create table notes (text text)');
  const write = (bytes: number) => void database.run('insert into notes values (?)', ['x'.repeat(bytes)]);
  const logBytes = () => statSync(`${path}-wal`).size;
  write(512 * 1024);
  return { path, database, folding, write, logBytes };
}

describe('the write-ahead log', () => {
  test('is folded into the file after a quiet second, and nothing is lost', () => {
    const { path, folding, logBytes } = aDatabase();
    const before = statSync(path).size;
    folding.touch();
    vi.advanceTimersByTime(1_999);
    expect(logBytes()).toBeGreaterThan(512 * 1024);
    vi.advanceTimersByTime(1);
    expect(logBytes()).toBe(0);
    expect(statSync(path).size).toBeGreaterThan(before + 512 * 1024);
    expect(vi.getTimerCount()).toBe(0);
    using copy = new DatabaseSync(path, { readOnly: true });
    expect(copy.prepare('select length(text) as length from notes').all()).toEqual([{ length: 512 * 1024 }]);
  });

  test('stays while something is asked for every second, and is folded again after each quiet moment', () => {
    const { folding, write, logBytes } = aDatabase();
    for (let second = 0; second < 10; second += 1) {
      folding.touch();
      vi.advanceTimersByTime(1_000);
    }
    expect(logBytes()).toBeGreaterThan(0);
    vi.advanceTimersByTime(1_000);
    expect(logBytes()).toBe(0);
    write(512 * 1024);
    folding.touch();
    vi.advanceTimersByTime(2_000);
    expect(logBytes()).toBe(0);
  });

  test('is left alone while it is short', () => {
    const { database, folding, write, logBytes } = aDatabase();
    database.fold();
    write(1_000);
    const short = logBytes();
    folding.touch();
    vi.advanceTimersByTime(60_000);
    expect(logBytes()).toBe(short);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('is tried again while another process reads from it; statements are as patient afterwards as before', () => {
    const { path, database, folding, write, logBytes } = aDatabase();
    const patience = () => database.all('pragma busy_timeout');
    using reader = new DatabaseSync(path, { readOnly: true });
    reader.exec('begin');
    reader.prepare('select count(*) from notes').all();
    write(1);
    folding.touch();
    vi.advanceTimersByTime(5_000);
    expect(logBytes()).toBeGreaterThan(0);
    expect(patience()).toEqual([{ timeout: 5_000 }]);
    reader.exec('commit');
    vi.advanceTimersByTime(1_000);
    expect(logBytes()).toBe(0);
    expect(patience()).toEqual([{ timeout: 5_000 }]);
  });

  test('is not touched in the middle of a transaction', () => {
    const { database, folding, logBytes } = aDatabase();
    database.begin();
    database.run("insert into notes values ('open')");
    folding.touch();
    vi.advanceTimersByTime(5_000);
    expect(logBytes()).toBeGreaterThan(0);
    database.commit();
    vi.advanceTimersByTime(1_000);
    expect(logBytes()).toBe(0);
  });

  test('that cannot be folded ends nothing', () => {
    const { database, folding, logBytes } = aDatabase();
    database.close();
    expect(logBytes).toThrow('ENOENT');
    folding.touch();
    expect(() => vi.advanceTimersByTime(5_000)).not.toThrow();
  });
});
