import { describe, expect, test } from 'vitest';
import type { StartSessionOptions } from '../src/index.ts';
import { type Answer, finish, json, paused, say, serveScript, start, stream, toolRequest } from './script-server.ts';

const withId =
  (answer: Answer): Answer =>
  (response, request) => {
    response.setHeader('X-Octavus-Session-Id', 's9');
    return answer(response, request);
  };

async function open(script: readonly Answer[], options: Partial<StartSessionOptions> = {}) {
  const server = await serveScript(...script);
  const created: string[] = [];
  const session = server
    .client()
    .agentSessions.start({ agentId: 'a1', onSessionCreated: (id) => created.push(id), ...options });
  return { server, session, created };
}

describe('deferred start', () => {
  test('the first trigger creates the session, later requests use it', async () => {
    const { server, session, created } = await open(
      [withId(stream(start, toolRequest('find'), paused)), stream(start, finish), stream(finish)],
      { input: { NAME: 'Ada' }, idempotencyKey: 'k1', tools: { find: async () => 1 } },
    );
    await using _ = server;
    expect(session.getSessionId()).toBeUndefined();
    await Array.fromAsync(session.execute({ ...say, sender: { name: 'Ada' }, rollbackAfterMessageId: 'm0' }));
    await Array.fromAsync(session.execute(say));
    expect(created).toEqual(['s9']);
    expect(session.getSessionId()).toBe('s9');
    expect(server.requests.map(({ path }) => path)).toEqual([
      '/api/agent-sessions/start',
      '/api/agent-sessions/s9/trigger',
      '/api/agent-sessions/s9/trigger',
    ]);
    expect(server.requests[0]?.body).toEqual({
      agentId: 'a1',
      input: { NAME: 'Ada' },
      idempotencyKey: 'k1',
      trigger: { triggerName: 'user-message', input: { USER_MESSAGE: 'hi' }, sender: { name: 'Ada' } },
    });
    expect(server.requests[1]?.body).toMatchObject({ executionId: 'exec_1', rollbackAfterMessageId: 'm0' });
  });

  test('tools of this process are announced with the trigger, once there are any', async () => {
    const { server, session } = await open([withId(stream(finish)), stream(finish)]);
    await using _ = server;
    const schema = { name: 'a', description: 'A', inputSchema: {} };
    session.setDynamicTools([{ schema, handler: async () => 1 }]);
    await Array.fromAsync(session.execute(say));
    await Array.fromAsync(session.execute(say));
    expect(server.requests[0]?.body).not.toHaveProperty('dynamicToolSchemas');
    expect(server.requests[0]?.body.trigger.dynamicToolSchemas).toEqual([schema]);
    expect(server.requests[1]?.body.dynamicToolSchemas).toEqual([schema]);
  });

  test('the id may come with the start event', async () => {
    const { server, session, created } = await open([
      stream({ ...start, sessionId: 's7' }, { ...start, sessionId: 's8' }, finish),
    ]);
    await using _ = server;
    for await (const event of session.execute(say))
      if (event.type === 'start') expect(session.getSessionId()).toBe('s7');
    expect(created).toEqual(['s7']);
  });

  test('retries use one key, made once for each handle', async () => {
    const busy = json(503, {}, { 'retry-after': '0' });
    const { server, session } = await open([busy, busy, json(500, { error: 'No' }), withId(stream(finish))]);
    await using _ = server;
    await Array.fromAsync(session.execute(say));
    await Array.fromAsync(session.execute(say));
    const keys = server.requests.map(({ body }) => body.idempotencyKey);
    expect(keys[0]).toMatch(/./);
    expect(new Set(keys).size).toBe(1);
  });

  test('a callback that throws disturbs nothing', async () => {
    const { server, session } = await open([withId(stream(finish))], {
      onSessionCreated: () => {
        throw new Error('mine');
      },
    });
    await using _ = server;
    expect(await Array.fromAsync(session.execute(say))).toEqual([finish]);
  });

  test('there is nothing to continue before the session exists', async () => {
    const { server, session } = await open([]);
    await using _ = server;
    const events = session.execute({ type: 'continue', executionId: 'e', toolResults: [] });
    await expect(events.next()).rejects.toThrow('no session to continue');
    expect(server.requests).toHaveLength(0);
  });

  test('a server that never names the session cannot be sent results', async () => {
    const { server, session } = await open([stream(start, toolRequest('find'), paused)], {
      tools: { find: async () => 1 },
    });
    await using _ = server;
    const events = await Array.fromAsync(session.execute(say));
    expect(events.at(-1)).toMatchObject({ type: 'error', errorType: 'internal_error' });
    expect(server.requests).toHaveLength(1);
  });
});
