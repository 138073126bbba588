import type { StreamEvent } from '@octavus/core';
import { describe, expect, test } from 'vitest';
import { outline } from '../../test/converse.ts';
import {
  anAgent,
  aWorker,
  checkEventGrammar,
  hang,
  reply,
  type ScriptedStep,
  scriptedMedia,
  scriptedModels,
  text,
  toolCall,
} from '../testing/index.ts';
import { EmbeddedSession, type ToolHandler } from './embedded-session.ts';
import { createMemoryPorts } from './memory-ports.ts';

const desk = anAgent(
  `
  input: { NAME: { type: string } }
  triggers: { ask: { input: { QUESTION: { type: string } } } }
  tools:
    find-order: { description: Finds, parameters: { order: { type: string } } }
    call-back: { description: Calls back }
  agent: { model: test/model, system: system, input: [NAME], tools: [find-order, call-back], agentic: true }
  handlers:
    ask:
      Add: { block: add-message, role: user, prompt: question, input: [QUESTION] }
      Answer: { block: next-message }
  `,
  { system: 'You help {{NAME}}.', question: '{{QUESTION}}' },
);

function aSession(steps: readonly ScriptedStep[], tools: { [name: string]: ToolHandler } = {}) {
  const models = { ...scriptedModels(steps), media: scriptedMedia([]) };
  const session = new EmbeddedSession({ definition: desk, models, tools, input: { NAME: 'Ada' } });
  return { session, models };
}

const ask = (session: EmbeddedSession, signal?: AbortSignal) =>
  session.trigger('ask', { QUESTION: 'Where is A1?' }, signal);
const wants = (id: string, tool: string, args = {}) => reply(toolCall(id, tool, args));

describe('an embedded session', () => {
  test('runs its tools and goes on, leg by leg as a server would stream it', async () => {
    const { session, models } = aSession([wants('c1', 'find-order', { order: 'A1' }), reply(text('t', 'On Friday.'))], {
      'find-order': ({ order }) => ({ order: order as string, eta: new Date(0), nothing: undefined }),
    });
    const events = await Array.fromAsync(ask(session));
    models.assertDone();
    const second = events.findLastIndex(({ type }) => type === 'start');
    for (const leg of [events.slice(0, second), events.slice(second)]) checkEventGrammar(leg);
    expect(outline(events).at(-1)).toBe('finish:stop');
    expect(session.messages.map(({ role }) => role)).toEqual(['user', 'assistant']);
    expect(JSON.stringify(models.calls[1]?.request.messages)).toContain(
      '{"order":"A1","eta":"1970-01-01T00:00:00.000Z"}',
    );
  });

  test('tells the model what a handler throws, and null for a handler that returns nothing', async () => {
    const { session, models } = aSession(
      [reply(toolCall('c1', 'find-order', { order: 'A1' }), toolCall('c2', 'call-back')), reply(text('t', 'Sorry.'))],
      {
        'find-order': () => {
          throw new Error('the shelf fell');
        },
        'call-back': () => undefined,
      },
    );
    await Array.fromAsync(ask(session));
    expect(models.calls[1]?.request.messages.at(-1)?.content).toMatchObject([
      { output: { kind: 'error', message: 'the shelf fell' } },
      { output: { kind: 'result', value: null } },
    ]);
  });

  test('waits for the results of tools it has no handlers for', async () => {
    const { session } = aSession([wants('c1', 'call-back'), reply(text('t', 'Done.'))]);
    expect(outline(await Array.fromAsync(ask(session))).at(-1)).toBe('finish:tool-calls');
    expect(session.pending).toMatchObject([{ toolCallId: 'c1', toolName: 'call-back' }]);
    const events = await Array.fromAsync(session.continue([{ toolCallId: 'c1', result: true }]));
    expect(outline(events).at(-1)).toBe('finish:stop');
    await expect(session.continue([{ toolCallId: 'c1', result: true }]).next()).rejects.toMatchObject({
      code: 'EXECUTION_NOT_RESUMABLE',
    });
  });

  test('takes one execution at a time, and one that its reader left is closed', async () => {
    const { session } = aSession([hang(text('t', 'On')), reply(text('u', 'Again.'))]);
    const first = ask(session);
    for (let next = await first.next(); next.value?.type !== 'text-start'; ) next = await first.next();
    await expect(ask(session).next()).rejects.toMatchObject({ code: 'SESSION_BUSY' });
    await first.return(undefined);
    expect(session.state.execution?.status).toBe('aborted');
    const again = await Array.fromAsync(ask(session));
    expect(outline(again).at(-1)).toBe('finish:stop');
  });

  test('ends as it should when it is aborted, and keeps what was said', async () => {
    const { session } = aSession([hang(text('t', 'On Fri').slice(0, 2))]);
    const controller = new AbortController();
    const events: StreamEvent[] = [];
    for await (const event of ask(session, controller.signal)) {
      events.push(event);
      if (event.type === 'text-delta') controller.abort('abort');
    }
    checkEventGrammar(events, { isAborted: true });
    expect(events.at(-1)).toMatchObject({ type: 'finish', finishReason: 'stop' });
    expect(session.messages[1]).toMatchObject({ parts: [{ type: 'text', text: 'On Fri' }] });
  });

  test('refuses what does not fit the agent, and names the field', () => {
    const models = { ...scriptedModels([]), media: scriptedMedia([]) };
    expect(() => new EmbeddedSession({ definition: desk, models })).toThrow('NAME');
    const { session } = aSession([]);
    expect(() => session.trigger('asks')).toThrow('asks');
    expect(() => session.trigger('ask', {})).toThrow('QUESTION');
  });

  test('runs a worker, alone and for an agent', async () => {
    const writer = aWorker(
      'writer',
      `
      input: { PLANT: { type: string } }
      variables: { SHEET: { type: string } }
      steps:
        Open: { block: start-thread, thread: draft, model: test/worker, system: system }
        Draft: { block: next-message, thread: draft, output: SHEET }
      output: SHEET
      `,
      { system: 'You write.' },
    );
    const models = {
      ...scriptedModels([reply(text('t', 'Wipe it.')), reply(text('t', 'Mist it.'))]),
      media: scriptedMedia([]),
    };
    const alone = new EmbeddedSession({ definition: writer, models, input: { PLANT: 'fern' } });
    const events = await Array.fromAsync(alone.execute());
    checkEventGrammar(events, { kind: 'worker' });
    expect(events.find(({ type }) => type === 'worker-result')).toMatchObject({ output: 'Wipe it.' });
    const caller = anAgent(
      `
      triggers: { go: {} }
      variables: { SHEET: { type: string } }
      workers: { writer: { description: Writing } }
      agent: { model: test/main, system: system }
      handlers: { go: { Write: { block: run-worker, worker: writer, input: { PLANT: fern }, output: SHEET } } }
    `,
      { system: 'x' },
    );
    const session = new EmbeddedSession({ definition: caller, models, workers: [writer] });
    await Array.fromAsync(session.trigger('go'));
    expect(session.state.variables).toEqual({ SHEET: 'Mist it.' });
  });
});

describe('ports in memory', () => {
  const ports = createMemoryPorts({ models: { ...scriptedModels([]), media: scriptedMedia([]) } });
  const limits = { maxBytes: 3, signal: new AbortController().signal };

  test('keep files as data URLs, which can be read back by id or address', async () => {
    const kept = await ports.files.store(new Uint8Array([1, 2, 3]), { mediaType: 'image/png', filename: 'a.png' });
    expect(kept).toMatchObject({ url: 'data:image/png;base64,AQID', size: 3, filename: 'a.png' });
    const file = { mediaType: 'image/png', bytes: new Uint8Array([1, 2, 3]) };
    expect(await ports.files.read(kept, limits)).toEqual({ file });
    expect(await ports.files.read({ ...kept, id: 'other' }, limits)).toEqual({ file });
    expect(await ports.files.read(kept, { ...limits, maxBytes: 2 })).toMatchObject({ problem: expect.any(String) });
    const elsewhere = { id: 'x', mediaType: 'image/png', url: 'https://a.example/x' };
    expect(await ports.files.read(elsewhere, limits)).toMatchObject({ problem: expect.stringContaining('elsewhere') });
  });

  test('a sleep ends with its time or its signal', async () => {
    await ports.clock.sleep(1, limits.signal);
    const controller = new AbortController();
    const slept = ports.clock.sleep(3_600_000, controller.signal);
    controller.abort();
    await slept;
    await ports.clock.sleep(3_600_000, controller.signal);
  });
});
