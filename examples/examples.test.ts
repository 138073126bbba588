import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { serveAgents } from '../packages/server-sdk/test/serve-agents.ts';

/** Examples that need nothing but a server with their agent; each checks its own outcome. */
test.each(['express-tools', 'worker-script'])(
  '%s does what it should',
  async (name) => {
    const folder = new URL(`${name}/`, import.meta.url);
    await using server = await serveAgents(new URL('agent/', folder));
    const args = ['--conditions=octavus-source', 'check.ts'];
    const options = { cwd: fileURLToPath(folder), env: { ...process.env, ...server.env } };
    const { stdout } = await promisify(execFile)(process.execPath, args, options);
    expect(stdout).toMatch(/^The .+\.\n$/);
  },
  60_000,
);
