import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { unzipSync } from 'fflate';
import { describe, expect, test, vi } from 'vitest';
import { listSkillFiles, packSkill } from '../src/skills/pack-skill.ts';
import { runHere } from './run-octavus.ts';
import { scriptedServer } from './scripted-server.ts';
import { type TemporaryFolder, temporaryFolder } from './temporary-folder.ts';

const matter = `---
name: seed-packer
description: Packs seeds
secrets:
  - name: SEED_TOKEN
  - name: OPTIONAL_ONE
    required: false
---
Pack them.
`;

const files = {
  'skill/SKILL.md': matter,
  'skill/scripts/pack.sh': 'echo',
  'skill/.env': 'SEED_TOKEN=one\nOTHER=2\n',
  'skill/.env.production': 'SEED_TOKEN=two\n',
  'skill/.envrc': 'kept',
  'skill/.gitignore': 'kept',
  'skill/.git/config': 'x',
  'skill/node_modules/a/index.js': 'x',
  'skill/.DS_Store': 'x',
  '.env': 'OCTAVUS_API_KEY=from-dotenv\n',
  'other.env': 'OCTAVUS_API_KEY=from-other\n',
};

async function aSkillServer() {
  return scriptedServer(({ method, body }) => {
    if (method === 'POST') return { status: 201, body: { skillId: 'ck1', slug: 'seed-packer', created: true } };
    return { body: { updated: Object.keys((body as { secrets: object }).secrets) } };
  });
}

describe('skills sync', () => {
  test('uploads the archive and the secrets, and tells which are missing or undeclared', async () => {
    await using folder = await temporaryFolder(files);
    await using server = await aSkillServer();
    const env = { OCTAVUS_API_URL: server.url };
    const run = await runHere(['skills', 'sync', 'skill'], { cwd: folder.path, env });
    expect(run).toEqual({
      status: 0,
      stderr: '',
      stdout: [
        'ℹ Reading skill from skill...',
        'ℹ Packaging seed-packer...',
        '✓ Created: seed-packer',
        '  Skill ID: ck1',
        '⚠ Secret OTHER is not declared in SKILL.md',
        'ℹ Pushing 2 secret(s)...',
        '✓ 2 secret(s) updated',
        '',
      ].join('\n'),
    });
    const [upload, secrets] = server.requests;
    expect(upload?.headers['content-type']).toMatch(/^multipart\/form-data; boundary=/);
    expect(upload?.body).toMatch(/name="file"; filename="skill\.zip"/);
    expect(secrets).toMatchObject({
      method: 'PUT',
      url: '/api/skills/ck1/secrets',
      body: { secrets: { SEED_TOKEN: 'one', OTHER: '2' } },
    });
  });

  test('--env after sync names the secrets, before skills the settings', async () => {
    await using folder = await temporaryFolder(files);
    await using server = await aSkillServer();
    const run = (...words: readonly string[]) =>
      runHere(words, { cwd: folder.path, env: { OCTAVUS_API_URL: server.url } });
    const json = await run('skills', 'sync', 'skill', '--env', 'production', '--json');
    expect(JSON.parse(json.stdout)).toEqual({ slug: 'seed-packer', skillId: 'ck1', created: true, secretsUpdated: 1 });
    expect(server.requests.at(-1)).toMatchObject({
      headers: { authorization: 'Bearer from-dotenv' },
      body: { secrets: { SEED_TOKEN: 'two' } },
    });
    await run('--env', 'other.env', 'skills', 'sync', 'skill', '--env', 'staging');
    expect(server.requests.at(-1)).toMatchObject({
      headers: { authorization: 'Bearer from-other' },
      body: { secrets: { SEED_TOKEN: 'one', OTHER: '2' } },
    });
  });

  test('--dry-run lists the files and needs no key', async () => {
    await using folder = await temporaryFolder({ ...files, '.env': '' });
    symlinkSync('/etc/hostname', join(folder.path, 'skill/link'));
    const run = await runHere(['skills', 'sync', 'skill', '--dry-run', '--quiet'], { cwd: folder.path });
    expect(run.stdout).toMatch(
      /^⚠ Symbolic link left out: link\n\.envrc\n\.gitignore\nSKILL\.md\nscripts\/pack\.sh\n4 file\(s\), \d+ bytes\n$/,
    );
  });

  test('the same files make the same archive', async () => {
    await using one = await temporaryFolder(files);
    await using two = await temporaryFolder(Object.fromEntries(Object.entries(files).reverse()));
    const packIn = ({ path }: TemporaryFolder) => packSkill(join(path, 'skill'), listSkillFiles(join(path, 'skill')));
    const archives = [packIn(one)];
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 86_400_000 });
    archives.push(packIn(two));
    vi.useRealTimers();
    expect(Buffer.from(archives[0]!).equals(Buffer.from(archives[1]!))).toBe(true);
    expect(Object.keys(unzipSync(archives[0]!))).toEqual(['.envrc', '.gitignore', 'SKILL.md', 'scripts/pack.sh']);
  });

  test.each([
    [{}, 'SKILL.md not found'],
    [{ 'skill/SKILL.md': 'x' }, 'SKILL.md is missing front matter'],
    [{ 'skill/SKILL.md': '---\ndescription: x\n---\n' }, 'SKILL.md has no name in its front matter'],
    [{ 'skill/SKILL.md': '---\nname: x\nversion: [1]\n---\n' }, 'SKILL.md: version: expected a text'],
  ])('%j: %s', async (content, message) => {
    await using folder = await temporaryFolder({ 'skill/x': '', ...content });
    const env = { OCTAVUS_API_KEY: 'k' };
    const run = await runHere(['skills', 'sync', 'skill'], { cwd: folder.path, env });
    expect(run).toMatchObject({ status: 1, stderr: `✗ ${message}\n  File: ${folder.path}/skill/SKILL.md\n` });
  });
});

test('skills init writes what skills validate accepts', async () => {
  await using folder = await temporaryFolder({ 'bad/SKILL.md': '---\nname: No Slug\n---\n' });
  const run = (...words: readonly string[]) => runHere(words, { cwd: folder.path });
  expect(await run('skills', 'init', 'Seed Packer')).toMatchObject({ status: 0 });
  expect(await run('skills', 'validate', 'Seed Packer')).toEqual({
    status: 0,
    stdout: '✓ Skill seed-packer is valid\n',
    stderr: '',
  });
  expect(await run('skills', 'init', 'bad')).toMatchObject({ status: 1 });
  expect((await run('skills', 'validate', 'bad')).stderr).toContain('✗   name: "No Slug" is no slug');
  const help = await run('skills');
  expect(help).toMatchObject({ status: 1, stdout: '', stderr: expect.stringMatching(/^Usage: octavus skills /) });
});
