import { chmodSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { openTerminal, runHere, runOctavus } from './run-octavus.ts';
import { type ScriptedAnswer, scriptedServer } from './scripted-server.ts';
import { temporaryFolder } from './temporary-folder.ts';

// Processes start slowly on a machine that has much to do.
vi.setConfig({ testTimeout: 60_000 });

const key = 'oct_sk_0123456789abcdef';

/** Knows one key, which may do everything but mint tokens. */
function answerLikeAServer({ url, headers }: { url: string; headers: { authorization?: string } }): ScriptedAnswer {
  if (headers.authorization !== `Bearer ${key}`) return { status: 401, body: { error: 'Missing or invalid API key' } };
  if (url === '/api/tokens/revoke') return { status: 403, body: { error: 'Access denied', code: 'FORBIDDEN' } };
  if (url === '/api/agents') return { body: { agents: [] } };
  return { status: 400, body: { error: 'x', code: 'VALIDATION_ERROR' } };
}

async function setUp() {
  const server = await scriptedServer(answerLikeAServer);
  const folder = await temporaryFolder();
  const octavus = (words: readonly string[], { env = {}, input = '' } = {}) =>
    runHere(words, { cwd: folder.path, env, input });
  const file = join(folder.path, 'octavus/profiles.json');
  const close = async () => {
    await server[Symbol.asyncDispose]();
    await folder[Symbol.asyncDispose]();
  };
  return { server, folder, octavus, file, [Symbol.asyncDispose]: close };
}

test('login keeps the address and the key of a pipe for later commands, for the owner alone', async () => {
  await using made = await setUp();
  const { server, octavus, file } = made;
  expect(await octavus(['login', '--api-url', `${server.url}/`], { input: `${key}\n` })).toEqual({
    status: 0,
    stdout: `✓ Logged in: ${server.url}\n  Profile: default\n  Allows: agents, sessions\n`,
    stderr: '',
  });
  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({
    current: 'default',
    profiles: { default: { apiUrl: server.url, apiKey: key } },
  });
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(await octavus(['list'])).toMatchObject({ status: 0 });
  const whoami = await octavus(['whoami', '--json']);
  expect(JSON.parse(whoami.stdout)).toEqual({
    apiUrl: { value: server.url, origin: 'profile default' },
    apiKey: { value: 'oct_sk_012…ef', origin: 'profile default' },
    permissions: ['agents', 'sessions'],
  });
  expect((await octavus(['whoami'])).stdout).toBe(
    `  Server: ${server.url} (profile default)\n  Key: oct_sk_012…ef (profile default)\n  Allows: agents, sessions\n`,
  );
  expect((await octavus(['doctor'])).stdout).toContain('API key: oct_sk_012…ef (profile default)');
});

test('variables and --api-url win, and the key of a profile reaches no other server', async () => {
  await using made = await setUp();
  const { server, octavus } = made;
  await octavus(['login', '--api-url', server.url], { input: key });
  await using other = await scriptedServer(answerLikeAServer);
  for (const run of [
    octavus(['list', '--api-url', other.url]),
    octavus(['list'], { env: { OCTAVUS_API_URL: other.url } }),
  ]) {
    expect(await run).toMatchObject({
      status: 2,
      stderr: expect.stringMatching(`The key of the profile default is for ${server.url}\\.\n$`),
    });
  }
  expect(other.requests).toEqual([]);
  expect(await octavus(['list'], { env: { OCTAVUS_API_KEY: 'another' } })).toMatchObject({ status: 1 });
  expect(server.requests.at(-1)?.headers.authorization).toBe('Bearer another');
});

test('several profiles: config shows them and changes the current one, OCTAVUS_PROFILE names one, logout forgets', async () => {
  await using made = await setUp();
  const { server, octavus, file } = made;
  await using second = await scriptedServer(answerLikeAServer);
  await octavus(['login', '--api-url', server.url], { input: key });
  await octavus(['login', '--profile', 'work', '--api-url', second.url], { input: key });
  expect((await octavus(['config'])).stdout.split('\n')).toEqual([
    `  Server: ${second.url} (profile work)`,
    '  Key: oct_sk_012…ef (profile work)',
    `  File: ${file}`,
    `  Profile default: ${server.url} oct_sk_012…ef`,
    `  Profile work, current: ${second.url} oct_sk_012…ef`,
    '',
  ]);
  expect((await octavus(['config', 'default'])).stdout).toBe(`✓ In use: default\n  Server: ${server.url}\n`);
  expect(JSON.parse((await octavus(['config', '--json'])).stdout)).toMatchObject({ current: 'default' });
  expect(await octavus(['list'], { env: { OCTAVUS_PROFILE: 'work' } })).toMatchObject({ status: 0 });
  expect(second.requests.at(-1)?.url).toBe('/api/agents');
  expect(await octavus(['list'], { env: { OCTAVUS_PROFILE: 'home' } })).toMatchObject({
    status: 2,
    stderr: expect.stringMatching(
      /^✗ OCTAVUS_PROFILE is "home": there is no such profile, only default, work\. No key\? .*keys create/,
    ),
  });
  for (const words of [
    ['config', 'home'],
    ['logout', '--profile', 'home'],
  ]) {
    expect(await octavus(words)).toMatchObject({
      status: 1,
      stderr: '✗ Profile not found: home (there is no such profile, only default, work)\n',
    });
  }
  expect((await octavus(['logout'])).stdout).toBe('✓ Logged out: default\n');
  expect(await octavus(['list'])).toMatchObject({ status: 2 });
  expect(JSON.parse((await octavus(['logout', '--all', '--json'])).stdout)).toEqual({ removed: ['work'] });
  expect(await octavus(['logout'])).toEqual({ status: 0, stdout: 'ℹ No profiles: nothing to forget\n', stderr: '' });
  expect(readFileSync(file, 'utf8')).not.toContain(key);
});

test('a new profile does not begin at the address of another: its key might go to the wrong server', async () => {
  await using made = await setUp();
  const { server, octavus } = made;
  await octavus(['login', '--api-url', server.url], { input: key });
  const before = server.requests.length;
  await octavus(['login', '--profile', 'local'], { input: 'oct_sk_of_the_local_server' });
  expect(server.requests).toHaveLength(before);
  expect(await octavus(['login'], { input: key })).toMatchObject({ status: 0 });
});

test('what cannot be kept is told, and nothing is lost', async () => {
  await using made = await setUp();
  const { server, octavus, file, folder } = made;
  const login = (input: string, ...words: readonly string[]) =>
    octavus(['login', '--api-url', server.url, ...words], { input });
  expect(await login('\n')).toMatchObject({
    status: 2,
    stderr: expect.stringMatching(/^✗ No API key given.*keys create --name NAME/),
  });
  expect(await login('two words')).toMatchObject({
    status: 2,
    stderr: expect.stringMatching(/has blanks in it.*keys create --name NAME/),
  });
  expect(await login('wrong')).toEqual({
    status: 1,
    stdout: '',
    stderr: expect.stringMatching(
      /^✗ API error: Missing or invalid API key\n {2}Status: 401\n {2}`octavus config` shows/,
    ),
  });
  expect(await login(key, '--profile', 'a/b')).toMatchObject({
    status: 1,
    stderr: 'error: "a/b" is no name of a profile: letters, digits, -, _ and .\n',
  });
  expect(await octavus(['list'])).toMatchObject({ status: 2 });
  folder.write({ 'octavus/profiles.json': '{"profiles":' });
  for (const words of [['login'], ['logout'], ['config'], ['list']]) {
    expect(await octavus(words, { input: key })).toMatchObject({
      status: 1,
      stderr: `✗ Not a file of profiles: remove it and use \`octavus login\` again\n  File: ${file}\n`,
    });
  }
  expect(readFileSync(file, 'utf8')).toBe('{"profiles":');
});

test('on a terminal the key is asked for and not shown; Ctrl-C ends with 130 and keeps nothing', async () => {
  await using made = await setUp();
  const { server, folder } = made;
  const words = ['login', '--api-url', server.url];
  await using terminal = openTerminal(words, { cwd: folder.path });
  await terminal.until(`API key for ${server.url}: `);
  terminal.type(`${key}\n`);
  await terminal.until('Logged in');
  expect(await terminal.ended).toBe(0);
  expect(terminal.text()).not.toContain(key);
  await using stopped = openTerminal(['login', '--api-url', server.url, '--profile', 'b'], { cwd: folder.path });
  await stopped.until('API key for');
  stopped.type('\u0003');
  expect(await stopped.ended).toBe(130);
  const { stdout } = await runOctavus(['config', '--json'], { cwd: folder.path });
  expect(JSON.parse(stdout)).toMatchObject({ profiles: [{ name: 'default' }] });
});

test('a login that takes its time does not undo another', async () => {
  await using folder = await temporaryFolder();
  const kept = { current: 'other', profiles: { other: { apiUrl: 'http://other.example', apiKey: 'oct_sk_other' } } };
  await using server = await scriptedServer((request) => {
    folder.write({ 'octavus/profiles.json': JSON.stringify(kept) });
    return answerLikeAServer(request);
  });
  const run = await runHere(['login', '--api-url', server.url], { cwd: folder.path, input: key });
  expect(run).toMatchObject({ status: 0 });
  const { current, profiles } = JSON.parse(readFileSync(join(folder.path, 'octavus/profiles.json'), 'utf8'));
  expect([current, Object.keys(profiles).sort()]).toEqual(['default', ['default', 'other']]);
});

const session = 'cs0larkspur0000000000000';

test('open prints the address in a pipe, and gives it to the browser on a terminal', async () => {
  await using folder = await temporaryFolder({ browser: '#!/bin/sh\nexec "$NODE" -e "fetch(process.argv[1])" "$1"\n' });
  const browser = join(folder.path, 'browser');
  chmodSync(browser, 0o755);
  const desk = { id: 'ca7k2m9qd4x1v8t3h6zw5n0p', settings: { slug: 'desk', name: 'D', format: 'interactive' } };
  await using server = await scriptedServer(({ url }) =>
    url.includes('nobody') ? { status: 404, body: { error: 'x' } } : { body: { ...desk, protocol: '', prompts: [] } },
  );
  const env = { OCTAVUS_API_URL: server.url, OCTAVUS_API_KEY: 'k' };
  const run = (...words: readonly string[]) => runHere(['open', ...words], { cwd: folder.path, env });
  const agentUrl = `${server.url}/platform/agents/${desk.id}`;
  expect(await run('desk')).toEqual({ status: 0, stdout: `${agentUrl}\n`, stderr: '' });
  expect(JSON.parse((await run('desk', '--json')).stdout)).toEqual({ url: agentUrl });
  expect(await run('nobody')).toEqual({ status: 1, stdout: '', stderr: '✗ Agent not found: nobody\n' });
  const before = server.requests.length;
  expect((await run(session)).stdout).toBe(`${server.url}/platform/sessions/${session}\n`);
  expect(server.requests).toHaveLength(before);

  const withBrowser = { ...env, BROWSER: browser, NODE: process.execPath, NO_COLOR: '1' };
  await using terminal = openTerminal(['open', session], { cwd: folder.path, env: withBrowser });
  await terminal.until(`Opened ${server.url}/platform/sessions/`);
  if (server.requests.length === before) await server.nextRequest();
  expect(server.requests.at(-1)?.url).toBe(`/platform/sessions/${session}`);
  const without = { ...env, BROWSER: '/nowhere/browser', NO_COLOR: '1' };
  await using printed = openTerminal(['open', session], { cwd: folder.path, env: without });
  expect(await printed.ended).toBe(0);
  expect(printed.text()).toBe(`${server.url}/platform/sessions/${session}\r\n`);
});
