import type { StreamEvent } from '@octavus/core';
import { describe, expect, test } from 'vitest';
import { toUiMessages } from '../../src/messages/to-ui-messages.ts';
import { isChange } from '../../src/ports.ts';
import { anAgent, aWorker, partByPart, reasoning, reply, text, toolCall } from '../../src/testing/index.ts';
import { converse, outline } from '../converse.ts';

const prompts = { system: 'You help.', message: 'Hi', sheet: 'Write.' };
const go = { triggerName: 'go' };

function agentWith(tool: string, blocks = '    Answer: { block: next-message }\n') {
  return anAgent(
    `
triggers: { go: {} }
variables: { SLOT: { type: unknown }, NOTE: { type: string }, CHAT: { type: string } }
resources: { PLAN: { type: string, default: none } }
types: { Card: { advice: { type: string } } }
tools:
  look: { description: Looking, title: The look, parameters: { at: { type: string } }${tool} }
agent: { model: anthropic/claude-sonnet-4-5, system: system, tools: [look], agentic: true, references: [care], webSearch: true }
handlers:
  go:
    Ask: { block: add-message, role: user, prompt: message }
${blocks}`,
    prompts,
    [{ name: 'care', description: 'How to care', content: 'Water it.' }],
  );
}

const typesOf = (events: readonly StreamEvent[], prefix: string) =>
  events.filter(({ type }) => type.startsWith(prefix));

describe('a tool call', () => {
  const start = { type: 'tool-input-start', toolCallId: 'c1', toolName: 'look' };
  const deltas = ['{"at":"f', 'ern"}'].map((inputTextDelta) => ({
    type: 'tool-input-delta',
    toolCallId: 'c1',
    inputTextDelta,
  }));
  const end = { type: 'tool-input-end', toolCallId: 'c1' };
  const available = (input: object) => ({ type: 'tool-input-available', toolCallId: 'c1', toolName: 'look', input });

  test.each([
    ['[sse.display.tool.hidden] [proto.display.tool.hidden]', 'hidden', []],
    ['[sse.display.tool.name]', 'name', [{ ...start, display: 'name' }, end, available({})]],
    [
      '[sse.display.tool.description] [sse.event.tool-input]',
      'description',
      [{ ...start, title: 'Looking', display: 'description' }, ...deltas, end, available({ at: 'fern' })],
    ],
    ['[sse.display.tool.title]', 'title', [{ ...start, title: 'The look', display: 'title' }, end, available({})]],
    [
      '[sse.display.tool.stream] [sse.event.tool-input]',
      'stream',
      [{ ...start, title: 'Looking', display: 'stream' }, ...deltas, end, available({ at: 'fern' })],
    ],
  ] as const)('%s is announced by its mode %s, and asked for in full', async (_clause, display, expected) => {
    const step = partByPart(reply(toolCall('c1', 'look', { at: 'fern' })));
    const { session } = converse(agentWith(`, display: ${display}`), [step, reply(text('t', 'Green.'))]);
    const { events } = await session.trigger(go);
    expect(typesOf(events, 'tool-input')).toEqual(expected);
    expect(events.find(({ type }) => type === 'tool-request')).toMatchObject({ toolCalls: [{ args: { at: 'fern' } }] });
    await session.answerAll('green');
    const shown = toUiMessages(session.state)[1]!.parts.filter(({ type }) => type === 'tool-call');
    expect(shown).toHaveLength(display === 'hidden' ? 0 : 1);
    if (display === 'stream') expect(shown).toMatchObject([{ result: 'green' }]);
    if (display === 'description') expect(shown[0]).not.toHaveProperty('result');
  });
});

describe('a block', () => {
  test('[sse.display.block.stream] [sse.event.reasoning] [sse.event.text] [sse.thread.main] streams text, reasoning and sources as they are generated', async () => {
    const source = { type: 'source', sourceType: 'url', id: 's1', url: 'https://a.example', title: 'A' } as const;
    const step = partByPart(reply(reasoning('r', ['Hm', 'm']), [source], text('t', 'Gr', 'een.')));
    const { session } = converse(agentWith(''), [step]);
    const { events, batches } = await session.trigger(go);
    const block = events.find((event) => event.type === 'block-start');
    expect(block).toMatchObject({ outputToChat: true });
    expect(block).not.toHaveProperty('thread');
    const content = events.slice(2, -2);
    const [reasoningId, textId] = ['reasoning-start', 'text-start'].map(
      (type) => (events.find((event) => event.type === type) as { id: string }).id,
    );
    expect(content).toEqual([
      { type: 'reasoning-start', id: reasoningId },
      { type: 'reasoning-delta', id: reasoningId, delta: 'Hm' },
      { type: 'reasoning-delta', id: reasoningId, delta: 'm' },
      { type: 'reasoning-end', id: reasoningId },
      { type: 'source', sourceType: 'url', id: 's1', url: 'https://a.example', title: 'A' },
      { type: 'text-start', id: textId },
      { type: 'text-delta', id: textId, delta: 'Gr' },
      { type: 'text-delta', id: textId, delta: 'een.' },
      { type: 'text-end', id: textId },
    ]);
    const deltas = batches.filter((batch) => batch.some((output) => 'type' in output && output.type === 'text-delta'));
    expect(deltas).toHaveLength(2);
  });

  test('[sse.display.block.defaults] [sse.event.block-start] [sse.event.block-end] has the default mode of its kind', async () => {
    const agent = agentWith(
      '',
      `    Open: { block: start-thread, thread: notes, system: system }
    Save: { block: set-resource, resource: PLAN, value: x }
    Keep: { block: serialize-thread, output: CHAT }
    Look: { block: tool-call, tool: look, input: { at: x }, output: SLOT }
    Notes: { block: next-message, thread: notes, independent: true }
    Answer: { block: next-message }
`,
    );
    const { session } = converse(agent, [reply(text('t', 'One.')), reply(text('u', 'Two.'))]);
    const first = await session.trigger(go);
    const second = await session.answerAll(1);
    const blocks = typesOf([...first.events, ...second.events.slice(2)], 'block-start').map((event) => {
      const { type, blockId, ...rest } = event as Extract<StreamEvent, { type: 'block-start' }>;
      return { ...rest, index: blockId.slice(5) };
    });
    expect(blocks).toEqual([
      { blockName: 'Save', blockType: 'set-resource', display: 'name', index: '2' },
      { blockName: 'Keep', blockType: 'serialize-thread', display: 'name', index: '3' },
      { blockName: 'Look', blockType: 'tool-call', display: 'description', index: '4' },
      {
        blockName: 'Notes',
        blockType: 'next-message',
        display: 'stream',
        outputToChat: false,
        thread: 'notes',
        index: '5',
      },
      { blockName: 'Answer', blockType: 'next-message', display: 'stream', outputToChat: true, index: '6' },
    ]);
    const ends = typesOf([...first.events, ...second.events], 'block-end').map(
      (event) => (event as { blockId: string }).blockId,
    );
    expect(new Set(ends).size).toBe(ends.length);
    expect(ends).toHaveLength(5);
  });

  test('[sse.event.resource] [rt.set-resource.write] [rt.durable.writes] a write is stored, then told, whatever the mode', async () => {
    const agent = agentWith('', '    Save: { block: set-resource, resource: PLAN, value: x, display: hidden }\n');
    const { session } = converse(agent, []);
    const { events, outputs } = await session.trigger(go);
    expect(outline(events)).toEqual(['start', 'resource-update', 'finish:stop']);
    expect(events[1]).toEqual({ type: 'resource-update', name: 'PLAN', value: 'x' });
    const write = outputs.findIndex((output) => isChange(output) && output.change === 'resource-set');
    const told = outputs.findIndex((output) => 'type' in output && output.type === 'resource-update');
    expect(write).toBeGreaterThan(-1);
    expect(write).toBeLessThan(told);
  });

  test('[sse.thread.main-independent] an independent answer of main is outside the chat and kept nowhere', async () => {
    const agent = agentWith('', '    Think: { block: next-message, independent: true, output: NOTE }\n');
    const { session } = converse(agent, [reply(text('t', 'Hm.'))]);
    const { events } = await session.trigger(go);
    const block = events.find((event) => event.type === 'block-start');
    expect(block).toMatchObject({ outputToChat: false });
    expect(block).not.toHaveProperty('thread');
    expect(toUiMessages(session.state)).toHaveLength(1);
    expect(session.state.variables.NOTE).toBe('Hm.');
  });

  test('[rt.part.hidden-thread] a hidden answer of a named thread is kept out of sight', async () => {
    const agent = agentWith(
      '',
      `    Open: { block: start-thread, thread: notes, system: system }
    Notes: { block: next-message, thread: notes, display: hidden }
`,
    );
    const { session } = converse(agent, [reply(text('t', 'Hm.'))]);
    const { events } = await session.trigger(go);
    expect(outline(events)).toEqual(['start', 'finish:stop']);
    expect(session.state.threads.get('notes')?.messages[0]?.parts).toMatchObject([{ content: 'Hm.' }]);
    expect(JSON.stringify(toUiMessages(session.state))).not.toContain('Hm.');
  });

  test('[sse.clients.whole-object] a typed text ends when its JSON is complete', async () => {
    const agent = agentWith('', '    Advise: { block: next-message, responseType: Card, output: SLOT }\n');
    const { session } = converse(agent, [partByPart(reply(text('t', '{"advice":', '"Mist it"', '}')))]);
    const { events } = await session.trigger(go);
    const end = events.findIndex(({ type }) => type === 'text-end');
    const deltas = events.slice(0, end).flatMap((event) => (event.type === 'text-delta' ? [event.delta] : []));
    expect(JSON.parse(deltas.join(''))).toEqual({ advice: 'Mist it' });
  });
});

describe('an agent with a worker', () => {
  const writer = aWorker(
    'writer',
    `
input: { PLANT: { type: string } }
variables: { SHEET: { type: string }, SECRET: { type: string } }
steps:
  Open: { block: start-thread, thread: draft, model: test/worker, system: sheet, maxSteps: 2 }
  Ask: { block: add-message, thread: draft, role: user, prompt: ask, input: [PLANT, SECRET] }
  Draft: { block: next-message, thread: draft, output: SHEET }
output: SHEET
`,
    { sheet: 'You write.', ask: 'About {{PLANT}}, {{SECRET}}.' },
  );
  const agent = anAgent(
    `
triggers: { go: {}, quiet: {} }
variables: { SECRET: { type: string, default: hidden }, SLOT: { type: unknown, default: before } }
workers: { writer: { description: Writing } }
agent: { model: test/main, system: system, agentic: true, workers: [writer], todoList: true, webSearch: true }
handlers:
  go:
    Ask: { block: add-message, role: user, prompt: message }
    Answer: { block: next-message }
  quiet:
    Write: { block: run-worker, worker: writer, input: { PLANT: fern }, output: SLOT }
`,
    prompts,
  );
  const todo = (id: string, status: string) =>
    toolCall(id, 'octavus_todo_write', { merge: false, todos: [{ id: '1', content: 'Write', status }] });
  const page = { title: 'Scale', url: 'https://a.example', snippet: 'Discs.' };
  const withWorker = (steps: Parameters<typeof converse>[1], definition = writer) =>
    converse(agent, steps, {
      ports: {
        workers: [{ agentId: 'w', version: 1, definition }],
        webSearch: { search: async () => ({ results: [page] }) },
      },
    });

  test('[sse.example.delegation] [proto.tools.order] delegates, with todos and a source', async () => {
    const { session, models } = withWorker([
      reply(todo('c1', 'in_progress'), toolCall('c2', 'octavus_web_search', { query: 'scale' })),
      reply(toolCall('c3', 'writer', { PLANT: 'fern' })),
      reply(text('t', 'Wipe it.')),
      reply(todo('c4', 'completed')),
      reply(text('u', 'It is scale.')),
    ]);
    const { events } = await session.trigger(go);
    models.assertDone();
    expect(outline(events).filter((line) => !line.endsWith('-delta') && !line.includes('-delta:'))).toEqual([
      'start',
      'block-start:Answer',
      'tool-input-start:octavus_web_search',
      'tool-input-end',
      'tool-input-available',
      'todo-update',
      'tool-output-available',
      'source',
      'worker-input-start',
      'worker-input-ready',
      'worker-start',
      'block-start:Draft',
      'text-start',
      'text-end',
      'block-end',
      'worker-result',
      'todo-update',
      'text-start',
      'text-end',
      'block-end',
      'finish:stop',
    ]);
    expect(models.calls[0]?.request.tools.map(({ name }) => name)).toEqual([
      'writer',
      'octavus_todo_write',
      'octavus_web_search',
    ]);
  });

  test('[rt.worker.state] a worker knows nothing of its caller', async () => {
    const { session, models } = withWorker([reply(text('t', 'Wipe it.'))]);
    await session.trigger({ triggerName: 'quiet' });
    expect(JSON.stringify(models.calls[0]?.request.messages)).toContain('About fern, {{SECRET}}.');
    expect(session.state.variables).toEqual({ SECRET: 'hidden', SLOT: 'Wipe it.' });
  });

  test('[rt.run-worker.no-output] [sse.event.worker-result] [rt.durable.worker-result] a worker without output gives null, and no output event', async () => {
    const mute = { ...writer, output: undefined };
    const { session } = withWorker([reply(text('t', 'Wipe it.'))], mute as typeof writer);
    const { events, outputs } = await session.trigger({ triggerName: 'quiet' });
    const result = events.find((event) => event.type === 'worker-result');
    expect(Object.keys(result ?? {})).toEqual(['type', 'workerId']);
    expect(session.state.variables.SLOT).toBeNull();
    const ended = outputs.findIndex((output) => isChange(output) && output.change === 'worker-ended');
    expect(ended).toBeGreaterThan(-1);
    expect(ended).toBeLessThan(outputs.findIndex((output) => 'type' in output && output.type === 'worker-result'));
  });
});
