import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { validateAgent } from '@octavus/protocol';
import { describe, expect, test } from 'vitest';
import { finish, openDataDir, startProcess, startServer } from '../../test/run-process.ts';
import { loadAgentFolder } from './load-agent-folder.ts';

test('the demo agent has no errors and no warnings', async () => {
  const demo = await loadAgentFolder(new URL('demo-agent/', import.meta.url));
  expect(validateAgent(demo)).toMatchObject({ errors: [], warnings: [] });
});

describe('the first start', () => {
  test('tells a key and three lines that work when they are pasted', async () => {
    await using dir = await openDataDir();
    await using server = await startServer(dir.path);
    expect(server.out).toContain('shown only this once');
    expect(server.out.endsWith(`Octavus is listening on ${server.url}\n`)).toBe(true);
    const lines = server.out.split('\n').filter((line) => line.includes('curl'));
    expect(lines).toHaveLength(3);
    const { stdout } = await promisify(execFile)('/bin/sh', ['-ec', lines.join('\n')]);
    const [stream = '', session = ''] = stdout.split('data: [DONE]\n\n');
    expect(stream).toContain('"type":"text-delta"');
    expect(stream).toContain('"finishReason":"stop"');
    const { messages } = JSON.parse(session) as { messages: { role: string }[] };
    expect(messages.map(({ role }) => role)).toEqual(['user', 'assistant']);
  });

  test('is told once', async () => {
    await using dir = await openDataDir();
    await using first = await startServer(dir.path);
    await first.stop();
    await using second = await startServer(dir.path);
    expect(second.out).not.toContain('First start');
    expect(second.out.endsWith(`Octavus is listening on ${second.url}\n`)).toBe(true);
  });

  test('makes no second key when the operator has made one', async () => {
    await using dir = await openDataDir();
    const env = { OCTAVUS_DATA_DIR: dir.path };
    const admin = (...args: string[]) => finish(startProcess('admin/main.ts', [...args, '--json'], env));
    const { key } = JSON.parse((await admin('keys', 'create', '--name', 'a', '--permissions', 'agents,sessions')).out);
    await using server = await startServer(dir.path);
    expect(server.out).not.toMatch(/oct_sk_[A-Za-z0-9]/);
    expect(server.out).toContain('npm run -s admin -- keys create --name NAME');
    const headers = { authorization: `Bearer ${key}` };
    const answer = await fetch(`${server.url}/api/agents`, { headers });
    expect(await answer.json()).toMatchObject({ agents: [{ slug: 'demo', name: 'Corner Bakery' }] });
    expect(JSON.parse((await admin('keys', 'list')).out).keys).toHaveLength(1);
  });

  test('is over when somebody archived the demo agent', async () => {
    await using dir = await openDataDir();
    await using first = await startServer(dir.path);
    const [key] = /oct_sk_\S+/.exec(first.out) ?? [];
    const answer = await fetch(`${first.url}/api/agents/demo?by=slug`, {
      method: 'DELETE',
      headers: { authorization: `Bearer ${key}` },
    });
    expect(answer.status).toBe(200);
    await first.stop();
    await using second = await startServer(dir.path);
    expect(second.out).not.toContain('First start');
  });
});

test('each start tells a link to the first account of the console, until there is one', async () => {
  await using dir = await openDataDir();
  const linkOf = (out: string) => /^ {2}(http\S+)\/link#(\S+)$/m.exec(out);
  await using first = await startServer(dir.path);
  const [, firstUrl, firstToken] = linkOf(first.out) ?? [];
  expect(firstUrl).toBe(first.url);
  await first.stop();
  await using second = await startServer(dir.path);
  const [, , secondToken] = linkOf(second.out) ?? [];
  expect(secondToken).not.toBe(firstToken);
  const accept = (token: string | undefined) =>
    fetch(`${second.url}/console/api/links/accept`, {
      method: 'POST',
      headers: { 'x-octavus-console': '1' },
      body: JSON.stringify({ token, email: 'ada@example.com', name: 'Ada', password: 'a long enough one' }),
    });
  expect((await accept(firstToken)).status).toBe(200);
  expect((await accept(secondToken)).status).toBe(404);
  await second.stop();
  await using third = await startServer(dir.path);
  expect(third.out).toBe(`Octavus is listening on ${third.url}\n`);
});
