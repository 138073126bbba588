import { existsSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { unzipSync, zipSync } from 'fflate';
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

describe('skills list and pull', () => {
  const listed = {
    id: 'ck1',
    slug: 'seed-packer',
    description: 'Packs',
    version: '1.0',
    visibility: 'private',
    fileCount: 2,
    createdAt: 'x',
    updatedAt: '2026-03-01T16:20:05.412Z',
  };

  /** A server with one skill, whose archive is the given bytes. */
  const serve = (archive: Uint8Array, skills: readonly object[] = [listed]) =>
    scriptedServer(({ url }) => {
      if (url === '/api/skills') return { body: { skills } };
      if (url.includes('nothing')) return { status: 404, body: { error: 'Skill not found', code: 'NOT_FOUND' } };
      return { type: 'application/zip', body: Buffer.from(archive) };
    });

  const zipOf = (entries: Readonly<Record<string, string>>) =>
    zipSync(Object.fromEntries(Object.entries(entries).map(([name, text]) => [name, Buffer.from(text)])));

  test('list shows what there is', async () => {
    await using folder = await temporaryFolder();
    await using server = await serve(new Uint8Array());
    await using empty = await serve(new Uint8Array(), []);
    const run = (url: string, ...words: readonly string[]) =>
      runHere(['skills', 'list', ...words], { cwd: folder.path, env: { OCTAVUS_API_URL: url, OCTAVUS_API_KEY: 'k' } });
    expect((await run(server.url)).stdout).toContain(
      `seed-packer${' '.repeat(31)}1.0           2       2026-03-01T16:20:05.412Z`,
    );
    expect(JSON.parse((await run(server.url, '--json')).stdout)).toEqual({ skills: [listed] });
    expect((await run(empty.url)).stdout).toBe('ℹ No skills found\n');
  });

  test('pull is the inverse of sync: files come back byte for byte, differing ones are replaced with --force only', async () => {
    await using folder = await temporaryFolder({
      ...files,
      'skill/picture.bin': new Uint8Array([0, 255, 10, 13]),
      'seed-packer/scripts/pack.sh': 'changed',
      'seed-packer/own.txt': 'x',
    });
    const skill = join(folder.path, 'skill');
    await using server = await serve(packSkill(skill, listSkillFiles(skill)));
    const env = { OCTAVUS_API_URL: server.url };
    const pull = (...words: readonly string[]) => runHere(['skills', 'pull', ...words], { cwd: folder.path, env });
    expect(await pull('seed-packer')).toEqual({
      status: 1,
      stdout: '',
      stderr: `✗ These files differ, --force replaces them: scripts/pack.sh\n  File: ${folder.path}/seed-packer\n`,
    });
    const forced = await pull('seed-packer', '--force');
    expect(forced.stdout).toContain(
      '✓ Pulled: seed-packer into seed-packer\n⚠ Only local, the next sync adds it: own.txt\n',
    );
    expect(readFileSync(join(folder.path, 'seed-packer/scripts/pack.sh'), 'utf8')).toBe('echo');
    await pull('seed-packer', 'copy');
    const copy = join(folder.path, 'copy');
    expect(Buffer.from(packSkill(copy, listSkillFiles(copy))).equals(packSkill(skill, listSkillFiles(skill)))).toBe(
      true,
    );
    expect(JSON.parse((await pull('seed-packer', 'copy', '--json')).stdout)).toMatchObject({ written: [] });
    expect(await pull('nothing')).toEqual({ status: 1, stdout: '', stderr: '✗ Skill not found: nothing\n' });
  });

  test.each([
    [zipOf({ 'SKILL.md': 'x', '../out.txt': 'x' }), '"../out.txt" cannot be the name of a file'],
    [zipOf({ 'a/..\\..\\out.txt': 'x' }), '"a/..\\..\\out.txt" cannot be the name of a file'],
    [zipOf({ '/out.txt': 'x' }), '"/out.txt" cannot be the name of a file'],
    [Buffer.from('hello'), 'invalid zip data'],
  ])('an archive that would write elsewhere, or is none, is refused: %#', async (archive, reason) => {
    await using folder = await temporaryFolder();
    await using server = await serve(archive);
    const env = { OCTAVUS_API_URL: server.url, OCTAVUS_API_KEY: 'k' };
    expect(await runHere(['skills', 'pull', 'seed-packer', 'in/here'], { cwd: folder.path, env })).toEqual({
      status: 1,
      stdout: '',
      stderr: `✗ The archive of the server cannot be used: ${reason}\n`,
    });
    expect(existsSync(join(folder.path, 'in'))).toBe(false);
  });
});
