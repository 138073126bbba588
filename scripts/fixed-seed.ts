import { readFileSync } from 'node:fs';
import { expect } from 'vitest';

/**
 * Setup of every test file: properties try the same values in every run, so that a change is not judged by luck. `OCTAVUS_RANDOM_SEED=<number>`
 * tries others.
 *
 * Files without properties pay nothing: the library is loaded for those that have some.
 */
const seed = Number(process.env.OCTAVUS_RANDOM_SEED ?? 1);
const { testPath = '' } = expect.getState();

if (readFileSync(testPath, 'utf8').includes("from 'fast-check'")) {
  const { default: fc } = await import('fast-check');
  fc.configureGlobal({ seed });
}
