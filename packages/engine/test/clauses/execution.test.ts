import type { StreamEvent } from '@octavus/core';
import { describe, expect, test } from 'vitest';
import { isEvent } from '../../src/ports.ts';
import { foldAll } from '../../src/state/fold.ts';
import { anAgent, failure, finish, hang, reply, text, toolCall } from '../../src/testing/index.ts';
import { converse, outline } from '../converse.ts';

const prompts = {
  system: 'You help {{NAME}}, {{MOOD}}.',
  message: '{{MESSAGE}}',
  note: 'Slot {{SLOT}} for {{MESSAGE}}.',
};

function withBlocks(blocks: string) {
  return anAgent(
    `
input:
  NAME: { type: string, optional: true }
triggers:
  go:
    input:
      MESSAGE: { type: string, optional: true, default: Hi }
variables:
  MOOD: { type: string, default: calm }
  SLOT: { type: unknown }
  NOTE: { type: string }
resources:
  PLAN: { type: string, default: none }
mcpServers:
  browser: { source: consumer, description: Browser }
tools:
  look: { description: Looks, parameters: { at: { type: string, optional: true } } }
agent:
  model: anthropic/claude-sonnet-4-5
  system: system
  input: [NAME, MOOD]
  tools: [look]
  mcpServers: [browser]
  agentic: true
  references: [care]
handlers:
  go:
${blocks}
`,
    prompts,
    [{ name: 'care', description: 'How to care', content: 'Water it.' }],
  );
}

const ask = '    Ask: { block: add-message, role: user, prompt: message, input: [MESSAGE] }\n';
const answer = '    Answer: { block: next-message, output: NOTE }\n';
const go = { triggerName: 'go', input: { MESSAGE: 'Hello' } };
const open = { name: 'browser__open', description: 'Opens', inputSchema: { type: 'object', properties: {} } };

function find<Type extends StreamEvent['type']>(events: readonly StreamEvent[], type: Type) {
  return events.find((event): event is Extract<StreamEvent, { type: Type }> => event.type === type);
}

describe('the legs of an execution', () => {
  const steps = () => [reply(toolCall('c1', 'look', { at: 'fern' })), reply(text('t', 'Green.'))];

  test('[sse.ids.message] [sse.ids.session] [sse.ids.block] [sse.clients.execution-id] [sse.pause.continuation] start with the same ids and go on in the same block', async () => {
    const { session } = converse(withBlocks(ask + answer), steps());
    const first = await session.trigger(go);
    const second = await session.answerAll(1);
    const { executionId, messageId } = session.state.execution!;
    const same = { type: 'start', executionId, messageId, sessionId: session.state.sessionId };
    expect([first.events[0], second.events[0]]).toEqual([same, { ...same, lastMessageId: messageId }]);
    expect(session.state.messages[1]!.id).toBe(messageId);
    const blocks = [first, second].map(({ events }) => find(events, 'block-start'));
    expect(blocks[0]).toEqual(blocks[1]);
    expect(blocks[0]?.blockId).toBe(`${executionId.slice(-4)}-1`);
  });

  test('[rt.execution.request] [rt.names.trigger-input] keep what came with the trigger, and the next trigger knows nothing of it', async () => {
    const blocks = `${ask}    Book: { block: tool-call, tool: look, input: { at: MESSAGE }, output: SLOT }
    Note: { block: add-message, role: user, prompt: note, input: [SLOT, MESSAGE] }
${answer}`;
    const { session, models } = converse(withBlocks(blocks), [reply(text('t', 'Ok.')), reply(text('u', 'Ok.'))]);
    await session.trigger({ ...go, dynamicToolSchemas: [open] }, { isTraced: true, sender: { name: 'Ada' } });
    expect(session.pending[0]?.args).toEqual({ at: 'Hello' });
    const leg = await session.answerAll('Friday');
    expect(models.calls[0]?.request.tools.map(({ name }) => name)).toContain('browser__open');
    expect(leg.logs.find(({ type }) => type === 'model-request')?.modelRequest).toHaveProperty('requestBody');
    expect(session.state.messages.at(-2)).toMatchObject({
      sender: { name: 'Ada' },
      parts: [{ content: 'Slot Friday for Hello.' }],
    });
    expect(session.state.variables).not.toHaveProperty('MESSAGE');
    await session.trigger({ triggerName: 'go' });
    const next = await session.answerAll('Monday');
    expect(models.calls[1]?.request.tools.map(({ name }) => name)).not.toContain('browser__open');
    expect(next.logs.find(({ type }) => type === 'model-request')?.modelRequest).not.toHaveProperty('requestBody');
    expect(session.state.messages.at(-2)?.parts[0]).toMatchObject({ content: 'Slot Monday for Hi.' });
  });

  test('[rt.execution.pending] [rt.execution.position] leave what a continuation needs in the state', async () => {
    const { session } = converse(withBlocks(ask + answer), steps());
    await session.trigger(go);
    expect(session.pending).toEqual([
      { toolCallId: 'c1', toolName: 'look', args: { at: 'fern' }, source: 'llm', display: 'description' },
    ]);
    expect(session.state.execution?.position).toMatchObject({ block: { kind: 'next-message', cycles: 1 } });
  });

  test('[rt.resume.mixed] [sse.pause.mixed] [sse.event.tool-output] [sse.grammar.g5] ask for external tools when those of the server are done', async () => {
    const mixed = reply(
      toolCall('c1', 'octavus_reference_read', { name: 'care' }),
      toolCall('c2', 'look'),
      toolCall('c3', 'octavus_reference_read', { name: 'no' }),
    );
    const { session, models } = converse(withBlocks(ask + answer), [mixed, reply(text('t', 'Ok.'))]);
    const { events, changes } = await session.trigger(go);
    expect(outline(events).slice(-4)).toEqual([
      'tool-output-error',
      'tool-output-available',
      'tool-request',
      'finish:tool-calls',
    ]);
    expect(find(events, 'tool-output-available')).toEqual({
      type: 'tool-output-available',
      toolCallId: 'c1',
      output: { name: 'care', content: 'Water it.' },
    });
    expect(find(events, 'tool-output-error')).toMatchObject({ toolCallId: 'c3', error: expect.any(String) });
    expect(find(events, 'tool-request')?.toolCalls.map(({ toolCallId }) => toolCallId)).toEqual(['c2']);
    expect(changes.at(-1)?.change).toBe('execution-paused');
    await session.answerAll(1);
    const [results] = models.calls[1]!.request.messages.slice(-1);
    expect(results).toMatchObject({ content: [{ toolCallId: 'c1' }, { toolCallId: 'c2' }, { toolCallId: 'c3' }] });
  });

  test('[rt.durable.step] [rt.durable.tool-result] have every step and result on disk before the next model call', async () => {
    const { session, models } = converse(withBlocks(ask + answer), [
      reply(text('t', 'I read.'), toolCall('c1', 'octavus_reference_read', { name: 'care' })),
      reply(text('u', 'Water it.')),
    ]);
    const before = session.state;
    const { batches } = await session.trigger(go);
    // A run yields all it has before it calls a model: what the second call brought comes after the last batch without its text.
    const second = batches.findIndex((batch) =>
      batch.some((output) => isEvent(output) && output.type === 'text-delta' && output.delta === 'Water it.'),
    );
    const stored = foldAll(
      before,
      batches
        .slice(0, second)
        .flat()
        .filter((output) => 'change' in output),
    );
    expect(stored.messages.at(-1)?.parts).toMatchObject([
      { type: 'text', content: 'I read.' },
      { type: 'tool-call', toolCall: { status: 'available', result: { content: 'Water it.' } } },
    ]);
    models.assertDone();
  });

  test.each([
    ['[sse.finish.content-filter]', 'content-filter'],
    ['[sse.finish.length]', 'length'],
    ['[sse.finish.other]', 'other'],
    ['[sse.finish.error]', 'error'],
  ] as const)('%s finish as the model did: %s', async (_clause, reason) => {
    const { session } = converse(withBlocks(ask + answer), [reply(text('t', 'No'), finish(reason as 'other'))]);
    const { events } = await session.trigger(go);
    expect(events.at(-1)).toMatchObject({ type: 'finish', finishReason: reason === 'error' ? 'stop' : reason });
  });

  test('[sse.finish.last] [sse.finish.stop] finish with stop where no answer was asked for', async () => {
    const { session } = converse(withBlocks(ask), []);
    expect((await session.trigger(go)).events.at(-1)).toMatchObject({ finishReason: 'stop' });
  });
});

describe('a handler', () => {
  const chain = `    First: { block: tool-call, tool: look, output: SLOT }
    Save: { block: set-resource, resource: PLAN, value: SLOT }
    Note: { block: add-message, role: user, prompt: note, input: [SLOT, MESSAGE] }
${answer}`;

  test('[rt.handler.order] [proto.trigger.blocks] runs its blocks in order, each with what earlier ones wrote', async () => {
    const { session, models } = converse(withBlocks(chain), [reply(text('t', 'Done.'))]);
    const first = await session.trigger(go);
    const second = await session.answerAll('Friday');
    expect(outline([...first.events, ...second.events]).filter((line) => line.startsWith('block-'))).toEqual([
      'block-start:First',
      'block-start:First',
      'block-end',
      'block-start:Save',
      'block-end',
      'block-start:Answer',
      'block-end',
    ]);
    expect(session.state.resources.PLAN).toBe('Friday');
    expect(JSON.stringify(models.calls[0]?.request.messages)).toContain('Slot Friday for Hello.');
    expect(session.state.variables.NOTE).toBe('Done.');
  });

  test('[rt.handler.absent] that is not there completes at once', async () => {
    const agent = withBlocks(ask);
    const bare = { ...agent, triggers: new Map([['go', { ...agent.triggers.get('go')!, blocks: [] }]]) };
    const { events, ending } = await converse(bare, []).session.trigger(go);
    expect(outline(events)).toEqual(['start', 'finish:stop']);
    expect(ending).toEqual({ ending: 'completed' });
  });

  test('[rt.handler.failure] [rt.failure] ends at the block that fails; what earlier ones wrote stays', async () => {
    const blocks = `    First: { block: tool-call, tool: look, output: SLOT }
${ask}${answer}    Save: { block: set-resource, resource: PLAN, value: SLOT }
`;
    const broken = failure({ errorType: 'permission_error', retryable: false });
    const { session } = converse(withBlocks(blocks), [reply(broken)]);
    await session.trigger(go);
    const [call] = session.pending;
    const leg = await session.continue({ toolResults: [{ toolCallId: call!.toolCallId, error: 'closed' }] });
    expect(outline(leg.events).slice(-2)).toEqual(['block-start:Answer', 'error:permission_error']);
    expect(session.state.variables).toEqual({ MOOD: 'calm', SLOT: { error: 'closed' } });
    expect(session.state.resources.PLAN).toBe('none');
    expect(session.state.messages.map(({ role }) => role)).toEqual(['assistant', 'user']);
  });

  test('[rt.handler.system-prompt] renders the system prompt per next-message and keeps it over its steps and legs', async () => {
    const blocks = `${ask}    Answer: { block: next-message, output: MOOD }
    Again: { block: next-message }
`;
    const { session, models } = converse(withBlocks(blocks), [
      reply(toolCall('c1', 'look')),
      reply(text('t', 'sad')),
      reply(text('u', 'ok')),
    ]);
    await session.trigger(go);
    session.state = { ...session.state, variables: { MOOD: 'changed meanwhile' } };
    await session.answerAll(1);
    const systems = models.calls.map(({ request }) => request.system[0]?.split('\n')[0]);
    expect(systems).toEqual(['You help NONE, calm.', 'You help NONE, calm.', 'You help NONE, sad.']);
  });

  test('[rt.handler.assistant-message] [proto.trigger.one-message] writes one assistant message, which a message in between closes', async () => {
    const blocks = `${ask}    Save: { block: set-resource, resource: PLAN, value: x }
${answer}    More: { block: add-message, role: user, prompt: message, input: [MESSAGE], visible: false }
    Again: { block: next-message }
`;
    const { session } = converse(withBlocks(blocks), [
      reply(text('s', 'Look.'), toolCall('c1', 'octavus_reference_list')),
      reply(text('t', 'One.')),
      reply(text('u', 'Two.')),
    ]);
    await session.trigger(go);
    expect(session.state.messages.map(({ role, parts }) => [role, parts.map(({ type }) => type).join(' ')])).toEqual([
      ['user', 'text'],
      ['assistant', 'operation text tool-call step-start text'],
      ['user', 'text'],
      ['assistant', 'text'],
    ]);
    const ids = session.state.messages.map(({ id }) => id);
    expect(ids[1]).toBe(session.state.execution?.messageId);
    expect(new Set(ids).size).toBe(4);
  });

  test('[rt.abort.output] [rt.abort] that is aborted writes no output and runs no further block', async () => {
    const { session } = converse(
      withBlocks(`${ask}${answer}    Save: { block: set-resource, resource: PLAN, value: x }\n`),
      [hang(text('t', 'Wat').slice(0, 2))],
    );
    await session.trigger(go, { stop: { afterBatches: 2, reason: 'abort' } });
    expect(session.state.variables).toEqual({ MOOD: 'calm' });
    expect(session.state.resources).toEqual({ PLAN: 'none' });
  });
});

describe('a rollback', () => {
  test.each([
    ['[rt.rollback.absent]', {}],
    ['[rt.rollback.unknown]', { rollbackAfterMessageId: 'made-up' }],
  ])('%s without an anchor that exists removes nothing', async (_clause, options) => {
    const { session } = converse(withBlocks(ask + answer), [reply(text('t', 'One.')), reply(text('u', 'Two.'))]);
    await session.trigger(go);
    await session.trigger(go, options);
    expect(session.state.messages).toHaveLength(4);
    expect(session.state.variables.NOTE).toBe('Two.');
  });
});
