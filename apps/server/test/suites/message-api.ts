import { failure, hang, reasoning, reply, text, toolCall } from '@octavus/engine/testing';
import { describe, expect, test, vi } from 'vitest';
import type { SessionServer } from '../serve-sessions.ts';
import { asks, say, says, serverOn } from './conversations.ts';
import type { TestDatabase } from './storage.ts';

const v4 = { 'x-octavus-sdk-version': '4' };

/** One tool for each way to show a call. */
const displayProtocol = `
triggers:
  user-message:
    input:
      USER_MESSAGE: { type: string }
tools:
  streamed: { description: Streamed, display: stream, parameters: { plant: { type: string } } }
  described: { description: Described, display: description, parameters: { plant: { type: string } } }
  named: { description: Named, display: name, parameters: { plant: { type: string } } }
  titled: { description: Titled, display: title, title: Looking, parameters: { plant: { type: string } } }
  hidden: { description: Hidden, display: hidden, parameters: { plant: { type: string } } }
agent:
  model: anthropic/claude-sonnet-4-5
  system: system
  tools: [streamed, described, named, titled, hidden]
  agentic: true
handlers:
  user-message:
    Add: { block: add-message, role: user, prompt: user-message, input: [USER_MESSAGE] }
    Answer: { block: next-message }
`;
const displays = ['streamed', 'described', 'named', 'titled', 'hidden'] as const;

// biome-ignore lint/suspicious/noExplicitAny: tests look at what came without saying what it may be
type Json = any;

/** Both message formats in both wire shapes, and what a restore makes of messages of any generation. */
export function describeMessageApi(name: string, openDatabase: () => Promise<TestDatabase>): void {
  describe(`messages: ${name}`, () => {
    const withServer = serverOn(openDatabase);
    describeDisplay(withServer);
    describeShapes(withServer);
    describeSenders(withServer);
    describeRestoring(withServer);
  });
}

type WithServer = ReturnType<typeof serverOn>;

async function read(server: SessionServer, sessionId: string, options: { ui?: boolean; v4?: boolean }): Promise<Json> {
  const path = `/api/agent-sessions/${sessionId}${options.ui ? '?format=ui' : ''}`;
  return (await server.call('GET', path, undefined, options.v4 ? v4 : {})).body;
}

function partsOf({ messages }: Json): Json[] {
  return messages.flatMap(({ parts }: Json) => parts);
}

function describeDisplay(withServer: WithServer): void {
  test('[http.sessions.ui.stripped] what a display mode keeps from people is not in format=ui, and is in the full state', () => {
    const calls = displays.flatMap((tool) => toolCall(`call_${tool}`, tool, { plant: 'fern' }));
    return withServer({ steps: [reply(calls), says('Done.')] }, async (server) => {
      const agentId = await server.createAgent(
        { slug: 'displays', name: 'Displays', format: 'interactive' },
        displayProtocol,
      );
      const { body: created } = await server.call('POST', '/api/agent-sessions', { agentId });
      const { sessionId } = created;
      const path = `/api/agent-sessions/${sessionId}/trigger`;
      await server.stream(path, say('Hi'));
      const failing = new Set(['described', 'named']);
      const toolResults = displays.map((tool) => ({
        toolCallId: `call_${tool}`,
        ...(failing.has(tool) ? { error: 'It rained' } : { result: { secret: tool } }),
      }));
      await server.stream(path, { toolResults });
      const expected = [
        {
          toolName: 'streamed',
          displayName: 'Streamed',
          args: { plant: 'fern' },
          status: 'done',
          result: { secret: 'streamed' },
        },
        {
          toolName: 'described',
          displayName: 'Described',
          args: { plant: 'fern' },
          status: 'error',
          error: 'It rained',
        },
        { toolName: 'named', args: {}, status: 'error' },
        { toolName: 'titled', displayName: 'Looking', args: {}, status: 'done' },
      ];
      for (const isV4 of [true, false]) {
        const ui = await read(server, sessionId, { ui: true, v4: isV4 });
        const shown = partsOf(ui).filter(({ type }) => type === 'tool-call');
        const facts = shown.map(({ type: _, toolCallId: __, display: ___, ...part }) => part);
        expect(facts).toEqual(expected);
        expect(JSON.stringify(ui)).not.toContain('hidden');
      }
      const full = JSON.stringify(await read(server, sessionId, {}));
      for (const tool of ['streamed', 'titled', 'hidden']) expect(full).toContain(`"secret":"${tool}"`);
    });
  });
}

function describeShapes(withServer: WithServer): void {
  const thinks = reply(
    reasoning('r', ['Let me see. ']),
    text('t', 'One moment.'),
    toolCall('call_1', 'find-order', { order: 'A1' }),
  );

  test('[http.wire.messages] both formats in both shapes hold what each generation of clients reads', () =>
    withServer({ steps: [thinks, says('It is on its way.')] }, async (server) => {
      const sessionId = await server.createSession();
      const path = `/api/agent-sessions/${sessionId}/trigger`;
      await server.stream(path, say('Where is it?'));
      await server.stream(path, { toolResults: [{ toolCallId: 'call_1', result: { eta: 'today' } }] });
      const kinds = async (options: { ui?: boolean; v4?: boolean }) =>
        partsOf(await read(server, sessionId, options)).map(({ type }) => type);
      const shown = ['text', 'reasoning', 'text', 'tool-call', 'text'];
      const withSteps = ['text', 'reasoning', 'text', 'tool-call', 'step-start', 'text'];
      expect(await kinds({ ui: true })).toEqual(shown);
      expect(await kinds({})).toEqual(shown);
      expect(await kinds({ ui: true, v4: true })).toEqual(withSteps);
      expect(await kinds({ v4: true })).toEqual(withSteps);
      const [, base] = (await read(server, sessionId, {})).messages;
      expect(base).toMatchObject({ visible: true, reasoning: 'Let me see. ', content: 'One moment.It is on its way.' });
      const [, current] = (await read(server, sessionId, { v4: true })).messages;
      expect([current.visible, current.reasoning]).toEqual([undefined, undefined]);
      for (const message of [base, current]) {
        expect(message.toolCalls).toMatchObject([{ id: 'call_1', name: 'find-order', status: 'available' }]);
        for (const part of message.parts) expect(typeof part.visible).toBe('boolean');
      }
    }));

  test('[http.wire.messages] the full state has the fields of people, too, and no part of it is null', () =>
    withServer({ steps: [thinks, says('Here.')] }, async (server) => {
      const sessionId = await server.createSession();
      const path = `/api/agent-sessions/${sessionId}/trigger`;
      await server.stream(path, say('Hi'));
      await server.stream(path, { toolResults: [{ toolCallId: 'call_1', result: null }] });
      const full = await read(server, sessionId, { v4: true });
      expect(full.messages[0]).toMatchObject({ content: 'Hi', status: 'done' });
      expect(full.messages[0].parts[0]).toMatchObject({
        type: 'text',
        content: 'Hi',
        text: 'Hi',
        status: 'done',
        visible: true,
      });
      const call = partsOf(full).find(({ type }) => type === 'tool-call');
      expect(call).toMatchObject({
        toolCallId: 'call_1',
        toolName: 'find-order',
        status: 'done',
        args: { order: 'A1' },
      });
      expect(call.toolCall).toMatchObject({ id: 'call_1', status: 'available' });
      const nulls = JSON.stringify(full).match(/"(\w+)":null/g) ?? [];
      expect(new Set(nulls)).toEqual(new Set(['"result":null']));
    }));

  test('[http.wire.cancelled] a call that was cancelled is an error for old clients', () =>
    withServer({ steps: [asks('call_1'), says('Never mind.')] }, async (server) => {
      const sessionId = await server.createSession();
      const path = `/api/agent-sessions/${sessionId}/trigger`;
      await server.stream(path, say('Hi'));
      await server.stream(path, say('Forget it'));
      const callOf = async (isV4: boolean) =>
        partsOf(await read(server, sessionId, { ui: true, v4: isV4 })).find(({ type }) => type === 'tool-call');
      const current = await callOf(true);
      expect([current.status, current.error, current.result]).toEqual(['cancelled', undefined, undefined]);
      expect(await callOf(false)).toMatchObject({ status: 'error', error: 'Cancelled' });
    }));

  test('[http.sessions.streaming] a message that is being written says so, and so do its open parts', () =>
    withServer({ steps: [hang(text('t', 'Let me').slice(0, 2))] }, async (server) => {
      const sessionId = await server.createSession();
      const leg = await server.open(`/api/agent-sessions/${sessionId}/trigger`, say('Hi'));
      await leg.until(({ type }) => type === 'text-delta');
      for (const options of [{ ui: true }, { ui: true, v4: true }, {}]) {
        const session = await read(server, sessionId, options);
        expect(session.status).toBe('active');
        expect(session.execution).toEqual({ executionId: expect.stringMatching(/^exec_/), status: 'running' });
        expect(session.messages[0].status).toBe('done');
      }
      const written = await vi.waitFor(
        async () => {
          const { messages } = await read(server, sessionId, { ui: true });
          expect(messages).toHaveLength(2);
          return messages[1];
        },
        { timeout: 10_000 },
      );
      expect(written).toMatchObject({
        role: 'assistant',
        status: 'streaming',
        parts: [{ type: 'text', text: 'Let me', status: 'streaming' }],
      });
      leg.disconnect();
      await server.call('POST', `/api/agent-sessions/${sessionId}/abort`);
    }));
}

function describeSenders(withServer: WithServer): void {
  test('[http.trigger.sender] the author of a turn is on its message in both formats, and has limits', () =>
    withServer({ steps: [says('Hello Ada.')] }, async (server) => {
      const sessionId = await server.createSession();
      const path = `/api/agent-sessions/${sessionId}/trigger`;
      for (const [field, length] of [
        ['id', 257],
        ['name', 257],
        ['image', 2049],
      ] as const) {
        const wrong = { ...say('Hi'), sender: { [field]: 'x'.repeat(length) } };
        const { status, body } = await server.call('POST', path, wrong);
        expect([status, body.error.issues[0].path]).toEqual([400, `sender.${field}`]);
      }
      const sender = { id: 'x'.repeat(256), name: 'y'.repeat(256), image: `https://example.com/${'z'.repeat(2028)}` };
      await server.stream(path, { ...say('Hi'), sender });
      for (const ui of [true, false]) {
        const { messages } = await read(server, sessionId, { ui });
        expect(messages.map((message: Json) => message.sender)).toEqual([sender, undefined]);
      }
    }));
}

function describeRestoring(withServer: WithServer): void {
  /** Clears the session and restores it from messages. @returns what format=ui shows afterwards. */
  async function restore(server: SessionServer, sessionId: string, messages: Json): Promise<Json> {
    const path = `/api/agent-sessions/${sessionId}`;
    await server.call('DELETE', path);
    const restored = await server.call('POST', `${path}/restore`, { messages });
    expect([restored.status, restored.body]).toEqual([200, { sessionId, restored: true }]);
    return read(server, sessionId, { ui: true, v4: true });
  }

  test('[http.restore.round-trip] what a client of any generation read of a conversation restores it', () =>
    withServer(
      { steps: [asks('call_1'), says('On its way.'), failing, says('Still here.'), says('Still here.')] },
      async (server) => {
        const sessionId = await server.createSession();
        const path = `/api/agent-sessions/${sessionId}/trigger`;
        await server.stream(path, { ...say('Where is it?'), sender: { name: 'Ada' } });
        await server.stream(path, { toolResults: [{ toolCallId: 'call_1', result: { eta: 'today' } }] });
        await server.stream(path, say('And now?'));
        const current = await read(server, sessionId, { ui: true, v4: true });
        const old = await read(server, sessionId, { ui: true });
        expect(await restore(server, sessionId, current.messages)).toEqual(current);
        await server.stream(path, say('Hello?'));
        const ofOld = await restore(server, sessionId, old.messages);
        expect((await read(server, sessionId, { ui: true })).messages).toEqual(old.messages);
        // Old clients were not told of steps: they are put between a call and what followed it.
        expect(partsOf(ofOld).map(({ type }) => type)).toEqual(partsOf(current).map(({ type }) => type));
        await server.stream(path, say('Hello?'));
        const [first, second] = server.models.calls.slice(-2).map(({ request }) => request.messages);
        expect(second).toEqual(first);
      },
    ));

  test('[http.restore.parts] dates may be numbers, unknown parts are left out, ids are kept once, open calls are cancelled', () =>
    withServer({}, async (server) => {
      const sessionId = await server.createSession();
      const message = (id: string, role: string, parts: Json[]) => ({
        id,
        role,
        parts,
        status: 'streaming',
        createdAt: 1_772_616_600_000,
      });
      const call = (toolCallId: string, status: string, more = {}) => ({
        type: 'tool-call',
        toolCallId,
        toolName: 'find-order',
        args: {},
        status,
        ...more,
      });
      const ui = await restore(server, sessionId, [
        message('m1', 'user', [
          { type: 'text', text: 'Hi', status: 'done' },
          { type: 'hologram', data: 1 },
        ]),
        message('m2', 'assistant', [
          call('c1', 'done'),
          call('c2', 'error'),
          call('c3', 'running'),
          call('c4', 'pending'),
          call('c5', 'cancelled'),
          { type: 'operation', operationId: 'b1', name: 'Look', operationType: 'set-resource', status: 'running' },
          { type: 'source', sourceType: 'url', id: 's1', url: 'https://example.com', thread: 'research' },
          { type: 'object', id: 'o1', typeName: 'Plan', object: { steps: 1 }, status: 'done' },
        ]),
        message('m1', 'assistant', [{ type: 'text', text: 'Bye', status: 'streaming' }]),
      ]);
      expect(ui.messages.map(({ createdAt, status }: Json) => `${createdAt} ${status}`)).toEqual(
        Array(3).fill('2026-03-04T09:30:00.000Z done'),
      );
      const [first, second, third] = ui.messages;
      expect([first.id, second.id]).toEqual(['m1', 'm2']);
      expect(third.id).not.toBe('m1');
      expect(first.parts).toHaveLength(1);
      const calls = second.parts.filter(({ type }: Json) => type === 'tool-call');
      expect(calls.map(({ status }: Json) => status)).toEqual(['done', 'error', 'cancelled', 'cancelled', 'cancelled']);
      expect(calls[1].error).toBe('Tool failed');
      expect(second.parts.map(({ type }: Json) => type)).toEqual(
        expect.arrayContaining(['operation', 'source', 'object']),
      );
    }));

  test('[http.restore.refused] a malformed part that is known is refused, and the session stays expired', () =>
    withServer({}, async (server) => {
      const sessionId = await server.createSession();
      const path = `/api/agent-sessions/${sessionId}`;
      await server.call('DELETE', path);
      const message = { id: 'm1', role: 'user', status: 'done', createdAt: 0 };
      for (const [issue, wrong] of [
        ['messages.0.parts.0.text', { parts: [{ type: 'text', status: 'done' }] }],
        ['messages.0.role', { role: 'system', parts: [] }],
        ['messages.0.createdAt', { parts: [], createdAt: 'yesterday' }],
        ['messages.0.parts', { parts: 'x' }],
        [
          'messages.0.parts.0.args',
          { parts: [{ type: 'tool-call', toolCallId: 'c', toolName: 't', args: 1, status: 'done' }] },
        ],
      ] as const) {
        const { status, body } = await server.call('POST', `${path}/restore`, { messages: [{ ...message, ...wrong }] });
        expect([status, body.error.issues[0].path], issue).toEqual([400, issue]);
      }
      expect((await server.call('GET', path)).body.status).toBe('expired');
      const most = Array.from({ length: 2000 }, (_, index) => ({ ...message, id: `m${index}`, parts: [] }));
      expect((await server.call('POST', `${path}/restore`, { messages: most })).body.restored).toBe(true);
    }));
}

const failing = reply(failure({ errorType: 'validation_error', retryable: false }));
