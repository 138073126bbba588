import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { openTerminal, type Run, runHere, runOctavus } from './run-octavus.ts';
import { scriptedServer } from './scripted-server.ts';
import { anAgent, aWorker, temporaryFolder } from './temporary-folder.ts';
import { withServer } from './with-server.ts';

// Processes start slowly on a machine that has much to do.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const { server, inFolder } = withServer();

const json = ({ stdout }: Run) => JSON.parse(stdout);

/** An agent on the server and a session of it. */
async function aSession(folder: Awaited<ReturnType<typeof inFolder>>, slug = 'desk') {
  await folder.octavus('sync', slug);
  const { stdout } = await folder.octavus('run', slug, '--input', 'USER_MESSAGE=Good morning', '--json');
  const { sessionId } = JSON.parse(stdout.split('\n')[0]!);
  return sessionId as string;
}

describe('run on a server', () => {
  test('text, object, events; a worker; tools', async () => {
    await using folder = await inFolder({
      ...anAgent('desk'),
      ...aWorker('shorten'),
      'tools.mjs': "export default { 'find-room': ({ beds }) => ({ room: 204, beds }) };",
    });
    await folder.octavus('sync', '--all', '.');
    const text = await folder.octavus('run', 'desk', '--input', 'USER_MESSAGE=Hello');
    expect(text).toMatchObject({ status: 0, stderr: '', stdout: expect.stringContaining('I am the offline model') });
    const tools = ['--tools', 'tools.mjs', '--input', 'USER_MESSAGE=Find a room with 2 beds'];
    expect((await folder.octavus('run', 'desk', ...tools)).stdout).toContain('204');
    const worker = await folder.octavus('run', 'shorten', '--input', 'TEXT=A text', '--output', 'object');
    expect(json(worker)).toContain('offline model');
    const events = await folder.octavus('run', 'shorten', '--input', 'TEXT=A text', '--json');
    expect(events.stdout).toContain('{"type":"worker-result"');
    expect(await folder.octavus('run', 'nobody')).toMatchObject({ status: 1, stderr: '✗ Agent not found: nobody\n' });
  });

  test('a server that ends a stream too early is told', async () => {
    const definition = {
      id: 'c1',
      settings: { slug: 'desk', name: 'D', format: 'interactive' },
      prompts: [
        { name: 'user-message', content: '{{USER_MESSAGE}}' },
        { name: 'system', content: 'x' },
      ],
    };
    await using folder = await inFolder(anAgent('desk'));
    const protocol = readFileSync(join(folder.path, 'desk/protocol.yaml'), 'utf8');
    await using broken = await scriptedServer(({ method, url }) => {
      if (method === 'GET') return { body: { ...definition, protocol } };
      if (url === '/api/agent-sessions') return { status: 201, body: { sessionId: 'cs1' } };
      const events = [
        { type: 'start', executionId: 'exec_1' },
        { type: 'text-start', id: 't1' },
        { type: 'text-delta', id: 't1', delta: 'Good mor' },
      ];
      return { type: 'text/event-stream', body: events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join('') };
    });
    const env = { OCTAVUS_API_URL: broken.url, OCTAVUS_API_KEY: 'k' };
    const run = await runHere(['run', 'desk', '--input', 'USER_MESSAGE=x'], { cwd: folder.path, env });
    // The line that had begun is ended, so that the error has one of its own.
    expect(run).toMatchObject({ status: 1, stdout: 'Good mor\n' });
    expect(run.stderr).toMatch(/^✗ The stream broke off before its end\. Try again/);
  });
});

describe('chat', () => {
  test('in a pipe each line is a message; --retry goes back; the end of the input ends it', async () => {
    await using folder = await inFolder(anAgent('desk'));
    await folder.octavus('sync', 'desk');
    for (const agent of ['desk', './desk']) {
      const options = { cwd: folder.path, env: server().env, input: 'First\n/retry\n/nonsense\n' };
      const run = await runOctavus(['chat', agent], options);
      expect(run).toMatchObject({ status: 0, stderr: expect.stringContaining('No such command: /nonsense') });
      expect(run.stdout.match(/You wrote: “First”/g)).toHaveLength(2);
    }
  });

  test('a retry replaces the turn', async () => {
    await using folder = await inFolder(anAgent('desk'));
    const session = await aSession(folder);
    const options = { cwd: folder.path, env: server().env, input: 'Second\n/retry\n' };
    expect(await runOctavus(['chat', 'desk', '--session', session], options)).toMatchObject({ status: 0 });
    const { messages } = json(await folder.octavus('sessions', 'get', session, '--json'));
    expect(messages.map(({ role }: { role: string }) => role)).toEqual(['user', 'assistant', 'user', 'assistant']);
  });

  test('on a terminal tools without a handler are asked for, Ctrl-C ends the chat with 130', async () => {
    await using folder = await inFolder(anAgent('desk'));
    await using terminal = openTerminal(['chat', './desk'], { cwd: folder.path });
    await terminal.until('/quit');
    await terminal.until('> ');
    terminal.type('Find a room with 2 beds\n');
    await terminal.until('What does it answer?');
    await terminal.until('find-room = ');
    terminal.type('{"room":305}\n');
    await terminal.until('room: 305');
    await terminal.until('> ');
    terminal.type('\u0003');
    expect(await terminal.ended).toBe(130);
  });

  test('Ctrl-C stops a turn first, /stop too, and the chat goes on', async () => {
    await using folder = await inFolder({
      ...anAgent('desk'),
      'tools.mjs': "export default { 'find-room': () => { console.error('asked'); return new Promise(() => {}); } };",
    });
    await using terminal = openTerminal(['chat', './desk', '--tools', 'tools.mjs'], { cwd: folder.path });
    await terminal.until('> ');
    for (const stop of ['\u0003', '/stop\n']) {
      terminal.type('Find a room with 2 beds\n');
      await terminal.until('asked');
      terminal.type(stop);
      await terminal.until('Stopped');
      await terminal.until('> ');
    }
    terminal.type('/quit\n');
    expect(await terminal.ended).toBe(0);
  });

  test('files go with the next message', async () => {
    const protocol = readFileSync(new URL('../templates/chat/protocol.yaml', import.meta.url), 'utf8')
      .replace(
        '        description: What the person wrote',
        '        description: x\n      FILES:\n        type: file[]\n        optional: true',
      )
      .replace('      display: hidden', '      files: [FILES]\n      display: hidden');
    await using folder = await inFolder({ ...anAgent('desk', { 'protocol.yaml': protocol }), 'a.txt': 'Text' });
    expect(await folder.octavus('sync', 'desk')).toMatchObject({ status: 0 });
    for (const agent of ['desk', './desk']) {
      const options = { cwd: folder.path, env: server().env, input: '/files add a.txt\n/files add none.txt\nLook\n' };
      const run = await runOctavus(['chat', agent, '--json'], options);
      expect(run.stderr).toContain('With the next message: a.txt');
      expect(run.stdout).toContain('{"error":"File not found: ');
      expect(run.stdout).toContain('"finishReason":"stop"');
      expect(run.status).toBe(1);
    }
  });
});

describe('dev', () => {
  test('one command on a fresh folder is a running agent, without key and server', async () => {
    await using folder = await temporaryFolder();
    await using terminal = openTerminal(['dev', 'first'], { cwd: folder.path });
    await terminal.until('The folder is empty: wrote first');
    await terminal.until('> ');
    terminal.type('Hello\n');
    await terminal.until('I am the offline model');
    await terminal.until('> ');
    const system = join(folder.path, 'first/prompts/system.md');
    writeFileSync(system, 'You are a gardener.\n');
    await terminal.until('Changed: the next message runs the new version');
    terminal.type('/retry\n');
    await terminal.until('You are a gardener.');
    expect(readFileSync(join(folder.path, 'first/agent.types.ts'), 'utf8')).toContain('"user-message"');
    appendFileSync(join(folder.path, 'first/protocol.yaml'), 'nonsense: [\n');
    await terminal.until('The agent is not valid');
    terminal.type('\u0004');
    expect(await terminal.ended).toBe(0);
  });

  test('with a key the agent is synced, on every change too, and runs on the server', async () => {
    await using folder = await inFolder(anAgent('dev-desk'));
    await using terminal = openTerminal(['dev', 'dev-desk', '--no-types'], { cwd: folder.path, env: server().env });
    await terminal.until('Created: dev-desk');
    await terminal.until(`Console: ${server().url}/platform/agents/`);
    await terminal.until('> ');
    folder.write({ 'dev-desk/prompts/system.md': 'You are a porter.\n' });
    await terminal.until('Updated: dev-desk');
    terminal.type('Hello\n');
    await terminal.until('You are a porter.');
    terminal.type('/quit\n');
    expect(await terminal.ended).toBe(0);
    expect(existsSync(join(folder.path, 'dev-desk/agent.types.ts'))).toBe(false);
  });
});

test('sync --watch sends what is valid, says what is not, and ends with 130', async () => {
  await using folder = await inFolder(anAgent('watched'));
  const words = ['sync', 'watched', '--watch', '--write-env', 'AGENT'];
  await using terminal = openTerminal(words, { cwd: folder.path, env: server().env });
  await terminal.until('Watching watched');
  await terminal.until('Created: ');
  await terminal.until('Stored ');
  expect(readFileSync(join(folder.path, '.env'), 'utf8')).toMatch(/^AGENT=c\w+\n$/);
  folder.write({ 'watched/prompts/system.md': 'One' });
  await terminal.until('Updated: ');
  folder.write({ 'watched/protocol.yaml': 'agent: 1' });
  await terminal.until('error');
  folder.write(anAgent('watched'));
  await terminal.until('Updated: ');
  terminal.type('\u0003');
  expect(await terminal.ended).toBe(130);
});

describe('sessions', () => {
  test('get, logs, clear and restore', async () => {
    await using folder = await inFolder(anAgent('desk'));
    const session = await aSession(folder);
    const shown = await folder.octavus('sessions', 'get', session);
    expect(shown.stdout).toContain(`  Session: ${session}\n`);
    expect(shown.stdout).toContain('Good morning');
    const listed = await folder.octavus('sessions', 'list', '--agent', 'desk', '--limit', '100');
    expect(listed.stdout).toContain(`${session}  desk${' '.repeat(26)}  idle      `);
    const { sessions } = json(await folder.octavus('sessions', 'list', '--status', 'idle', '--json'));
    expect(sessions).toContainEqual(expect.objectContaining({ id: session, status: 'idle' }));
    expect(await folder.octavus('sessions', 'list', '--limit', '0')).toMatchObject({ status: 1, stdout: '' });
    const kept = await folder.octavus('sessions', 'get', session, '--json');
    expect(json(await folder.octavus('sessions', 'get', session, '--full', '--json'))).toHaveProperty('variables');
    const logs = json(await folder.octavus('sessions', 'logs', session, '--json', '--no-model-requests'));
    expect(logs.entries[0]).toMatchObject({ type: 'trigger' });
    expect((await folder.octavus('sessions', 'logs', session)).stdout).toMatch(/ trigger triggerName="user-message"/);
    expect(json(await folder.octavus('sessions', 'abort', session, '--json'))).toEqual({
      sessionId: session,
      aborted: false,
    });

    expect(await folder.octavus('sessions', 'clear', session)).toMatchObject({ stdout: `✓ Cleared: ${session}\n` });
    expect((await folder.octavus('sessions', 'get', session)).stdout).toContain('  Status: expired\n');
    folder.write({ 'kept.json': kept.stdout, 'wrong.json': '{}' });
    expect(await folder.octavus('sessions', 'restore', session, 'kept.json')).toMatchObject({
      stdout: `✓ Restored: ${session}\n`,
    });
    expect((await folder.octavus('sessions', 'get', session)).stdout).toContain('Good morning');
    expect(await folder.octavus('sessions', 'restore', session, 'wrong.json')).toMatchObject({ status: 1 });
    expect(await folder.octavus('sessions', 'get', 'cnobody')).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('Status: 404'),
    });
  });

  test('logs --follow shows what comes, until Ctrl-C', async () => {
    await using folder = await inFolder(anAgent('desk'));
    const session = await aSession(folder);
    await using follower = openTerminal(['sessions', 'logs', session, '--follow'], {
      cwd: folder.path,
      env: server().env,
    });
    await follower.until('Good morning');
    await folder.octavus('run', 'desk', '--session', session, '--input', 'USER_MESSAGE=Later');
    await follower.until('Later');
    follower.type('\u0003');
    expect(await follower.ended).toBe(130);
  });
});

test('files upload prints references that can be read', async () => {
  await using folder = await inFolder({ ...anAgent('desk'), 'a.txt': 'Text', 'empty.txt': '' });
  const session = await aSession(folder);
  const { files } = json(await folder.octavus('files', 'upload', session, 'a.txt', '--json'));
  expect(files).toMatchObject([{ filename: 'a.txt', mediaType: 'text/plain', size: 4 }]);
  expect(await (await fetch(files[0].url)).text()).toBe('Text');
  expect(await folder.octavus('files', 'upload', session, 'empty.txt')).toMatchObject({ status: 1 });
});

test('tokens are minted for a slug and revoked by token or id', async () => {
  await using folder = await inFolder(anAgent('desk'));
  await folder.octavus('sync', 'desk');
  const { token, jti } = json(await folder.octavus('tokens', 'mint', 'desk', '--ttl', '60', '--json'));
  expect(token).toMatch(/^oct_et_/);
  expect(json(await folder.octavus('tokens', 'revoke', token, '--json'))).toEqual({ revoked: true, jti });
  expect(await folder.octavus('tokens', 'revoke', jti)).toMatchObject({
    status: 1,
    stderr: expect.stringContaining('Not revoked'),
  });
  expect(await folder.octavus('tokens', 'mint', 'desk', '--ttl', 'long')).toMatchObject({ status: 1 });
});

describe('doctor', () => {
  test('finds nothing wrong with a healthy set-up, and shows no key', async () => {
    await using folder = await inFolder();
    const run = await folder.octavus('doctor');
    expect(run).toMatchObject({ status: 0, stderr: '' });
    expect(run.stdout).toContain('✓ Key: allows agents, sessions, mint-tokens\n');
    expect(run.stdout).toContain(`✓ Server address: ${server().url} (OCTAVUS_API_URL)\n`);
    expect(run.stdout).not.toContain(server().env.OCTAVUS_API_KEY);
  });

  test('says what is wrong: no key, a wrong key, no server, a clock that is off, versions that differ', async () => {
    await using folder = await inFolder({
      'node_modules/@octavus/core/package.json': '{"version":"0.1.0"}',
      'node_modules/@octavus/react/package.json': '{"version":"0.2.0"}',
    });
    const run = async (env: Record<string, string>) => runHere(['doctor'], { cwd: folder.path, env });
    const none = await run({ OCTAVUS_API_URL: server().url });
    expect(none).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('✗ API key: none: set OCTAVUS_CLI_API_KEY'),
    });
    expect(none.stdout).toContain('⚠ Packages: versions differ: core 0.1.0, react 0.2.0\n');
    const wrong = await run({ ...server().env, OCTAVUS_API_KEY: 'oct_sk_wrong' });
    expect(wrong.stderr).toMatch(/✗ Key: the server does not know it.*keys create --name NAME/);
    const dead = await run({ ...server().env, OCTAVUS_API_URL: 'http://127.0.0.1:1' });
    expect(dead.stderr).toContain('✗ Server: does not answer at http://127.0.0.1:1');
    await using late = await scriptedServer(() => ({
      headers: { date: new Date(Date.now() - 3_600_000).toUTCString() },
    }));
    expect((await run({ OCTAVUS_API_URL: late.url })).stdout).toMatch(/⚠ Clock: the server is 3\d\d\d s behind/);
    await using page = await scriptedServer(() => ({ type: 'text/html', body: '<h1>Hello</h1>' }));
    expect((await run({ OCTAVUS_API_URL: page.url })).stderr).toContain(
      `✗ Server: what answers at ${page.url} is no Octavus server (text/html): is the address right?\n`,
    );
  });
});
