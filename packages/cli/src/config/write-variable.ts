import { resolve } from 'node:path';
import type { Cli } from '../command.ts';
import { UsageFailure } from '../failures.ts';
import { readTextIfThere } from '../files/read-files.ts';
import { writeOneFile } from '../files/write-files.ts';

/**
 * Stores `NAME=value` in the env file: the line of that name is replaced, or one is added at the end; everything else stays as it is.
 *
 * @param name as `assertVariableName` lets it through.
 * @throws FileFailure
 */
export function writeVariable(
  { cwd, output, envFile }: Pick<Cli, 'cwd' | 'output' | 'envFile'>,
  { name, value }: { readonly name: string; readonly value: string },
): void {
  const path = resolve(cwd, envFile);
  // Env files hold keys: a new one is for its owner alone.
  writeOneFile(path, withVariable(readTextIfThere(path) ?? '', name, value), { mode: 0o600 });
  output.success(`Stored ${output.style.bold(name)} in ${output.style.path(envFile)}`);
}

/** @throws UsageFailure when the name cannot be a variable's. */
export function assertVariableName(name: string): void {
  if (/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) return;
  throw new UsageFailure(`"${name}" is no name of a variable: letters, digits and _`);
}

function withVariable(text: string, name: string, value: string): string {
  const line = `${name}=${value}`;
  const existing = new RegExp(`^(?:export[ \\t]+)?${name}[ \\t]*=.*$`, 'm');
  if (existing.test(text)) return text.replace(existing, () => line);
  return `${text}${text === '' || text.endsWith('\n') ? '' : '\n'}${line}\n`;
}
