import { expect, test } from 'vitest';
import { converse, hostLeg, outline } from '../test/converse.ts';
import { toUiMessages } from './messages/to-ui-messages.ts';
import { isDeferrable, isEvent } from './ports.ts';
import { anAgent } from './testing/an-agent.ts';
import { aProviderFailure, finish, hang, memoryPorts, partByPart, reply, text, toolCall } from './testing/index.ts';

const chat = anAgent(
  `
  input:
    NAME: { type: string, optional: true }
  triggers:
    user-message:
      input:
        USER_MESSAGE: { type: string }
  tools:
    find-order:
      description: Looking up your order
      parameters:
        orderNo: { type: string }
    pick-slot:
      description: Choose a slot
      display: title
      title: Choosing
      parameters:
        from: { type: string, optional: true }
  agent:
    model: anthropic/claude-sonnet-4-5
    system: system
    input: [NAME]
    tools: [find-order, pick-slot]
    agentic: true
  handlers:
    user-message:
      Add message:
        block: add-message
        role: user
        prompt: message
        input: [USER_MESSAGE]
      Answer:
        block: next-message
  `,
  { system: 'You help {{NAME}}.', message: '{{USER_MESSAGE}}' },
);

const hello = { triggerName: 'user-message', input: { USER_MESSAGE: 'Hi' } };

test('[sse.event.text] [rt.stored.main] [rt.message.sender] [rt.add-message.role] [rt.execution.ids] [proto.next-message.main] a plain turn streams the answer and stores it', async () => {
  const { session, models } = converse(chat, [partByPart(reply(text('a', 'Hel', 'lo')))], { input: { NAME: 'Ada' } });
  const leg = await session.trigger(hello, { sender: { name: 'Ada' } });
  models.assertDone();
  expect(outline(leg.events)).toEqual([
    'start',
    'block-start:Answer',
    'text-start',
    'text-delta:Hel',
    'text-delta:lo',
    'text-end',
    'block-end',
    'finish:stop',
  ]);
  expect(models.calls[0]?.request.system).toEqual(['You help Ada.']);
  const [question, answer] = toUiMessages(session.state);
  expect(question).toMatchObject({ role: 'user', sender: { name: 'Ada' }, parts: [{ type: 'text', text: 'Hi' }] });
  expect(answer).toMatchObject({ role: 'assistant', status: 'done', parts: [{ type: 'text', text: 'Hello' }] });
  expect(answer?.id).toBe(leg.events[0]?.type === 'start' && leg.events[0].messageId);
  expect(session.state.execution?.status).toBe('completed');
});

test('[rt.message.identity] ids increase in the order of the messages', async () => {
  const { session } = converse(chat, [reply(text('a', 'Hello')), reply(text('b', 'Bye'))], { input: { NAME: 'Ada' } });
  await session.trigger(hello);
  await session.trigger(hello);
  const ids = session.state.messages.map(({ id }) => id);
  expect(ids).toHaveLength(4);
  expect(ids).toEqual([...ids].sort());
});

test('the first array holds everything up to the first model call', async () => {
  const { session } = converse(chat, [reply(text('a', 'Hello'))]);
  const [first] = (await session.trigger(hello)).batches;
  expect(first?.filter(isEvent).map((event) => event.type)).toEqual(['start', 'block-start']);
  expect(first?.flatMap((output) => ('change' in output ? [output.change] : []))).toEqual([
    'execution-started',
    'message-appended',
  ]);
});

test('[sse.clients.last-message] [rt.session.messages] a second turn sees the first and names its last message', async () => {
  const { session, models } = converse(chat, [reply(text('a', 'Hello')), reply(text('b', 'Again'))]);
  await session.trigger(hello);
  const lastId = session.state.messages.at(-1)!.id;
  const leg = await session.trigger({ ...hello, input: { USER_MESSAGE: 'More' } });
  expect(leg.events[0]).toMatchObject({ type: 'start', lastMessageId: lastId });
  expect(models.calls[1]?.request.messages.map(({ role }) => role)).toEqual(['user', 'assistant', 'user']);
});

test('[rt.loop.external] [rt.resume.model-call] [rt.context.assistant] [rt.part.step-start] [sse.finish.tool-calls] [sse.event.tool-request] [proto.tools.pause] an external call pauses the execution and its result continues it', async () => {
  const { session, models } = converse(chat, [
    partByPart(reply(text('a', 'I look.'), toolCall('call_1', 'find-order', { orderNo: 'LK-2041' }))),
    reply(text('b', 'Friday.')),
  ]);
  const first = await session.trigger(hello);
  expect(first.ending).toEqual({ ending: 'paused' });
  expect(outline(first.events).slice(-6)).toEqual([
    'tool-input-delta',
    'tool-input-delta',
    'tool-input-end',
    'tool-input-available',
    'tool-request',
    'finish:tool-calls',
  ]);
  expect(first.events.at(-2)).toEqual({
    type: 'tool-request',
    toolCalls: [{ toolCallId: 'call_1', toolName: 'find-order', args: { orderNo: 'LK-2041' }, source: 'llm' }],
  });
  const second = await session.continue({
    executionId: session.state.execution!.executionId,
    toolResults: [{ toolCallId: 'call_1', result: { eta: '2026-03-06' } }],
  });
  models.assertDone();
  expect(outline(second.events)).toEqual([
    'start',
    'block-start:Answer',
    'text-start',
    'text-delta:Friday.',
    'text-end',
    'block-end',
    'finish:stop',
  ]);
  expect(models.calls[1]?.request.messages.slice(1)).toEqual([
    {
      role: 'assistant',
      content: [
        { type: 'text', text: 'I look.' },
        { type: 'tool-call', toolCallId: 'call_1', toolName: 'find-order', input: { orderNo: 'LK-2041' } },
      ],
    },
    {
      role: 'tool',
      content: [
        {
          type: 'tool-result',
          toolCallId: 'call_1',
          toolName: 'find-order',
          output: { kind: 'result', value: { eta: '2026-03-06' } },
        },
      ],
    },
  ]);
  const parts = toUiMessages(session.state)[1]!.parts;
  expect(parts.map(({ type }) => type)).toEqual(['text', 'tool-call', 'step-start', 'text']);
});

test('[sse.display.tool.title] [proto.display.tool.title] [proto.display.tool.model] a title tool shows its title and keeps arguments to itself, not from the executor', async () => {
  const { session } = converse(chat, [reply(toolCall('call_1', 'pick-slot', { from: 'now' }))]);
  const { events } = await session.trigger(hello);
  expect(events.find(({ type }) => type === 'tool-input-start')).toMatchObject({ title: 'Choosing', display: 'title' });
  expect(events.find(({ type }) => type === 'tool-input-available')).toMatchObject({ input: {} });
  expect(events.some(({ type }) => type === 'tool-input-delta')).toBe(false);
  expect(events.find(({ type }) => type === 'tool-request')).toMatchObject({ toolCalls: [{ args: { from: 'now' } }] });
});

test('[rt.loop.unfit] unfit arguments and unknown tools are answered at once, the model goes on', async () => {
  const { session, models } = converse(chat, [
    reply(
      toolCall('a', 'find-order', { orderNo: 7 }),
      toolCall('b', 'no-such', {}),
      toolCall('c', 'find-order', 'oops'),
    ),
    reply(text('t', 'Sorry.')),
  ]);
  const leg = await session.trigger(hello);
  expect(leg.ending).toEqual({ ending: 'completed' });
  const errors = leg.events.flatMap((event) => (event.type === 'tool-output-error' ? [event.error] : []));
  expect(errors).toEqual([
    'Invalid arguments: orderNo must be a string, not 7.',
    'There is no tool named "no-such".',
    'Invalid arguments: they must be one JSON object.',
  ]);
  expect(models.calls[1]?.request.messages.at(-1)?.role).toBe('tool');
});

test('[rt.loop.cycles] after the last allowed cycle one step without tools follows', async () => {
  const oneCycle = { ...chat, agent: { ...chat.agent!, cycles: { kind: 'literal', value: 1 } as const } };
  const { session, models } = converse(oneCycle, [
    reply(toolCall('a', 'no-such', {})),
    reply(text('t', 'Done.'), toolCall('b', 'find-order', { orderNo: 'x' }), finish('tool-calls')),
  ]);
  const leg = await session.trigger(hello);
  expect(models.calls.map(({ request }) => request.toolChoice)).toEqual(['auto', 'none']);
  expect(leg.events.at(-1)).toMatchObject({ type: 'finish', finishReason: 'stop' });
  expect(leg.ending).toEqual({ ending: 'completed' });
});

test('[rt.resume.match] [proto.pause.missing] missing results fail, foreign ones are ignored, the first of two wins', async () => {
  const { session } = converse(chat, [
    reply(toolCall('a', 'find-order', { orderNo: 'x' }), toolCall('b', 'pick-slot', {})),
    reply(text('t', 'Done.')),
  ]);
  await session.trigger(hello);
  await session.continue({
    toolResults: [
      { toolCallId: 'zzz', result: 1 },
      { toolCallId: 'b', error: 'closed' },
      { toolCallId: 'b', result: 'late' },
    ],
  });
  const calls = session.state.messages.flatMap(({ parts }) => parts.filter((part) => part.type === 'tool-call'));
  expect(calls.map(({ toolCall: { status, error } }) => [status, error])).toEqual([
    ['error', 'No result was provided.'],
    ['error', 'closed'],
  ]);
});

test('[sse.pause.superseded] [rt.context.unanswered] [rt.cancelled-calls] a new trigger supersedes a waiting execution; its calls are closed', async () => {
  const { session, models } = converse(chat, [
    reply(toolCall('a', 'find-order', { orderNo: 'x' })),
    reply(text('t', 'Fresh.')),
  ]);
  await session.trigger(hello);
  const old = session.state.execution!.executionId;
  const leg = await session.trigger(hello);
  expect(leg.changes[0]).toEqual({ change: 'execution-ended', executionId: old, status: 'superseded' });
  expect(models.calls[1]?.request.messages.map(({ role }) => role)).toEqual(['user', 'assistant', 'tool', 'user']);
  await expect(session.continue({ executionId: old, toolResults: [{ toolCallId: 'a', result: 1 }] })).rejects.toThrow(
    'not-resumable',
  );
});

test('[rt.rollback.message] [rt.rollback.null] rollback removes the turn before it is tried again', async () => {
  const { session, models } = converse(chat, [
    reply(text('a', 'One')),
    reply(text('b', 'Two')),
    reply(text('c', 'Three')),
  ]);
  await session.trigger(hello);
  const second = await session.trigger(hello);
  const anchor = second.events[0]?.type === 'start' ? second.events[0].lastMessageId! : '';
  await session.trigger(hello, { rollbackAfterMessageId: anchor });
  expect(session.state.messages.map(({ parts }) => parts[0]?.type === 'text' && parts[0].content)).toEqual([
    'Hi',
    'One',
    'Hi',
    'Three',
  ]);
  models.add(reply(text('d', 'Four')));
  const fresh = await session.trigger(hello, { rollbackAfterMessageId: null });
  expect(fresh.events[0]).not.toHaveProperty('lastMessageId');
  expect(session.state.messages).toHaveLength(2);
});

test('[rt.abort] [rt.log.abort] [sse.finish.stop] [proto.errors.stop] an abort ends the stream as it should and keeps the text', async () => {
  const { session } = converse(chat, [hang(text('a', 'Roses need').slice(0, 2))]);
  const leg = await session.trigger(hello, { stop: { afterBatches: 2, reason: 'abort' } });
  expect(outline(leg.events).slice(-4)).toEqual(['text-delta:Roses need', 'text-end', 'block-end', 'finish:stop']);
  expect(leg.logs.at(-1)).toMatchObject({ type: 'abort', abortedAtBlock: 'Answer' });
  expect(session.state.execution?.status).toBe('aborted');
  expect(toUiMessages(session.state)[1]).toMatchObject({ status: 'done', parts: [{ text: 'Roses need' }] });
});

test('[sse.error.internal] a shutdown ends with an error that may be retried', async () => {
  const { session } = converse(chat, [hang(text('a', 'Roses').slice(0, 2))]);
  const leg = await session.trigger(hello, { stop: { afterBatches: 2, reason: 'shutdown' } });
  expect(leg.events.at(-1)).toMatchObject({ type: 'error', code: 'SERVER_SHUTDOWN', retryable: true });
  expect(session.state.execution?.status).toBe('aborted');
});

test('[rt.lock.lease] a lost lease ends the run without a word', async () => {
  const { session } = converse(chat, [hang(text('a', 'Roses').slice(0, 2))]);
  const leg = await session.trigger(hello, { stop: { afterBatches: 2, reason: 'lease-lost' } });
  expect(leg.batches).toHaveLength(2);
  expect(session.state.execution?.status).toBe('running');
});

test('[rt.log.tool-result] a stop in the middle of a call cancels the call', async () => {
  const { session } = converse(chat, [hang(toolCall('call_1', 'find-order', { orderNo: 'LK' }).slice(0, 2))]);
  const leg = await session.trigger(hello, { stop: { afterBatches: 2, reason: 'abort' } });
  expect(leg.logs.find(({ type }) => type === 'tool-result')).toMatchObject({ toolName: 'find-order' });
  expect(toUiMessages(session.state)[1]).toMatchObject({ parts: [{ type: 'tool-call', status: 'cancelled' }] });
});

test('a stop just before a pause leaves nothing waiting', async () => {
  const { session } = converse(chat, [
    { batches: [[...toolCall('a', 'find-order', { orderNo: 'x' })], finish('tool-calls')] },
  ]);
  await session.trigger(hello, { stop: { afterBatches: 2, reason: 'disconnect' } });
  expect(session.state.execution?.status).toBe('aborted');
});

test('a stream that breaks off before it says anything is a network failure', async () => {
  const { session, ports } = converse(chat, [{ batches: [] }, reply(text('a', 'Hello'))]);
  const leg = await session.trigger(hello);
  expect(ports.clock.slept).toEqual([1000]);
  expect(leg.ending).toEqual({ ending: 'completed' });
});

test('[sse.error.authentication] a model that cannot be resolved fails the execution with its own error', async () => {
  const model = 'anthropic/claude-sonnet-4-5';
  const unavailable = {
    [model]: aProviderFailure({
      errorType: 'authentication_error',
      source: 'platform',
      code: 'PROVIDER_NOT_CONFIGURED',
      retryable: false,
    }),
  };
  const { session } = converse(chat, [], { models: { unavailable } });
  const leg = await session.trigger(hello);
  expect(leg.events.at(-1)).toMatchObject({ type: 'error', code: 'PROVIDER_NOT_CONFIGURED', source: 'platform' });
});

test('[rt.durable.deltas] partial text is saved when the model falls silent, and nothing waits for it', async () => {
  const { session } = converse(chat, [hang(text('a', 'Roses').slice(0, 2))]);
  const leg = await session.trigger(hello, { stop: { afterBatches: 3, reason: 'abort' } });
  const [save] = leg.batches[2]!;
  expect(save).toMatchObject({ change: 'message-appended', message: { parts: [{ content: 'Roses', isOpen: true }] } });
  expect(save && 'change' in save && isDeferrable(save)).toBe(true);
  expect(toUiMessages(session.state)[1]).toMatchObject({ status: 'done', parts: [{ text: 'Roses' }] });
});

test('[rt.resume.repeat] [rt.execution.leg-checkpoint] a broken off leg is repeated with the results it had', async () => {
  const { session, models } = converse(chat, [
    reply(toolCall('a', 'find-order', { orderNo: 'x' })),
    hang(text('t', 'Fri').slice(0, 2)),
    reply(text('t', 'Friday.')),
  ]);
  await session.trigger(hello);
  await session.answerAll({ eta: 'Friday' }, { stop: { afterBatches: 2, reason: 'disconnect' } });
  expect(session.state.execution?.status).toBe('aborted');
  const { executionId } = session.state.execution!;
  const leg = await session.continue({ executionId, toolResults: [{ toolCallId: 'a', result: 'another' }] });
  expect(leg.changes[0]).toEqual({ change: 'leg-restarted', executionId });
  expect(models.calls[2]?.request.messages).toEqual(models.calls[1]?.request.messages);
  const texts = toUiMessages(session.state)[1]!.parts.filter(({ type }) => type === 'text');
  expect(texts).toMatchObject([{ text: 'Friday.' }]);
});

test('a leg stopped through the API is not repeated', async () => {
  const { session } = converse(chat, [reply(toolCall('a', 'find-order', { orderNo: 'x' })), hang()]);
  await session.trigger(hello);
  await session.answerAll(1, { stop: { afterBatches: 1, reason: 'abort' } });
  const { executionId } = session.state.execution!;
  await expect(session.continue({ executionId, toolResults: [{ toolCallId: 'a', result: 1 }] })).rejects.toThrow(
    'not-resumable',
  );
});

test('[rt.errors.internal] [sse.error.internal] a fault of the engine becomes an internal error and the host gets the cause', async () => {
  const resolve = () => {
    throw new Error('broken port');
  };
  const leg = await hostLeg(chat, hello, memoryPorts({ models: { resolve } }));
  expect(leg.events.at(-1)).toMatchObject({
    errorType: 'internal_error',
    message: 'An internal error occurred (request req_1)',
  });
  expect(leg.ending).toMatchObject({ ending: 'failed', cause: new Error('broken port') });
  expect(leg.state.execution?.status).toBe('failed');
});

test('[rt.errors.internal] a fault of a model adapter ends the run as an internal error, keeps what was said, and is not tried again', async () => {
  const fault = new TypeError('a bug of the adapter');
  const broken = () => {
    throw fault;
  };
  const { models, ports } = converse(chat, [{ batches: [text('a', 'Roses need').slice(0, 2), broken] }]);
  const leg = await hostLeg(chat, hello, ports);
  expect(leg.events.at(-1)).toMatchObject({ errorType: 'internal_error', source: 'platform' });
  expect(leg.ending).toEqual({ ending: 'failed', cause: fault });
  expect(JSON.stringify([leg.events, leg.logs])).not.toContain('a bug of the adapter');
  expect(toUiMessages(leg.state)[1]).toMatchObject({ status: 'done', parts: [{ text: 'Roses need' }] });
  expect(models.calls).toHaveLength(1);
  expect(ports.clock.slept).toEqual([]);
});
