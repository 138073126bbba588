import { describe, expect, test } from 'vitest';
import { converse, outline } from '../../test/converse.ts';
import { ofType, sheetWriter } from '../../test/gardener.ts';
import { toUiMessages } from '../messages/to-ui-messages.ts';
import { failure, hang, reply, text, toolCall } from '../testing/index.ts';

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
