import { expect } from 'vitest';
import { runAdmin } from '../src/admin/run-admin.ts';
import { openDataDir } from './run-process.ts';

/** The commands on a database of their own, in this process; one test below starts the program itself. */
export async function openAdmin() {
  const dir = await openDataDir();
  const env = { OCTAVUS_DATA_DIR: dir.path };
  const run = async (...args: string[]) => {
    let out = '';
    let error = '';
    const status = await runAdmin(args, {
      env,
      out: (text) => {
        out += `${text}\n`;
      },
      error: (text) => {
        error += `${text}\n`;
      },
    });
    return { status, out, error };
  };
  return {
    env,
    run,
    json: async (...args: string[]) => {
      const { status, out, error } = await run(...args, '--json');
      expect(error).toBe('');
      expect(status).toBe(0);
      expect(out).toMatch(/^[^\n]+\n$/);
      return JSON.parse(out);
    },
    [Symbol.asyncDispose]: () => dir[Symbol.asyncDispose](),
  };
}
