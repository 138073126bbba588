import { readFileSync } from 'node:fs';

/** Reads one file of cases from `test/fixtures/vectors`. */
export function readVectors<T>(name: string): T {
  const file = new URL(`./fixtures/vectors/${name}.json`, import.meta.url);
  return JSON.parse(readFileSync(file, 'utf8')) as T;
}
