import { expect, test } from 'vitest';
import { converse, outline } from '../../test/converse.ts';
import { toUiMessages } from '../messages/to-ui-messages.ts';
import { anAgent } from '../testing/an-agent.ts';
import { finish, reasoning, reply, text, toolCall } from '../testing/index.ts';

const prompts = {
  system: 'You are kind.',
  message: '{{USER_MESSAGE}}',
  note: 'Note: {{NOTE}}',
  digest: 'Sum up for {{NOTE}}.',
};

/** An agent whose handler `go` has the given blocks. */
function withBlocks(blocks: string, sections = '') {
  return anAgent(
    `
triggers:
  go:
    input:
      USER_MESSAGE: { type: string, optional: true }
      NOTE: { type: string, optional: true }
      PHOTOS: { type: 'file[]', optional: true }
      CARD: { type: unknown, optional: true }
variables:
  SUMMARY: { type: string }
  SLOT: { type: unknown }
  COUNT: { type: integer }
resources:
  PLAN: { type: string, default: '' }
  FIXED: { type: string, default: 'x', readonly: true }
tools:
  book-slot:
    description: Booking your delivery
    parameters:
      note: { type: string, optional: true }
      window: { type: string }
      count: { type: integer, optional: true }
  say-hi:
    description: Says hi
    display: stream
    parameters: {}
agent:
  model: anthropic/claude-sonnet-4-5
  system: system
  tools: [say-hi]
  agentic: true
${sections}
handlers:
  go:
${blocks}
`,
    prompts,
  );
}

const ask = `
    Ask:
      block: add-message
      role: user
      prompt: message
      input: [USER_MESSAGE]
`;

const go = (input: { [name: string]: unknown } = {}) => ({
  triggerName: 'go',
  input: { USER_MESSAGE: 'Hi', ...input },
});

const png = new Uint8Array([137, 80, 78, 71, 13, 10, 26, 10]);

test('[rt.tool-call.external] [rt.tool-call.result] [rt.tool-call.arguments] [rt.resume.block] [rt.part.operation] [proto.block.tool-call] [proto.block.set-resource] a tool-call block pauses, stores its result in the variable and goes on', async () => {
  const agent = withBlocks(`
    Book:
      block: tool-call
      tool: book-slot
      description: Booking
      input: { note: NOTE, window: morning, count: CARD }
      output: SLOT
    Save:
      block: set-resource
      resource: PLAN
      value: SLOT
`);
  const { session } = converse(agent, []);
  const first = await session.trigger(go({ NOTE: 'greenhouse', CARD: '3' }));
  const args = { note: 'greenhouse', window: 'morning', count: 3 };
  expect(outline(first.events)).toEqual([
    'start',
    'block-start:Book',
    'tool-input-start:book-slot',
    'tool-input-end',
    'tool-input-available',
    'tool-request',
    'finish:tool-calls',
  ]);
  expect(first.events.at(-2)).toMatchObject({
    toolCalls: [{ toolName: 'book-slot', args, source: 'block', outputVariable: 'SLOT', blockIndex: 0 }],
  });
  const second = await session.answerAll({ at: 8 });
  expect(outline(second.events)).toEqual([
    'start',
    'block-start:Book',
    'block-end',
    'block-start:Save',
    'resource-update',
    'block-end',
    'finish:stop',
  ]);
  expect(session.state.variables.SLOT).toEqual({ at: 8 });
  expect(session.state.resources.PLAN).toBe('{"at":8}');
  const [message] = toUiMessages(session.state);
  expect(message?.parts.map(({ type }) => type)).toEqual(['tool-call', 'operation']);
});

test('[rt.tool-call.error] a failed tool-call block gives its error to the variable', async () => {
  const agent = withBlocks(`
    Book:
      block: tool-call
      tool: book-slot
      display: hidden
      input: { window: morning }
      output: SLOT
`);
  const { session } = converse(agent, []);
  const first = await session.trigger(go());
  expect(outline(first.events)).toEqual(['start', 'tool-request', 'finish:tool-calls']);
  const [call] = session.pending;
  const second = await session.continue({ toolResults: [{ toolCallId: call!.toolCallId, error: 'closed' }] });
  expect(outline(second.events)).toEqual(['start', 'finish:stop']);
  expect(session.state.variables.SLOT).toEqual({ error: 'closed' });
  expect(session.state.messages).toEqual([]);
});

test('[rt.resume.files] [sse.event.file] files of a block result are announced and kept', async () => {
  const agent = withBlocks(`
    Book:
      block: tool-call
      tool: book-slot
      input: { window: morning }
`);
  const { session } = converse(agent, []);
  await session.trigger(go());
  const file = { id: 'file-1', mediaType: 'image/png', url: 'https://files.example/1' };
  const [call] = session.pending;
  const leg = await session.continue({ toolResults: [{ toolCallId: call!.toolCallId, result: 1, files: [file] }] });
  expect(leg.events).toContainEqual({ type: 'file-available', ...file, toolCallId: call!.toolCallId });
  expect(session.state.messages[0]?.parts[1]).toMatchObject({ type: 'file', visible: true });
});

test('[rt.context.tool-images] images of a tool result are shown to the model, those of a hidden block to nobody else', async () => {
  const agent = withBlocks(`${ask}
    Answer:
      block: next-message
      display: hidden
`);
  const { session, models, ports } = converse(agent, [reply(toolCall('a', 'say-hi', {})), reply(text('t', 'Nice.'))]);
  await session.trigger(go());
  const file = await ports.files.store(png, { mediaType: 'image/png', filename: 'hi.png' });
  const leg = await session.continue({ toolResults: [{ toolCallId: 'a', result: 'ok', files: [file] }] });
  expect(outline(leg.events)).toEqual(['start', 'text-start', 'text-delta:Nice.', 'text-end', 'finish:stop']);
  expect(models.calls[1]?.request.messages.at(-1)).toMatchObject({
    content: [{ files: [{ type: 'file', mediaType: 'image/png', data: { bytes: png } }] }],
  });
});

test('[rt.set-resource.readonly] [sse.error.protocol] [proto.errors.protocol] a read-only resource fails the execution', async () => {
  const agent = withBlocks(`
    Save:
      block: set-resource
      resource: PLAN
      value: NOTE
`);
  const plan = agent.resources.get('PLAN')!;
  const broken = { ...agent, resources: new Map([['PLAN', { ...plan, isReadonly: true }]]) };
  const { session } = converse(broken, []);
  const leg = await session.trigger(go());
  expect(leg.events.at(-1)).toMatchObject({ type: 'error', errorType: 'protocol_error', code: 'PROTOCOL_ERROR' });
});

test('[rt.add-message.ui-content] [rt.add-message.files] [rt.context.user] [proto.block.add-message] uiContent shows people a value and the model the prompt', async () => {
  const agent = withBlocks(`
    Ask:
      block: add-message
      role: user
      prompt: note
      input: [NOTE]
      uiContent: CARD
      files: [PHOTOS]
    Answer:
      block: next-message
`);
  const { session, models, ports } = converse(agent, [reply(text('t', 'ok'))]);
  const photo = await ports.files.store(png, { mediaType: 'image/png', filename: 'a.png' });
  await session.trigger(go({ NOTE: 'secret', CARD: { type: 'Card', size: 2 }, PHOTOS: [photo] }));
  expect(models.calls[0]?.request.messages[0]?.content).toEqual([
    { type: 'file', mediaType: 'image/png', filename: 'a.png', data: { bytes: png } },
    { type: 'text', text: 'Note: secret' },
  ]);
  expect(toUiMessages(session.state)[0]?.parts).toMatchObject([
    { type: 'file' },
    { type: 'object', typeName: 'Card', object: { size: 2 } },
  ]);
});

test('[rt.add-message.visible] [rt.add-message.prompt] an invisible message reaches the model alone, a blank one nobody', async () => {
  const agent = withBlocks(`
    Directive:
      block: add-message
      role: user
      prompt: note
      input: [NOTE]
      visible: false
    Blank:
      block: add-message
      role: user
      prompt: message
      input: [USER_MESSAGE]
    Answer:
      block: next-message
`);
  const { session, models } = converse(agent, [reply(text('t', 'ok'))]);
  const leg = await session.trigger(go({ NOTE: 'x', USER_MESSAGE: '  \n ' }));
  expect(models.calls[0]?.request.messages).toHaveLength(1);
  expect(toUiMessages(session.state)).toHaveLength(1);
  expect(leg.logs.filter(({ type }) => type === 'message')).toHaveLength(2);
});

test('[rt.add-message.system] [rt.context.system] system messages join the context in place and are never shown', async () => {
  const agent = withBlocks(`
    Rule:
      block: add-message
      role: system
      prompt: note
      input: [NOTE]
${ask}
    Answer:
      block: next-message
`);
  const { session, models } = converse(agent, [reply(text('t', 'ok'))]);
  await session.trigger(go({ NOTE: 'rule' }));
  expect(models.calls[0]?.request.system).toEqual(['You are kind.', 'Note: rule']);
  expect(toUiMessages(session.state).map(({ role }) => role)).toEqual(['user', 'assistant']);
});

test('[rt.add-message.live] a visible assistant message is sent live, under the id that start announced', async () => {
  const agent = withBlocks(`
    Greet:
      block: add-message
      role: assistant
      prompt: note
      input: [NOTE]
`);
  const { session } = converse(agent, []);
  const leg = await session.trigger(go({ NOTE: 'hi' }));
  expect(outline(leg.events)).toEqual(['start', 'text-start', 'text-delta:Note: hi', 'text-end', 'finish:stop']);
  expect(leg.events[0]).toMatchObject({ messageId: session.state.messages[0]?.id });
});

test('[rt.stored.independent] [rt.next-message.output] [proto.next-message.main-independent] an independent answer leaves nothing but its variable, across a pause too', async () => {
  const agent = withBlocks(`${ask}
    Think:
      block: next-message
      independent: true
      output: SUMMARY
`);
  const { session, models } = converse(agent, [
    reply(text('t', 'Hm.'), toolCall('a', 'say-hi', {})),
    reply(text('u', ' Short. ')),
  ]);
  const first = await session.trigger(go());
  expect(first.events[1]).toMatchObject({ type: 'block-start', outputToChat: false });
  await session.answerAll('hi');
  expect(models.calls[1]?.request.messages.map(({ role }) => role)).toEqual(['user', 'assistant', 'tool']);
  expect(session.state.messages).toHaveLength(1);
  expect(session.state.variables.SUMMARY).toBe('Short.');
});

test.each(['name', 'description', 'title'] as const)(
  '[sse.display.block.name] [sse.display.block.description] [sse.display.block.title] [rt.part.display] [proto.display.block.label] display %s sends the answer in one piece and hides the work',
  async (display) => {
    const agent = withBlocks(`${ask}
    Answer:
      block: next-message
      display: ${display}
      description: Working
      title: Busy
`);
    const { session, models } = converse(agent, [
      reply(reasoning('r', ['think']), text('a', 'First.'), toolCall('x', 'no-such', {})),
      reply(text('b', 'Fin', 'al.')),
    ]);
    const leg = await session.trigger(go());
    models.assertDone();
    expect(outline(leg.events).slice(-5)).toEqual([
      'text-start',
      'text-delta:Final.',
      'text-end',
      'block-end',
      'finish:stop',
    ]);
    const labels = { name: undefined, description: 'Working', title: 'Busy' };
    const block = leg.events.find((event) => event.type === 'block-start');
    expect(block).toMatchObject({ display, blockName: 'Answer' });
    expect(block?.description).toBe(labels[display]);
    expect(leg.events.filter(({ type }) => type === 'reasoning-start')).toEqual([]);
    const parts = toUiMessages(session.state)[1]!.parts;
    expect(parts.map(({ type }) => type)).toEqual(['tool-call', 'step-start', 'text']);
    expect(models.calls[1]?.request.messages[1]?.content.map(({ type }) => type)).toEqual([
      'reasoning',
      'text',
      'tool-call',
    ]);
  },
);

const threads = `${ask}
    Open:
      block: start-thread
      thread: notes
      system: digest
      input: [NOTE]
      model: openai/gpt-4o
      tools: [say-hi]
      maxSteps: 3
    Put:
      block: add-message
      thread: notes
      role: user
      prompt: note
      input: [NOTE]
    Digest:
      block: next-message
      thread: notes
      output: SUMMARY
    Keep:
      block: serialize-thread
      thread: notes
      output: SLOT
    Answer:
      block: next-message
`;

test('[rt.start-thread.settings] [rt.add-message.thread] [rt.stored.named] [rt.stored.add-message] [rt.serialize-thread] [sse.thread.named] [proto.next-message.named] a named thread has its own settings, prompt and context; people see its text marked', async () => {
  const { session, models } = converse(withBlocks(threads), [
    { ...reply(text('a', 'Wait.'), toolCall('x', 'say-hi', {})), model: 'openai/gpt-4o' },
    reply(text('b', 'Digest.')),
    { ...reply(text('c', 'Answer.')), model: 'anthropic/claude-sonnet-4-5' },
  ]);
  const first = await session.trigger(go({ NOTE: 'me' }));
  expect(first.events.at(-2)).toMatchObject({ toolCalls: [{ thread: 'notes' }] });
  const leg = await session.answerAll('hi');
  models.assertDone();
  expect(models.calls[1]?.request.system).toEqual(['Sum up for me.']);
  expect(models.calls[1]?.request.messages.map(({ role }) => role)).toEqual(['user', 'assistant', 'tool']);
  expect(models.calls[2]?.request.messages.map(({ role }) => role)).toEqual(['user']);
  expect(leg.events[1]).toMatchObject({ type: 'block-start', thread: 'notes', outputToChat: true });
  expect(session.state.variables).toEqual({
    SUMMARY: 'Digest.',
    SLOT: '**User:**\nNote: me\n\n**Assistant:**\nWait.\n[tool: say-hi]\nDigest.',
  });
  const parts = toUiMessages(session.state)[1]!.parts.filter(({ type }) => type !== 'step-start');
  expect(parts.map((part) => [part.type, 'thread' in part ? part.thread : undefined])).toEqual([
    ['text', 'notes'],
    ['tool-call', 'notes'],
    ['text', 'notes'],
    ['operation', undefined],
    ['text', undefined],
  ]);
});

test('[rt.start-thread.replace] a thread survives triggers until it is started again, then it is empty', async () => {
  const { session, models } = converse(withBlocks(threads), [
    reply(text('b', 'One.')),
    reply(text('c', 'Answer.')),
    reply(text('d', 'Two.')),
    reply(text('e', 'Answer.')),
  ]);
  await session.trigger(go({ NOTE: 'me' }));
  expect(session.state.threads.get('notes')?.messages).toHaveLength(2);
  await session.trigger(go({ NOTE: 'me' }));
  expect(models.calls[2]?.request.messages).toHaveLength(1);
});

test('[rt.next-message.unknown-thread] a thread that was never started is a fault of the protocol', async () => {
  const agent = withBlocks(threads);
  const go2 = agent.triggers.get('go')!;
  const blocks = go2.blocks.filter(({ kind }) => kind === 'next-message');
  const broken = { ...agent, triggers: new Map([['go', { ...go2, blocks }]]) };
  const leg = await converse(broken, []).session.trigger(go());
  expect(leg.events.at(-1)).toMatchObject({ type: 'error', code: 'PROTOCOL_ERROR' });
});

test('variables are coerced to their type; what does not fit is stored as it is, and noted', async () => {
  const agent = withBlocks(`${ask}
    Count:
      block: next-message
      independent: true
      output: COUNT
`);
  const { session, models } = converse(agent, [reply(text('a', ' 42 '))]);
  await session.trigger(go());
  expect(session.state.variables.COUNT).toBe(42);
  models.add(reply(text('b', 'many')));
  const leg = await session.trigger(go());
  expect(session.state.variables.COUNT).toBe('many');
  expect(leg.logs.find(({ type }) => type === 'error')).toBeDefined();
});

test('[sse.finish.last] [sse.finish.length] the finish reason is that of the last answer on the main thread, across a pause', async () => {
  const agent = withBlocks(`${ask}
    Answer:
      block: next-message
    Book:
      block: tool-call
      tool: book-slot
      input: { window: morning }
`);
  const { session } = converse(agent, [reply(text('a', 'Cut'), finish('length'))]);
  await session.trigger(go());
  const leg = await session.answerAll(1);
  expect(leg.events.at(-1)).toMatchObject({ type: 'finish', finishReason: 'length' });
});
