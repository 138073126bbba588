import type { StreamEvent } from '@octavus/core';
import { describe, expect, test } from 'vitest';
import { converse, outline } from '../../test/converse.ts';
import { toChatMessages } from '../messages/to-chat-messages.ts';
import { toUiMessages } from '../messages/to-ui-messages.ts';
import { anAgent, aWorker, failure, hang, partByPart, reply, text, toolCall } from '../testing/index.ts';

const sheetWriter = aWorker(
  'sheet-writer',
  `
  input:
    PLANT: { type: string, description: Which plant }
    TONE: { type: string, optional: true, default: calm }
  variables:
    SHEET: { type: string }
  tools:
    read-sensor:
      description: Reads a sensor
      display: stream
      parameters:
        place: { type: string }
  steps:
    Open:
      block: start-thread
      thread: draft
      model: test/worker
      system: system
      input: [TONE]
      tools: [read-sensor]
      maxSteps: 3
    Ask:
      block: add-message
      thread: draft
      role: user
      prompt: ask
      input: [PLANT]
    Draft:
      block: next-message
      thread: draft
      output: SHEET
  output: SHEET
  `,
  { system: 'You are {{TONE}}.', ask: 'A sheet for {{PLANT}}.' },
);

function gardener(options: { display?: string; tools?: string; independent?: boolean } = {}) {
  const { display = 'stream', tools = '{}', independent = false } = options;
  return anAgent(
    `
    triggers:
      user-message:
        input:
          MESSAGE: { type: string }
      write:
        input:
          PLANT: { type: unknown, optional: true }
    variables:
      SHEET: { type: unknown }
      NOTE: { type: string }
    tools:
      measure:
        description: Measures
        parameters:
          place: { type: string }
    workers:
      sheet-writer:
        description: Writing a sheet
        title: The sheet
        display: ${display}
        tools: ${tools}
      ghost:
        description: Is not there
    agent:
      model: test/main
      system: system
      tools: [measure]
      workers: [sheet-writer, ghost]
      agentic: true
    handlers:
      user-message:
        Add: { block: add-message, role: user, prompt: message, input: [MESSAGE] }
        Answer: { block: next-message, independent: ${independent}, output: NOTE }
      write:
        Write: { block: run-worker, worker: sheet-writer, input: { PLANT: PLANT }, output: SHEET }
        Haunt: { block: run-worker, worker: ghost, output: NOTE }
    `,
    { system: 'You garden.', message: '{{MESSAGE}}' },
  );
}

const ask = { triggerName: 'user-message', input: { MESSAGE: 'A sheet, please' } };
const write = { triggerName: 'write', input: { PLANT: 'fern' } };
const callSheet = (id = 'call_1', plant = 'fern') => toolCall(id, 'sheet-writer', { PLANT: plant });

function withWorkers(steps: Parameters<typeof converse>[1], definition = gardener()) {
  return converse(definition, steps, {
    ports: { workers: [{ agentId: 'agent-sheet-writer', version: 1, definition: sheetWriter }] },
  });
}

function ofType<Type extends StreamEvent['type']>(events: readonly StreamEvent[], type: Type) {
  return events.filter((event): event is Extract<StreamEvent, { type: Type }> => event.type === type);
}

describe('a worker on its own', () => {
  test('[proto.worker.alone] [sse.event.worker-start] [sse.event.usage] [sse.worker.standalone] [rt.worker.session] [rt.worker.result] [rt.log.worker] streams worker-start, its blocks, its result, finish and usage', async () => {
    const { session, models } = converse(sheetWriter, [reply(text('t', 'Wipe ', 'it.'))], { input: { PLANT: 'fern' } });
    const { events, ending, logs } = await session.execute();
    models.assertDone();
    expect(ending).toEqual({ ending: 'completed' });
    expect(outline(events)).toEqual([
      'start',
      'worker-start',
      'block-start:Draft',
      'text-start',
      'text-delta:Wipe ',
      'text-delta:it.',
      'text-end',
      'block-end',
      'worker-result',
      'finish:stop',
      'usage',
    ]);
    const { sessionId: workerId } = session.state;
    expect(events[0]).toMatchObject({ executionId: workerId, sessionId: workerId });
    expect(events[1]).toEqual({
      type: 'worker-start',
      workerId,
      workerSlug: 'sheet-writer',
      description: 'Does sheet-writer',
      input: { PLANT: 'fern', TONE: 'calm' },
    });
    expect(events[2]).toMatchObject({ blockId: `${workerId}-2`, thread: 'draft', outputToChat: true, workerId });
    expect(events[8]).toEqual({ type: 'worker-result', workerId, output: 'Wipe it.' });
    expect(events.at(-1)).toEqual({
      type: 'usage',
      cost: { currency: 'USD', bandwidthFee: 0, providerFee: 0, totalFee: 0, byok: true },
      tokens: { inputTokens: 10, outputTokens: 5, totalTokens: 15 },
    });
    expect(logs.map(({ type }) => type)).toEqual([
      'worker-execution',
      'thread-created',
      'message',
      'model-request',
      'step-stats',
      'llm-response',
      'worker-output',
    ]);
    expect(models.calls[0]?.request.system).toEqual(['You are calm.']);
  });

  test('[rt.worker.usage] [sse.example.worker] pauses for its tools and counts the tokens of all legs', async () => {
    const { session, models } = converse(
      sheetWriter,
      [reply(toolCall('call_s', 'read-sensor', { place: 'sill' })), reply(text('t', 'Dry.'))],
      { input: { PLANT: 'fern' } },
    );
    const first = await session.execute();
    const { sessionId: workerId } = session.state;
    expect(ofType(first.events, 'tool-request')[0]).toMatchObject({
      workerId,
      toolCalls: [
        { toolCallId: 'call_s', toolName: 'read-sensor', args: { place: 'sill' }, thread: 'draft', workerId },
      ],
    });
    const { events } = await session.answerAll({ percent: 12 });
    models.assertDone();
    expect(outline(events).slice(0, 3)).toEqual(['start', 'worker-start', 'block-start:Draft']);
    expect(events.at(-1)).toMatchObject({
      type: 'usage',
      tokens: { inputTokens: 20, outputTokens: 10, totalTokens: 30 },
    });
    expect(events.at(-3)).toMatchObject({ type: 'worker-result', output: 'Dry.' });
  });

  test('[rt.worker.masked] [sse.error.permission] [rt.worker.failure] fails with a masked result, then the error', async () => {
    const { session } = converse(sheetWriter, [reply(failure({ errorType: 'permission_error', retryable: false }))], {
      input: { PLANT: 'fern' },
    });
    const { events, ending } = await session.execute();
    expect(ending).toEqual({ ending: 'failed' });
    expect(events.at(-2)).toMatchObject({ type: 'worker-result', error: 'The worker failed: permission_error' });
    expect(events.at(-1)).toMatchObject({ type: 'error', errorType: 'permission_error' });
  });

  test.each([
    ['abort', 'EXECUTION_CANCELLED'],
    ['shutdown', 'SERVER_SHUTDOWN'],
  ] as const)('[sse.abort.worker] ends cancelled and with an error after %s', async (reason, code) => {
    const { session } = converse(sheetWriter, [hang(text('t', 'Wip').slice(0, 2))], { input: { PLANT: 'fern' } });
    const { events, ending } = await session.execute({ stop: { afterBatches: 2, reason } });
    expect(ending).toEqual({ ending: 'aborted' });
    expect(events.at(-2)).toMatchObject({ type: 'worker-result', cancelled: true, error: 'Cancelled' });
    expect(events.at(-1)).toMatchObject({ type: 'error', code });
    expect(toUiMessages(session.state)[0]?.parts).toMatchObject([{ type: 'text', text: 'Wip', status: 'done' }]);
  });
});

describe('a worker in a block', () => {
  test('[rt.run-worker.output] [rt.worker.steps] [proto.worker.missing] [proto.block.run-worker] gives its output to the variable; a missing one gives an error', async () => {
    const { session, models } = withWorkers([reply(text('t', 'Wipe it.'))]);
    const { events, logs } = await session.trigger(write);
    models.assertDone();
    expect(session.state.variables).toEqual({
      SHEET: 'Wipe it.',
      NOTE: expect.stringContaining('There is no worker \\"ghost\\"'),
    });
    expect(outline(events)).toEqual([
      'start',
      'block-start:Write',
      'worker-start',
      'block-start:Draft',
      'text-start',
      'text-delta:Wipe it.',
      'text-end',
      'block-end',
      'worker-result',
      'block-end',
      'block-start:Haunt',
      'worker-start',
      'worker-result',
      'block-end',
      'finish:stop',
    ]);
    expect(session.state.workers.size).toBe(0);
    const { workerId } = ofType(events, 'worker-start')[0]!;
    expect(logs.filter((entry) => entry.workerId === workerId).map(({ type }) => type)).toEqual([
      'worker-execution',
      'thread-created',
      'message',
      'model-request',
      'step-stats',
      'llm-response',
      'worker-output',
    ]);
    expect(toUiMessages(session.state)[0]?.parts).toMatchObject([
      {
        type: 'worker',
        workerId,
        workerSlug: 'sheet-writer',
        description: 'Writing a sheet',
        input: { PLANT: 'fern', TONE: 'calm' },
        parts: [{ type: 'text', text: 'Wipe it.', thread: 'draft' }],
        output: 'Wipe it.',
        status: 'done',
      },
      { type: 'worker', workerSlug: 'ghost', status: 'error', error: 'The worker failed: validation_error' },
    ]);
  });

  test('[rt.worker.tools] [sse.grammar.g8] pauses the whole execution and goes on where it was', async () => {
    const steps = [reply(toolCall('call_s', 'read-sensor', { place: 'sill' })), reply(text('t', 'Dry.'))];
    const { session, models } = withWorkers(steps, gardener({ tools: '{ read-sensor: measure }' }));
    const first = await session.trigger(write);
    const { workerId } = ofType(first.events, 'worker-start')[0]!;
    expect(ofType(first.events, 'tool-input-start')[0]).toMatchObject({ toolName: 'measure', workerId });
    expect(ofType(first.events, 'tool-request')[0]).toMatchObject({
      workerId,
      toolCalls: [{ toolName: 'measure', args: { place: 'sill' }, source: 'llm', thread: 'draft', workerId }],
    });
    expect(toUiMessages(session.state)[0]?.parts).toMatchObject([
      { type: 'worker', status: 'running', parts: [{ type: 'tool-call', toolName: 'measure', status: 'running' }] },
    ]);
    const { events } = await session.answerAll({ percent: 12 });
    models.assertDone();
    expect(outline(events).slice(0, 4)).toEqual(['start', 'block-start:Write', 'worker-start', 'block-start:Draft']);
    expect(ofType(events, 'worker-start')[0]).toMatchObject({ workerId, input: { PLANT: 'fern' } });
    expect(session.state.variables.SHEET).toBe('Dry.');
    expect(toUiMessages(session.state)[0]?.parts[0]).toMatchObject({
      status: 'done',
      parts: [{ type: 'tool-call', toolName: 'measure', status: 'done', result: { percent: 12 } }, { type: 'text' }],
    });
  });

  test('[rt.worker.input] with input that does not fit gives an error', async () => {
    const { session } = withWorkers([]);
    const { events } = await session.trigger({ triggerName: 'write', input: { PLANT: { a: 1 } } });
    expect(session.state.variables.SHEET).toMatchObject({ error: expect.stringContaining('PLANT') });
    expect(ofType(events, 'worker-result')[0]).toMatchObject({ error: 'The worker failed: validation_error' });
  });

  test('[rt.worker.failure] [proto.errors.tool] that fails lets its caller go on', async () => {
    const { session } = withWorkers([reply(failure({ errorType: 'permission_error', retryable: false }))]);
    const { events, ending, logs } = await session.trigger(write);
    expect(ending).toEqual({ ending: 'completed' });
    expect(session.state.variables.SHEET).toEqual({ error: 'The worker failed: permission_error' });
    expect(ofType(events, 'worker-result')[0]).toMatchObject({ error: 'The worker failed: permission_error' });
    expect(logs).toContainEqual(expect.objectContaining({ type: 'error', workerSlug: 'sheet-writer' }));
  });

  test('is cancelled with its caller', async () => {
    const { session } = withWorkers([hang(text('t', 'Wip').slice(0, 2))]);
    const { events } = await session.trigger(write, { stop: { afterBatches: 2, reason: 'abort' } });
    expect(outline(events).slice(-5)).toEqual(['text-end', 'block-end', 'worker-result', 'block-end', 'finish:stop']);
    expect(ofType(events, 'worker-result')[0]).toMatchObject({ cancelled: true, error: 'Cancelled' });
    expect(session.state.workers.size).toBe(0);
    expect(toUiMessages(session.state)[0]?.parts).toMatchObject([
      { type: 'worker', status: 'cancelled', parts: [{ type: 'text', text: 'Wip', status: 'done' }] },
    ]);
  });

  test('that waits is cancelled when a newer trigger comes', async () => {
    const { session } = withWorkers([
      reply(toolCall('call_s', 'read-sensor', { place: 'sill' })),
      reply(text('t', 'Hello.')),
    ]);
    await session.trigger(write);
    await session.trigger(ask);
    expect(session.state.workers.size).toBe(0);
    expect(toUiMessages(session.state)[0]?.parts).toMatchObject([
      { type: 'worker', status: 'cancelled', parts: [{ type: 'tool-call', status: 'cancelled' }] },
    ]);
  });
});

describe('a worker that a model calls', () => {
  test('[rt.worker.schema] [rt.part.worker-twice] [sse.event.worker-input] [sse.display.worker.stream] is a tool with its input, shown as itself, stored twice', async () => {
    const { session, models } = withWorkers([
      partByPart(reply(text('t', 'Sure.'), callSheet())),
      reply(text('t', 'Wipe it.')),
      reply(text('t', 'There.')),
    ]);
    const { events } = await session.trigger(ask);
    models.assertDone();
    const [offered] = models.calls[0]!.request.tools.filter(({ name }) => name === 'sheet-writer');
    expect(offered).toMatchObject({
      description: 'Writing a sheet',
      inputSchema: { properties: { PLANT: { type: 'string' }, TONE: { default: 'calm' } }, required: ['PLANT'] },
    });
    expect(outline(events)).toEqual([
      'start',
      'block-start:Answer',
      'text-start',
      'text-delta:Sure.',
      'text-end',
      'worker-input-start',
      'worker-input-delta',
      'worker-input-delta',
      'worker-input-ready',
      'worker-start',
      'block-start:Draft',
      'text-start',
      'text-delta:Wipe it.',
      'text-end',
      'block-end',
      'worker-result',
      'text-start',
      'text-delta:There.',
      'text-end',
      'block-end',
      'finish:stop',
    ]);
    expect(new Set(events.flatMap((event) => ('workerId' in event ? [event.workerId] : []))).size).toBe(1);
    expect(models.calls[2]?.request.messages.at(-1)).toMatchObject({
      role: 'tool',
      content: [{ toolName: 'sheet-writer', output: { kind: 'result', value: 'Wipe it.' } }],
    });
    const [, answer] = toChatMessages(session.state);
    expect(answer?.parts.map(({ type, visible }) => [type, visible])).toEqual([
      ['text', true],
      ['tool-call', false],
      ['worker', true],
      ['step-start', true],
      ['text', true],
    ]);
  });

  test('[rt.worker.parallel] runs beside others of its step, at most 8 at a time, and every one gets its result', async () => {
    const plants = Array.from({ length: 10 }, (_, index) => `plant-${index}`);
    let running = 0;
    let most = 0;
    const gates = plants.map(() => Promise.withResolvers<void>());
    const worker = (index: number) => ({
      batches: [
        () => {
          running += 1;
          most = Math.max(most, running);
          // Late enough for one more to begin, if one more could.
          if (running === 8) setImmediate(() => gates.map((gate) => gate.resolve()));
          return gates[index]!.promise;
        },
        () => {
          running -= 1;
        },
        ...reply(text('t', `Sheet ${index}`)).batches,
      ],
    });
    const { session, models } = withWorkers([
      reply(...plants.map((plant, index) => callSheet(`call_${index}`, plant))),
      ...plants.map((_, index) => worker(index)),
      reply(text('t', 'All done.')),
    ]);
    await session.trigger(ask);
    models.assertDone();
    expect(most).toBe(8);
    const results = models.calls.at(-1)!.request.messages.at(-1)!.content as unknown[];
    expect(results).toHaveLength(10);
    for (const result of results) expect(result).toMatchObject({ output: { value: expect.stringContaining('Sheet') } });
  });

  test('[sse.ids.worker] [rt.resume.workers] [sse.worker.nested] [sse.clients.one-request] pauses with the calls of all workers and of the agent in one request, each resumes at its place', async () => {
    const { session, models } = withWorkers([
      reply(callSheet('call_1', 'fern'), toolCall('call_m', 'measure', { place: 'hall' }), callSheet('call_2', 'rose')),
      reply(toolCall('call_a', 'read-sensor', { place: 'a' })),
      reply(toolCall('call_b', 'read-sensor', { place: 'b' })),
      reply(toolCall('call_c', 'read-sensor', { place: 'c' })),
      reply(text('t', 'Second.')),
      reply(text('t', 'First.')),
      reply(text('t', 'Done.')),
    ]);
    const first = await session.trigger(ask);
    const request = ofType(first.events, 'tool-request')[0]!;
    expect(request.workerId).toBeUndefined();
    expect(request.toolCalls.map(({ toolName, args }) => [toolName, args])).toEqual([
      ['measure', { place: 'hall' }],
      ['read-sensor', { place: 'a' }],
      ['read-sensor', { place: 'b' }],
    ]);
    const workerIds = request.toolCalls.map(({ workerId }) => workerId);
    expect(workerIds[0]).toBeUndefined();
    expect(new Set(workerIds).size).toBe(3);
    const second = await session.answerAll({ ok: true });
    expect(ofType(second.events, 'worker-start').map(({ workerId }) => workerId)).toEqual(workerIds.slice(1));
    expect(ofType(second.events, 'tool-request')[0]?.toolCalls).toHaveLength(1);
    expect(ofType(second.events, 'tool-request')[0]?.workerId).toBe(workerIds[1]);
    expect(ofType(second.events, 'worker-result').map(({ workerId }) => workerId)).toEqual([workerIds[2]]);
    const third = await session.answerAll({ ok: true });
    models.assertDone();
    expect(ofType(third.events, 'worker-start').map(({ workerId }) => workerId)).toEqual([workerIds[1]]);
    expect(third.events.at(-1)).toMatchObject({ type: 'finish', finishReason: 'stop' });
  });

  test.each([
    ['name', undefined],
    ['description', 'Writing a sheet'],
    ['title', 'The sheet'],
  ])(
    '[sse.display.worker.brief] [proto.display.worker.label] shows only start and result with display %s',
    async (display, description) => {
      const steps = [reply(callSheet()), reply(text('t', 'Wipe it.')), reply(text('t', 'There.'))];
      const { session } = withWorkers(steps, gardener({ display }));
      const { events } = await session.trigger(ask);
      const ofWorker = events.filter((event) => 'workerId' in event);
      expect(ofWorker).toEqual([
        expect.objectContaining({ type: 'worker-start', workerSlug: 'sheet-writer' }),
        expect.objectContaining({ type: 'worker-result', output: 'Wipe it.' }),
      ]);
      expect(ofWorker[0]).not.toHaveProperty('input');
      expect((ofWorker[0] as { description?: string }).description).toBe(description);
      expect(toUiMessages(session.state)[1]?.parts[0]).toMatchObject({ type: 'worker', parts: [], output: 'Wipe it.' });
    },
  );

  test('[sse.display.worker.hidden] shows nothing with display hidden, but its tools are asked for', async () => {
    const steps = [reply(callSheet()), reply(toolCall('call_s', 'read-sensor', { place: 'a' }))];
    const { session } = withWorkers(steps, gardener({ display: 'hidden' }));
    const { events } = await session.trigger(ask);
    expect(outline(events)).toEqual(['start', 'block-start:Answer', 'tool-request', 'finish:tool-calls']);
    expect(toUiMessages(session.state)[1]?.parts).toEqual([]);
  });

  test('[sse.grammar.g9] inside a block outside the chat has the block announced again before more follows', async () => {
    const steps = [reply(callSheet()), reply(text('t', 'Wipe it.')), reply(text('t', 'There.'))];
    const { session } = withWorkers(steps, gardener({ independent: true }));
    const { events } = await session.trigger(ask);
    expect(outline(events).slice(-7)).toEqual([
      'worker-result',
      'block-start:Answer',
      'text-start',
      'text-delta:There.',
      'text-end',
      'block-end',
      'finish:stop',
    ]);
    expect(session.state.variables.NOTE).toBe('There.');
  });

  test('with arguments that do not fit, or no such worker, answers the model with what is wrong', async () => {
    const { session, models } = withWorkers([
      reply(
        toolCall('call_1', 'sheet-writer', {}),
        toolCall('call_2', 'ghost'),
        toolCall('call_3', 'sheet-writer', '{"PL'),
      ),
      reply(text('t', 'Sorry.')),
    ]);
    const { events } = await session.trigger(ask);
    models.assertDone();
    expect(models.calls[1]?.request.messages.at(-1)).toMatchObject({
      content: [
        { output: { kind: 'error', message: 'Invalid input: Input PLANT is required.' } },
        { output: { kind: 'error', message: 'There is no worker "ghost" in this project.' } },
        { output: { kind: 'error', message: expect.stringContaining('one JSON object') } },
      ],
    });
    expect(ofType(events, 'worker-result')).toHaveLength(3);
  });

  test('of which the arguments are being written is cancelled when the run stops', async () => {
    const { session } = withWorkers([hang(callSheet().slice(0, 2))]);
    const { events } = await session.trigger(ask, { stop: { afterBatches: 2, reason: 'abort' } });
    expect(outline(events).slice(-5)).toEqual([
      'worker-input-ready',
      'worker-start',
      'worker-result',
      'block-end',
      'finish:stop',
    ]);
    expect(toUiMessages(session.state)[1]?.parts).toMatchObject([{ type: 'worker', status: 'cancelled' }]);
  });

  test('[rt.execution.definition] goes on in another process with the version it began with', async () => {
    const { session, models, ports } = withWorkers([
      reply(callSheet()),
      reply(toolCall('call_s', 'read-sensor', { place: 'a' })),
      reply(text('t', 'Wipe it.')),
      reply(text('t', 'There.')),
    ]);
    await session.trigger(ask);
    const asked: unknown[] = [];
    const { getWorker } = ports;
    Object.assign(ports, {
      getWorker: (...key: Parameters<typeof getWorker>) => {
        asked.push(key);
        return getWorker(...key);
      },
    });
    await session.answerAll({ ok: true });
    models.assertDone();
    expect(asked).toEqual([['agent-sheet-writer', 1]]);
  });

  test('that the engine cannot run fails, and the server learns why', async () => {
    const { session, ports } = withWorkers([reply(callSheet()), reply(text('t', 'There.'))]);
    const broken = { ...sheetWriter, steps: [null as never] };
    Object.assign(ports, { findWorker: async () => ({ agentId: 'a', version: 1, definition: broken }) });
    await expect(session.trigger(ask)).rejects.toThrow(TypeError);
    expect(session.state.execution?.status).toBe('completed');
  });
});
