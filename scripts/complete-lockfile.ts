import { readFile, writeFile } from 'node:fs/promises';
import { findMissing, type Lockfile, platformEntry } from './lockfile.ts';

/** Adds the platforms that npm left out of the lockfile (`npm run lockfile`, after every install that changes it). */
for (const path of [
  '../package-lock.json',
  '../conformance/package-lock.json',
  '../examples/next-chat/package-lock.json',
  '../packaging/package-lock.json',
]) {
  const file = new URL(path, import.meta.url);
  const lockfile = JSON.parse(await readFile(file, 'utf8')) as Lockfile;
  for (const missing of findMissing(lockfile)) {
    lockfile.packages[`node_modules/${missing.name}`] = platformEntry(missing);
  }
  const [root, ...rest] = Object.entries(lockfile.packages).sort(([one], [other]) => (one < other ? -1 : 1));
  if (root) lockfile.packages = Object.fromEntries([root, ...rest]);
  await writeFile(file, `${JSON.stringify(lockfile, null, 2)}\n`);
}
