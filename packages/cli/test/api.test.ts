import { createServer } from 'node:http';
import { describe, expect, test } from 'vitest';
import { Api } from '../src/api/api.ts';
import { finish, runHere, startOctavus } from './run-octavus.ts';
import { listen, scriptedServer } from './scripted-server.ts';
import { anAgent, temporaryFolder } from './temporary-folder.ts';

const never = new AbortController().signal;

function apiOf(url: string, limitMs: number): Api {
  return new Api({ url, key: 'k', version: '0', signal: never, wait: async () => undefined, limitMs });
}

describe('a server that says nothing', () => {
  test('ends a request when its time is up', async () => {
    await using server = await scriptedServer(() => ({ hangs: true }));
    const { host } = new URL(server.url);
    await expect(apiOf(server.url, 50).request('GET', '/api/agents')).rejects.toThrow(
      `${host} said nothing for 0.05 s. \`octavus doctor\` looks for the cause`,
    );
    await expect(apiOf(server.url, 50).upload(`${server.url}/upload`, new Uint8Array(1), 'text/plain')).rejects.toThrow(
      `${host} said nothing for `,
    );
  });

  test('ends a stream that has begun, too', async () => {
    await using server = await listen(
      createServer((_request, response) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        response.write(': here\n\n');
      }),
    );
    const read = async () => {
      for await (const _ of apiOf(server.url, 200).stream('/x', {}, never));
    };
    await expect(read()).rejects.toThrow('said nothing for 0.2 s');
  });
});

describe('a connection that fails before an answer', () => {
  test('is tried three times, whatever the request: the server has not seen it', async () => {
    const closed = await scriptedServer(() => ({}));
    await closed[Symbol.asyncDispose]();
    for (const method of ['GET', 'POST'] as const) {
      const waits: number[] = [];
      const wait = async (ms: number) => void waits.push(ms);
      const api = new Api({ url: closed.url, key: 'k', version: '0', signal: never, wait });
      await expect(api.request(method, '/x')).rejects.toThrow('connection refused (ECONNREFUSED)');
      // 1 s, then 2 s, a quarter more or less.
      expect(waits.map((ms, index) => Math.abs(ms / (1000 * 2 ** index) - 1) <= 0.25)).toEqual([true, true]);
    }
  });
});

test('on a terminal whoever waits is told that it is tried again; a pipe and JSON are not', async () => {
  await using server = await scriptedServer(() => ({ status: 503 }));
  await using folder = await temporaryFolder();
  const env = { OCTAVUS_API_URL: server.url, OCTAVUS_API_KEY: 'k', NO_COLOR: '1' };
  const run = async (isTerminal: boolean, ...words: readonly string[]) =>
    (await runHere(['list', ...words], { cwd: folder.path, env, isTerminal })).stderr;
  const said = `Waiting for ${server.url}, then trying again\n`;
  const failure = '✗ API error: Request failed with status 503\n  Status: 503\n';
  expect(await run(true)).toBe(said + said + failure);
  expect(await run(false)).toBe(failure);
  expect([await run(true, '--quiet'), await run(true, '--json')]).toEqual([failure, '']);
});

test('a server that sends requests on elsewhere is told: the key does not follow', async () => {
  await using other = await scriptedServer(() => ({ body: { agents: [] } }));
  await using server = await scriptedServer(() => ({ status: 302, headers: { location: `${other.url}/api/agents` } }));
  await using folder = await temporaryFolder(anAgent('desk'));
  const env = { OCTAVUS_API_URL: server.url, OCTAVUS_API_KEY: 'k' };
  for (const words of [['list'], ['validate', 'desk']]) {
    expect(await runHere(words, { cwd: folder.path, env })).toMatchObject({
      status: 1,
      stderr: `✗ API error: The server sends requests on to ${other.url}/api/agents: set its address with --api-url or OCTAVUS_API_URL\n  Status: 302\n`,
    });
  }
  expect(other.requests).toEqual([]);
});

test('Ctrl-C ends an upload with 130', async () => {
  await using server = await scriptedServer(({ url }) =>
    url === '/upload'
      ? { hangs: true }
      : { body: { files: [{ id: 'f', uploadUrl: `${server.url}/upload`, downloadUrl: 'https://files.example/f' }] } },
  );
  await using folder = await temporaryFolder({ 'a.txt': 'Text' });
  const env = { OCTAVUS_API_URL: server.url, OCTAVUS_API_KEY: 'k' };
  const child = startOctavus(['files', 'upload', 'cs1', 'a.txt'], { cwd: folder.path, env });
  const ended = finish(child);
  await server.nextRequest();
  if (server.requests.length < 2) await server.nextRequest();
  child.kill('SIGINT');
  expect(await ended).toEqual({ status: 130, stdout: '', stderr: '' });
});
