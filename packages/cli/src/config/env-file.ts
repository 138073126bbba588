import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parse } from 'dotenv';
import type { Environment } from './config.ts';

export type EnvFileState = 'loaded' | 'missing' | 'unreadable';

/**
 * Adds the variables of an env file, with dotenv's rules: what is already set wins. Prints nothing.
 *
 * @param env is added to.
 */
export function loadEnvFile(
  file: string,
  { cwd, env }: { readonly cwd: string; readonly env: Environment },
): EnvFileState {
  const read = readEnvFile(resolve(cwd, file));
  if (read.state !== 'loaded') return read.state;
  for (const [name, value] of Object.entries(read.values)) if (env[name] === undefined) env[name] = value;
  return 'loaded';
}

/** The variables of an env file. */
export function readEnvFile(path: string): { readonly state: EnvFileState; readonly values: Record<string, string> } {
  try {
    return { state: 'loaded', values: parse(readFileSync(path)) };
  } catch (error) {
    const isMissing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    return { state: isMissing ? 'missing' : 'unreadable', values: {} };
  }
}
