import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { findMissing, type Lockfile, platformEntry } from './lockfile.ts';

describe.each([
  '../package-lock.json',
  '../conformance/package-lock.json',
  '../examples/next-chat/package-lock.json',
  '../packaging/package-lock.json',
])('%s', (path) => {
  const read = async () => JSON.parse(await readFile(new URL(path, import.meta.url), 'utf8')) as Lockfile;

  test('names a package for every platform (npm run lockfile adds what is missing)', async () => {
    expect(findMissing(await read()).map(({ name }) => name)).toEqual([]);
  });

  test('records no download addresses', async () => {
    const addresses = Object.values((await read()).packages).map(({ resolved }) => resolved);
    expect(addresses.filter((address) => address?.startsWith('http'))).toEqual([]);
  });
});

test('a platform is read off the name of its package', () => {
  const entry = (name: string) => platformEntry({ name, version: '1.0.0', neededBy: { dev: true } });
  expect(entry('@biomejs/cli-linux-x64-musl')).toMatchObject({
    os: ['linux'],
    cpu: ['x64'],
    libc: ['musl'],
    dev: true,
  });
  expect(entry('@oxc-parser/binding-win32-ia32-msvc')).toMatchObject({ os: ['win32'], cpu: ['ia32'], optional: true });
});
