import { execFile } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { agentsFolder } from '../support/agents.ts';
import { setUp } from '../support/set-up.ts';

const setting = setUp(() => ({ env: { OCTAVUS_ERROR_FORMAT: 'flat' } }));
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'octavus-conformance-cli-'));
  await cp(agentsFolder, folder, { recursive: true });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

interface Run {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

const binary = await (async () => {
  const manifest = createRequire(import.meta.url).resolve('@octavus/cli/package.json');
  const { bin } = JSON.parse(await readFile(manifest, 'utf8')) as { bin: { octavus: string } };
  return join(dirname(manifest), bin.octavus);
})();

/** Runs the published binary as a shell would, in the folder of the agents. */
function octavus(args: readonly string[], key = setting.api.key ?? ''): Promise<Run> {
  const env = { PATH: process.env.PATH, OCTAVUS_API_URL: setting.server.url, OCTAVUS_CLI_API_KEY: key };
  return new Promise((resolve) => {
    execFile(process.execPath, [binary, ...args], { cwd: folder, env }, (error, stdout, stderr) => {
      const exitCode = error === null ? 0 : Number(error.code);
      resolve({ exitCode, stdout: stripVTControlCharacters(stdout), stderr: stripVTControlCharacters(stderr) });
    });
  });
}

describe('validate', () => {
  test('[cli.validate] [cli.json] a valid agent is valid', async () => {
    const text = await octavus(['validate', 'shop-desk']);
    expect(text).toMatchObject({ exitCode: 0 });
    expect(text.stdout).toContain('Agent shop-desk is valid');
    const json = await octavus(['validate', 'shop-desk', '--json']);
    expect(JSON.parse(json.stdout)).toMatchObject({ slug: 'shop-desk', valid: true, errors: [] });
  });

  test('[cli.validate] a broken agent has its mistakes listed', async () => {
    const text = await octavus(['validate', 'broken-desk']);
    expect(text.exitCode).toBe(1);
    expect(text.stdout + text.stderr).toContain('Agent broken-desk has validation errors');
    const json = JSON.parse((await octavus(['validate', 'broken-desk', '--json'])).stdout);
    expect(json.valid).toBe(false);
    expect(json.errors.length).toBeGreaterThanOrEqual(2);
    for (const error of json.errors) expect(error).toMatchObject({ severity: 'error', message: expect.any(String) });
  });
});

describe('sync', () => {
  test('[cli.sync] [cli.list] [cli.get] an agent is created, changed and shown', async () => {
    expect((await octavus(['list'])).exitCode).toBe(0);
    const created = await octavus(['sync', 'shop-desk']);
    expect(created).toMatchObject({ exitCode: 0 });
    expect(created.stdout).toContain('Created: shop-desk');
    const { id } = (await setting.api.get('/api/agents/shop-desk?by=slug')).json;
    expect(created.stdout).toContain(id);

    const prompt = join(folder, 'shop-desk/prompts/system.md');
    await writeFile(prompt, 'You are very brief.\n');
    const updated = await octavus(['sync', 'shop-desk', '--json']);
    expect(JSON.parse(updated.stdout)).toEqual({ slug: 'shop-desk', agentId: id, created: false });
    expect((await setting.api.get(`/api/agents/${id}`)).json.prompts).toContainEqual({
      name: 'system',
      content: 'You are very brief.\n',
    });

    const list = await octavus(['list']);
    expect(list.stdout).toMatch(/shop-desk\s+Shop Desk\s+interactive/);
    expect(JSON.parse((await octavus(['list', '--json'])).stdout).agents).toContainEqual(
      expect.objectContaining({ id, slug: 'shop-desk' }),
    );

    const shown = await octavus(['get', 'shop-desk']);
    expect(shown.stdout).toContain('Agent: Shop Desk');
    expect(JSON.parse((await octavus(['get', 'shop-desk', '--json'])).stdout)).toMatchObject({
      id,
      settings: { slug: 'shop-desk' },
    });
  });

  test('[cli.errors] an invalid agent is refused with a readable message', async () => {
    const text = await octavus(['sync', 'broken-desk']);
    expect(text.exitCode).toBe(1);
    expect(text.stdout + text.stderr).toContain('API error: ');
    expect(text.stdout + text.stderr).toContain('Status: 400');
    expect(text.stdout + text.stderr).not.toContain('[object Object]');
    expect(JSON.parse((await octavus(['sync', 'broken-desk', '--json'])).stdout)).toMatchObject({ code: 'API_ERROR' });
    expect((await setting.api.get('/api/agents/broken-desk?by=slug')).status).toBe(404);
  });
});

describe('refusals', () => {
  test('[cli.get] [cli.json] an unknown agent is not found', async () => {
    const text = await octavus(['get', 'nobody']);
    expect(text.exitCode).toBe(1);
    expect(text.stderr).toContain('Agent not found: nobody');
    expect(JSON.parse((await octavus(['get', 'nobody', '--json'])).stdout)).toMatchObject({ code: 'NOT_FOUND' });
  });

  test('[cli.errors] a wrong key is an API error', async () => {
    const run = await octavus(['list', '--json'], 'oct_sk_wrong');
    expect(run.exitCode).toBe(1);
    expect(JSON.parse(run.stdout)).toMatchObject({ code: 'API_ERROR' });
    const { key } = await setting.server.createKey('sessions');
    expect((await octavus(['sync', 'shop-desk'], key)).stderr).toContain('API error: ');
  });
});
