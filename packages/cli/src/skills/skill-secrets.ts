import { join } from 'node:path';
import { parse } from 'dotenv';
import { readTextIfThere } from '../files/read-files.ts';
import type { DeclaredSecret } from './skill-folder.ts';

/**
 * The secrets that lie beside a skill: in `.env.<environment>`, else in `.env` (cli.md 4.7).
 *
 * @throws FileFailure when the file cannot be read.
 */
export function readSecrets(folder: string, environment: string | undefined): Readonly<Record<string, string>> {
  for (const name of environment === undefined ? ['.env'] : [`.env.${environment}`, '.env']) {
    const text = readTextIfThere(join(folder, name));
    if (text !== undefined) return parse(text);
  }
  return {};
}

/** What declarations and values say differently; nothing when nothing is declared. `paint` marks names. */
export function compareSecrets(
  declared: readonly DeclaredSecret[],
  values: Readonly<Record<string, string>>,
  paint: (name: string) => string,
): string[] {
  if (declared.length === 0) return [];
  const known = new Set(declared.map(({ name }) => name));
  const undeclared = Object.keys(values).filter((name) => !known.has(name));
  const missing = declared.filter(({ name, required }) => required !== false && !values[name]);
  return [
    ...undeclared.map((name) => `Secret ${paint(name)} is not declared in SKILL.md`),
    ...missing.map(({ name }) => `Secret ${paint(name)}, which SKILL.md requires, has no value`),
  ];
}
