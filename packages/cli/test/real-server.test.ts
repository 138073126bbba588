import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { runHere } from './run-octavus.ts';
import { anAgent, aWorker, deskProtocol } from './temporary-folder.ts';
import { withServer } from './with-server.ts';

// Processes start slowly on a machine that has much to do.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const { server, inFolder } = withServer();

function contentOf(path: string): Record<string, string> {
  const names = readdirSync(path, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const files = names.map(({ parentPath, name }) => join(parentPath, name));
  return Object.fromEntries(files.sort().map((file) => [file.slice(path.length + 1), readFileSync(file, 'utf8')]));
}

const rich = {
  'settings.json': '{"name":"Guide","slug":"SLUG","format":"interactive"}',
  'prompts/system.md': '\uFEFFWith a byte order mark,\r\nCRLF and no last line end',
  'prompts/shared/tone.md': '',
  'references/prices.md': '---\r\ntitle: x\r\ndescription: "What things cost"\r\n---\r\n\r\n# Prices\r\n',
};

describe('pull', () => {
  test('after sync gives the same bytes, and sync after pull changes nothing', async () => {
    await using made = await inFolder(
      anAgent('guide', { ...rich, 'settings.json': rich['settings.json'].replace('SLUG', 'guide') }),
    );
    const before = contentOf(join(made.path, 'guide'));
    expect(await made.octavus('sync', 'guide')).toMatchObject({ status: 0 });
    expect(await made.octavus('sync', 'guide', '--check')).toMatchObject({ status: 0 });
    expect(JSON.parse((await made.octavus('pull', 'guide', '--json')).stdout)).toMatchObject({ written: [] });
    expect(contentOf(join(made.path, 'guide'))).toEqual(before);

    expect(await made.octavus('pull', 'guide', 'copy')).toMatchObject({ status: 0 });
    const copy = contentOf(join(made.path, 'copy'));
    for (const path of ['protocol.yaml', 'prompts/system.md', 'prompts/shared/tone.md'])
      expect(copy[path]).toBe(before[path]);
    expect(await made.octavus('sync', 'copy', '--check')).toMatchObject({ status: 0 });
    expect(await made.octavus('diff', 'copy', '--exit-code')).toMatchObject({ status: 0 });
  });

  test('replaces what differs with --force only, and keeps what is only local', async () => {
    await using made = await inFolder(anAgent('desk'));
    await made.octavus('sync', 'desk');
    made.write({ 'desk/prompts/system.md': 'Changed', 'desk/prompts/new.md': 'New', 'desk/tests/a.yaml': 'x' });
    const refused = await made.octavus('pull', 'desk');
    expect(refused).toMatchObject({ status: 1 });
    expect(refused.stderr).toContain('✗ These files differ, --force replaces them: prompts/system.md\n');
    expect(readFileSync(join(made.path, 'desk/prompts/system.md'), 'utf8')).toBe('Changed');
    const forced = await made.octavus('pull', 'desk', '--force');
    expect(forced.stdout).toContain('⚠ Only local, the next sync adds it: prompts/new.md\n');
    expect(contentOf(join(made.path, 'desk'))).toMatchObject({
      'prompts/system.md': 'You greet guests.\n',
      'prompts/new.md': 'New',
      'tests/a.yaml': 'x',
    });
  });

  test('writes all files or none', async () => {
    await using made = await inFolder(anAgent('desk'));
    await made.octavus('sync', 'desk');
    mkdirSync(join(made.path, 'copy/prompts/user-message.md'), { recursive: true });
    const run = await made.octavus('pull', 'desk', 'copy', '--force');
    expect(run).toMatchObject({ status: 1 });
    expect(run.stderr).toMatch(
      /^✗ Cannot write the file: a folder has its name \(EISDIR\)\n {2}File: .*user-message\.md\n$/,
    );
    expect(contentOf(join(made.path, 'copy'))).toEqual({});
  });

  test('an unknown agent is told', async () => {
    await using made = await inFolder();
    expect(await made.octavus('pull', 'nobody')).toMatchObject({ status: 1, stderr: '✗ Agent not found: nobody\n' });
    expect(existsSync(join(made.path, 'nobody'))).toBe(false);
  });
});

const workers = 'workers:\n  zz-helper:\n    description: Helps\n';

const below = (folder: string, files: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(files).map(([path, text]) => [`${folder}/${path}`, text]));

describe('sync', () => {
  test('--dry-run shows the plan, --check fails with 3 on drift, and neither changes anything', async () => {
    await using made = await inFolder(anAgent('plan'));
    const created = await made.octavus('sync', 'plan', '--dry-run', '--quiet');
    expect(created).toEqual({
      status: 0,
      stdout:
        '✓ Would create: plan\n  + settings.json\n  + protocol.yaml\n  + prompts/system.md\n  + prompts/user-message.md\n',
      stderr: '',
    });
    expect(await made.octavus('sync', 'plan', '--check')).toMatchObject({ status: 3 });
    expect(await made.octavus('get', 'plan')).toMatchObject({ status: 1 });
    await made.octavus('sync', 'plan');
    made.write({ 'plan/prompts/system.md': 'Other' });
    const json = await made.octavus('sync', 'plan', '--check', '--json');
    expect(json.status).toBe(3);
    expect(JSON.parse(json.stdout)).toMatchObject({
      slug: 'plan',
      action: 'update',
      changes: [{ path: 'prompts/system.md', kind: 'changed' }],
    });
    const shown = await made.octavus('diff', 'plan', '--exit-code');
    expect(shown).toMatchObject({ status: 3, stderr: '' });
    expect(shown.stdout).toContain('--- server/prompts/system.md\n+++ local/prompts/system.md\n');
    expect(shown.stdout).toContain('-You greet guests.\n+Other');
  });

  test('--all syncs every folder below, workers first, and goes on after a failure', async () => {
    const boss = anAgent('boss', {
      'protocol.yaml': deskProtocol.replace('  agentic: true', '  agentic: true\n  workers: [zz-helper]') + workers,
    });
    await using made = await inFolder({
      ...below('agents', { ...boss, ...aWorker('zz-helper') }),
      'agents/broken/settings.json': '{',
      'agents/node_modules/x/settings.json': '{',
    });
    const run = await made.octavus('sync', '--all', 'agents', '--json');
    const { agents } = JSON.parse(run.stdout) as { agents: { slug?: string; code?: string }[] };
    expect(agents.map(({ slug, code }) => slug ?? code)).toEqual(['zz-helper', 'boss', 'FILE_ERROR']);
    expect(run.status).toBe(1);
  });

  test('--write-env stores the id and leaves the rest of the file alone', async () => {
    await using made = await inFolder({ ...anAgent('desk'), '.env': '# mine\nDESK=old\nOTHER=1' });
    writeFileSync(join(made.path, '.env'), '# mine\nDESK=old\nOTHER=1', { mode: 0o640 });
    const { agentId } = JSON.parse((await made.octavus('sync', 'desk', '--json', '--write-env', 'DESK')).stdout);
    expect(readFileSync(join(made.path, '.env'), 'utf8')).toBe(`# mine\nDESK=${agentId}\nOTHER=1`);
    await made.octavus('sync', 'desk', '--write-env', 'NEW_ONE');
    expect(readFileSync(join(made.path, '.env'), 'utf8')).toBe(
      `# mine\nDESK=${agentId}\nOTHER=1\nNEW_ONE=${agentId}\n`,
    );
    const refused = await made.octavus('sync', 'desk', '--json', '--write-env', 'LAST', '--env', '.');
    expect([refused.status, JSON.parse(refused.stdout).code]).toEqual([1, 'FILE_ERROR']);
  });
});

test('of two syncs that make the same agent at once, neither fails', async () => {
  await using made = await inFolder(anAgent('twice'));
  const results = await Promise.all([1, 2, 3].map(() => made.octavus('sync', 'twice', '--json')));
  expect(results.map(({ status }) => status)).toEqual([0, 0, 0]);
  expect(new Set(results.map(({ stdout }) => JSON.parse(stdout).agentId)).size).toBe(1);
});

test('archive takes the agent away', async () => {
  await using made = await inFolder(anAgent('gone'));
  await made.octavus('sync', 'gone');
  expect(await made.octavus('archive', 'gone')).toMatchObject({ status: 0 });
  expect(await made.octavus('get', 'gone')).toMatchObject({ status: 1, stderr: '✗ Agent not found: gone\n' });
});

test('a wrong key and a missing permission are API errors', async () => {
  await using made = await inFolder(anAgent('desk', { 'protocol.yaml': deskProtocol }));
  const env = { ...server().env, OCTAVUS_API_KEY: 'oct_sk_wrong' };
  const run = await runHere(['sync', 'desk'], { cwd: made.path, env });
  expect(run.stderr).toMatch(/^✗ API error: Missing or invalid API key\n {2}Status: 401\n {2}`octavus config` shows/);
});

test('a skill and its secrets reach the server and come back without them', async () => {
  const files = {
    'packer/SKILL.md': '---\nname: packer\ndescription: Packs seeds\nsecrets:\n  - name: SEED_TOKEN\n---\nPack.\n',
    'packer/scripts/pack.sh': 'echo packed\n',
    'packer/.env': 'SEED_TOKEN=one\n',
  };
  await using made = await inFolder(files);
  const synced = await made.octavus('skills', 'sync', 'packer', '--json');
  expect(JSON.parse(synced.stdout)).toMatchObject({ slug: 'packer', created: true, secretsUpdated: 1 });
  expect(JSON.parse((await made.octavus('skills', 'sync', 'packer', '--json')).stdout)).toMatchObject({
    created: false,
  });
  expect((await made.octavus('skills', 'list')).stdout).toMatch(/^packer +2 /m);
  expect(await made.octavus('skills', 'pull', 'packer', 'copy')).toMatchObject({ status: 0 });
  const { 'packer/.env': _, ...kept } = files;
  expect(contentOf(join(made.path, 'copy'))).toEqual(
    Object.fromEntries(Object.entries(kept).map(([path, text]) => [path.replace('packer/', ''), text])),
  );
});
