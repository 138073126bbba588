import { resolve } from 'node:path';
import { parse } from 'dotenv';
import { readTextIfThere } from '../files/read-files.ts';
import type { Environment } from './config.ts';

type EnvFileState = 'loaded' | 'missing' | 'unreadable';

/**
 * Adds the variables of an env file, with dotenv's rules: what is already set wins. Prints nothing.
 *
 * @param env is added to.
 */
export function loadEnvFile(
  file: string,
  { cwd, env }: { readonly cwd: string; readonly env: Environment },
): EnvFileState {
  const path = resolve(cwd, file);
  try {
    const text = readTextIfThere(path);
    if (text === undefined) return 'missing';
    for (const [name, value] of Object.entries(parse(text))) if (env[name] === undefined) env[name] = value;
    return 'loaded';
  } catch {
    return 'unreadable';
  }
}
