import { describe, expect, test } from 'vitest';
import { outline } from '../../test/converse.ts';
import { ask, callSheet, gardener, ofType, sheetWriter, withWorkers } from '../../test/gardener.ts';
import { toChatMessages } from '../messages/to-chat-messages.ts';
import { toUiMessages } from '../messages/to-ui-messages.ts';
import { hang, partByPart, reply, text, toolCall } from '../testing/index.ts';

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
