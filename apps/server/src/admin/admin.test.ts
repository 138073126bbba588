import { describe, expect, test } from 'vitest';
import { openAdmin } from '../../test/open-admin.ts';
import { finish, startProcess } from '../../test/run-process.ts';
import { anAgent, aVersion } from '../../test/suites/storage-fixtures.ts';
import { isWellFormedApiKey, keyPrefixes } from '../access/api-key.ts';
import { digestOf } from '../console/links.ts';
import { openStorage } from '../storage/open-storage.ts';

describe('keys', () => {
  test('create prints the key once, as one line with --json, and makes the default project', async () => {
    await using admin = await openAdmin();
    const created = await admin.json('keys', 'create', '--name', 'bench', '--permissions', 'sessions,agents');
    expect(Object.keys(created)).toEqual(['id', 'key', 'name', 'permissions', 'projectId']);
    expect(created).toMatchObject({ name: 'bench', permissions: ['agents', 'sessions'] });
    expect(isWellFormedApiKey(created.key)).toBe(true);
    const { projects } = await admin.json('projects', 'list');
    expect(projects).toMatchObject([{ id: created.projectId, slug: 'default', name: 'Default' }]);
    const { keys } = await admin.json('keys', 'list');
    expect(keys).toMatchObject([{ id: created.id, name: 'bench', prefix: created.key.slice(0, 12) }]);
    expect(JSON.stringify(keys)).not.toContain(created.key);
  });

  test('revoke works once', async () => {
    await using admin = await openAdmin();
    const { id } = await admin.json('keys', 'create', '--name', 'a', '--permissions', 'agents');
    expect(await admin.json('keys', 'revoke', id)).toEqual({ id, revoked: true });
    const again = await admin.run('keys', 'revoke', id);
    expect(again.status).toBe(1);
    expect(again.error).toContain(`There is no active key with the id "${id}"`);
    const { keys } = await admin.json('keys', 'list');
    expect(keys[0]).toHaveProperty('revokedAt');
  });

  test('people get words instead of JSON', async () => {
    await using admin = await openAdmin();
    expect((await admin.run('keys', 'list')).out).toBe('No API keys.\n');
    const { out } = await admin.run('keys', 'create', '--name', 'CI', '--permissions', 'agents');
    expect(out).toMatch(
      /^oct_sk_\S+\n\nKey "CI" of the project "default" may: agents\. It is not shown again; its id is c[a-z0-9]{23}\.\n$/,
    );
    expect((await admin.run('keys', 'list')).out).toMatch(
      /^ID +NAME +KEY .*\nc\S+ +CI +oct_sk_\S+… +agents +\S+ +\S+ +never +active\n$/,
    );
  });
});

test('the program prints results on standard output, mistakes on standard error, and exits accordingly', async () => {
  await using admin = await openAdmin();
  const run = (...args: string[]) => finish(startProcess('admin/main.ts', args, admin.env));
  const created = await run('keys', 'create', '--name', 'bench', '--permissions', 'agents,sessions', '--json');
  expect(created).toMatchObject({ status: 0, error: '' });
  expect(JSON.parse(created.out)).toMatchObject({ name: 'bench' });
  expect(await run('keys', 'create')).toMatchObject({
    status: 1,
    out: '',
    error: expect.stringMatching(/^--name is missing\./),
  });
});

describe('projects', () => {
  test('keys of a project are listed apart from those of others', async () => {
    await using admin = await openAdmin();
    const project = await admin.json('projects', 'create', 'nursery', '--name', 'Plant Nursery');
    expect(project).toEqual({ id: expect.stringMatching(/^c[a-z0-9]{23}$/), slug: 'nursery', name: 'Plant Nursery' });
    const key = await admin.json('keys', 'create', '--name', 'a', '--permissions', 'sessions', '--project', 'nursery');
    expect(key.projectId).toBe(project.id);
    expect((await admin.json('keys', 'list', '--project', 'nursery')).keys).toHaveLength(1);
    expect((await admin.json('keys', 'list', '--project', 'default')).keys).toHaveLength(0);
    const again = await admin.run('projects', 'create', 'nursery', '--name', 'Other');
    expect([again.status, again.error]).toEqual([1, expect.stringContaining('There is a project "nursery" already')]);
  });
});

test('migrate names what it applied, the second time nothing', async () => {
  await using admin = await openAdmin();
  expect((await admin.json('migrate')).applied.length).toBeGreaterThan(0);
  expect(await admin.json('migrate')).toEqual({ applied: [] });
});

describe('mistakes', () => {
  test.each([
    [[], 'No command given'],
    [['keys'], 'Unknown command "keys"'],
    [['keys', 'make'], 'Unknown command "keys make"'],
    [['toString'], 'Unknown command "toString"'],
    [['keys', 'create', '--permissions', 'agents'], '--name is missing'],
    [['keys', 'create', '--name', 'x'], '--permissions is missing'],
    [
      ['keys', 'create', '--name', 'x', '--permissions', 'agents,root'],
      '--permissions contains "root": expected a comma-separated list of',
    ],
    [['keys', 'create', '--name', 'x', '--permissions', 'agents', '--project', 'nope'], 'There is no project "nope"'],
    [['keys', 'create', '--name', 'x', '--permissions', 'agents', 'extra'], '"extra" is one argument too many'],
    [['keys', 'revoke'], 'ID is missing'],
    [['projects', 'create', 'Nope!', '--name', 'x'], 'The slug is "Nope!"'],
    [['projects', 'create', 'ok'], '--name is missing'],
    [['migrate', '--force'], "Unknown option '--force'"],
  ])('%j is refused in words', async (args, message) => {
    await using admin = await openAdmin();
    const { status, out, error } = await admin.run(...args);
    expect(status).toBe(1);
    expect(out).toBe('');
    expect(error).toContain(message);
    expect(error).toContain('Usage: npm run -s admin -- ');
  });

  test('a configuration that makes no sense is named', async () => {
    const { status, error } = await finish(
      startProcess('admin/main.ts', ['keys', 'list'], { DATABASE_URL: 'mysql://u:secret@h/d' }),
    );
    expect(status).toBe(1);
    expect(error).toBe('DATABASE_URL is "mysql:…": expected file:<path> or postgres://<user>@<host>/<database>\n');
  });
});

test('help lists every command and explains each', async () => {
  await using admin = await openAdmin();
  const { status, out } = await admin.run('--help');
  expect(status).toBe(0);
  for (const name of ['keys create', 'keys list', 'keys revoke', 'projects create', 'projects list', 'migrate'])
    expect(out).toContain(`  ${name}`);
  expect((await admin.run('keys', 'revoke', '--help')).out).toBe(
    'Revoke an API key, at once and for good.\n\nUsage: npm run -s admin -- keys revoke ID [--json]\n',
  );
});

describe('users', () => {
  test('an invitation is a link to the public address, for a role in a project', async () => {
    await using admin = await openAdmin();
    const made = await admin.json('users', 'invite', '--role', 'owner');
    expect(made).toMatchObject({
      role: 'owner',
      link: expect.stringMatching(/^http:\/\/localhost:6282\/link#[\w-]{43}$/),
    });
    const wrong = await admin.run('users', 'invite', '--role', 'admin');
    expect([wrong.status, wrong.error]).toEqual([
      1,
      expect.stringContaining('--role is "admin": expected one of viewer, developer, owner'),
    ]);
    expect((await admin.run('users', 'list')).out).toBe('No accounts.\n');
  });

  test('an account is listed, gets a reset link, is disabled and enabled again', async () => {
    await using admin = await openAdmin();
    const { link } = await admin.json('users', 'invite', '--role', 'developer');
    await using storage = await openStorage({ url: `file:${admin.env.OCTAVUS_DATA_DIR}/octavus.db` });
    const account = { id: 'u1', email: 'ada@example.com', name: 'Ada', passwordHash: '', createdAt: Date.now() };
    const joining = { ...account, lastSignInAt: undefined, disabledAt: undefined };
    expect(await storage.links.accept(digestOf(link.split('#')[1]), joining, Date.now())).toBe(true);
    const list = async () => (await admin.json('users', 'list')).users[0];
    expect(await list()).toMatchObject({
      email: 'ada@example.com',
      projects: [{ slug: 'default', role: 'developer' }],
    });
    const reset = await admin.json('users', 'reset-password', 'ADA@example.com');
    expect((await storage.links.find(digestOf(reset.link.split('#')[1])))?.kind).toBe('reset');
    await admin.json('users', 'disable', 'ada@example.com');
    expect(await list()).toHaveProperty('disabledAt');
    await admin.json('users', 'enable', 'ada@example.com');
    expect(await list()).not.toHaveProperty('disabledAt');
    expect((await admin.run('users', 'disable', 'eve@example.com')).error).toContain(
      'Nobody has an account with the email "eve@example.com": see users list',
    );
  });
});

describe('agent-keys', () => {
  test('a key of an agent is created for an agent that exists, listed and revoked', async () => {
    await using admin = await openAdmin();
    const missing = await admin.run('agent-keys', 'create', '--agent', 'desk', '--name', 'night');
    expect([missing.status, missing.error]).toEqual([1, expect.stringContaining('There is no agent "desk"')]);
    const { id: projectId } = (await admin.json('projects', 'list')).projects[0];
    const agent = anAgent(projectId, { slug: 'desk' });
    {
      await using storage = await openStorage({ url: `file:${admin.env.OCTAVUS_DATA_DIR}/octavus.db` });
      await storage.agents.create(agent, aVersion(agent));
    }
    const created = await admin.json('agent-keys', 'create', '--agent', 'desk', '--name', 'night');
    expect(created).toMatchObject({ name: 'night', agentId: agent.id, projectId });
    expect(isWellFormedApiKey(created.key, keyPrefixes.agent)).toBe(true);
    const { id, key } = created;
    expect((await admin.json('agent-keys', 'list')).keys).toMatchObject([{ id, prefix: key.slice(0, 12) }]);
    expect((await admin.run('agent-keys', 'list')).out).not.toContain(key);
    expect(await admin.json('agent-keys', 'revoke', id)).toEqual({ id, revoked: true });
    expect((await admin.run('agent-keys', 'revoke', id)).status).toBe(1);
    expect((await admin.run('agent-keys', 'list')).out).toContain('revoked');
  });
});
