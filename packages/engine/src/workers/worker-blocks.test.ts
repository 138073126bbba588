import { describe, expect, test } from 'vitest';
import { outline } from '../../test/converse.ts';
import { ask, gardener, ofType, withWorkers, write } from '../../test/gardener.ts';
import { toUiMessages } from '../messages/to-ui-messages.ts';
import { failure, hang, reply, text, toolCall } from '../testing/index.ts';

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
