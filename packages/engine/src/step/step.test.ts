import { expect, test } from 'vitest';
import { converse, outline } from '../../test/converse.ts';
import { toUiMessages } from '../messages/to-ui-messages.ts';
import { anAgent } from '../testing/an-agent.ts';
import { inBatchesOf, partByPart, reasoning, reply, text, toolCall } from '../testing/index.ts';

const prompts = { system: 'You are kind.', message: '{{USER_MESSAGE}}' };

function anAnswerer(agentKeys: string, sections = '', blockKeys = '') {
  return anAgent(
    `
triggers:
  go:
    input:
      USER_MESSAGE: { type: string, optional: true, default: Hi }
${sections}
agent:
  model: anthropic/claude-sonnet-4-5
  system: system
  agentic: true
${agentKeys}
handlers:
  go:
    Ask:
      block: add-message
      role: user
      prompt: message
      input: [USER_MESSAGE]
    Answer:
      block: next-message
${blockKeys}
`,
    prompts,
  );
}

const go = { triggerName: 'go' };
const cardType = `
types:
  Card:
    advice: { type: string }
    tags: { type: 'string[]', optional: true }
variables:
  CARD: { type: Card }
`;
const structured = anAnswerer('', cardType, '      responseType: Card\n      output: CARD');
const card = '{"advice":"Move it","tags":["light"]}';

test('[rt.object.announced] [rt.object.valid] [rt.part.object] structured output is announced by its first character, stored as an object and given to the variable', async () => {
  const { session, models } = converse(structured, [
    partByPart(reply(text('a', ' ', card.slice(0, 9), card.slice(9)))),
  ]);
  const leg = await session.trigger(go);
  expect(models.calls[0]?.request.responseFormat).toMatchObject({ name: 'Card', schema: { type: 'object' } });
  expect(leg.events.find(({ type }) => type === 'text-start')).toMatchObject({ responseType: 'Card' });
  expect(session.state.variables.CARD).toEqual(JSON.parse(card));
  expect(toUiMessages(session.state)[1]?.parts).toMatchObject([{ type: 'object', typeName: 'Card', status: 'done' }]);
});

test('[rt.object.repaired] an invalid object is asked for once more, with what was wrong', async () => {
  const { session, models } = converse(structured, [reply(text('a', '{"advice":7}')), reply(text('b', card))]);
  const leg = await session.trigger(go);
  expect(leg.ending).toEqual({ ending: 'completed' });
  const question = models.calls[1]?.request.messages.at(-1)?.content[0];
  expect(question).toMatchObject({ type: 'text', text: expect.stringContaining('advice must be a string, not 7') });
  expect(toUiMessages(session.state)[1]?.parts).toMatchObject([{ type: 'object', status: 'done' }]);
  expect(session.state.variables.CARD).toEqual(JSON.parse(card));
});

test('[rt.object.failed] [sse.error.execution] a second invalid object fails the execution and writes nothing', async () => {
  const { session } = converse(structured, [reply(text('a', 'Sure!')), reply(text('b', '{"advice":'))]);
  const leg = await session.trigger(go);
  expect(leg.events.at(-1)).toMatchObject({ type: 'error', code: 'INVALID_STRUCTURED_OUTPUT' });
  expect(session.state.variables).not.toHaveProperty('CARD');
  expect(toUiMessages(session.state)[1]?.parts.at(-1)).toMatchObject({ type: 'object', status: 'error' });
});

test.each([
  `\`\`\`json\n${card}\n\`\`\``,
  `Here it is:\n\n\`\`\`\n${card}\n\`\`\`\nEnjoy!`,
  `\`\`\`json\n${card}\`\`\``,
])('an object inside a Markdown fence is taken out of it: %j', async (answer) => {
  const { session } = converse(structured, [partByPart(reply(text('a', ...answer.match(/[\s\S]{1,9}/g)!)))]);
  const leg = await session.trigger(go);
  expect(leg.ending).toEqual({ ending: 'completed' });
  expect(session.state.variables.CARD).toEqual(JSON.parse(card));
  expect(toUiMessages(session.state)[1]?.parts).toMatchObject([{ type: 'object', typeName: 'Card', status: 'done' }]);
});

test('in a mode that hides the work the object is sent in one piece, without the talk around it', async () => {
  const quiet = anAnswerer('', cardType, '      responseType: Card\n      output: CARD\n      display: name');
  const { session } = converse(quiet, [reply(text('a', 'Sure: '), text('b', card))]);
  const leg = await session.trigger(go);
  expect(outline(leg.events).slice(2, 5)).toEqual(['text-start', `text-delta:${card}`, 'text-end']);
});

test('null for an optional property is left out', async () => {
  const { session } = converse(structured, [reply(text('a', '{"advice":"x","tags":null}'))]);
  await session.trigger(go);
  expect(session.state.variables.CARD).toEqual({ advice: 'x' });
});

test('[rt.object.announced] talk before a tool call is plain text, the object comes last', async () => {
  const { session } = converse(structured, [
    reply(text('a', 'Let me see.'), toolCall('x', 'no-such', {})),
    reply(text('b', card)),
  ]);
  const leg = await session.trigger(go);
  const starts = leg.events.filter(({ type }) => type === 'text-start');
  expect(starts.map((event) => 'responseType' in event)).toEqual([false, true]);
});

test('[rt.context.announced] [proto.built-in.references] [rt.loop.server] references are listed, read and announced in the system prompt', async () => {
  const agent = anAnswerer('');
  const withReferences = {
    ...agent,
    references: new Map([['care', { name: 'care', description: 'How to care', content: 'Water it.' }]]),
    agent: { ...agent.agent!, references: ['care'] },
  };
  const { session, models } = converse(withReferences, [
    reply(toolCall('a', 'octavus_reference_list', {}), toolCall('b', 'octavus_reference_read', { name: 'care' })),
    reply(toolCall('c', 'octavus_reference_read', { name: 'other' })),
    reply(text('t', 'Done.')),
  ]);
  const leg = await session.trigger(go);
  expect(models.calls[0]?.request.system[0]).toContain('- care: How to care');
  const starts = leg.events.flatMap((event) => (event.type === 'tool-input-start' ? [event.title] : []));
  expect(starts).toEqual(['Listing references', 'Reading care', 'Reading other']);
  expect(leg.events).toContainEqual({
    type: 'tool-output-available',
    toolCallId: 'b',
    output: { name: 'care', content: 'Water it.' },
  });
  expect(outline(leg.events).filter((line) => line === 'tool-output-error')).toHaveLength(1);
});

test('[rt.loop.todo] [proto.built-in.todo] [sse.event.todo] [rt.part.todo] the todo list shows itself instead of its calls, and lives on', async () => {
  const { session, models } = converse(anAnswerer('  todoList: true'), [
    reply(
      toolCall('a', 'octavus_todo_write', {
        merge: false,
        todos: [{ id: '1', content: 'Dig', status: 'in_progress' }],
      }),
    ),
    reply(
      toolCall('b', 'octavus_todo_write', {
        merge: true,
        todos: [
          { id: '1', status: 'completed' },
          { id: '2', content: 'Sow' },
        ],
      }),
      toolCall('c', 'octavus_todo_write', { merge: true, todos: [{ id: '3' }] }),
    ),
    reply(text('t', 'Done.')),
  ]);
  const leg = await session.trigger(go);
  models.assertDone();
  const todos = [
    { id: '1', content: 'Dig', status: 'completed' },
    { id: '2', content: 'Sow', status: 'pending' },
  ];
  expect(outline(leg.events).filter((line) => line.startsWith('tool-'))).toEqual([]);
  expect(leg.events.findLast(({ type }) => type === 'todo-update')).toEqual({ type: 'todo-update', todos });
  expect(session.state.todos).toEqual(todos);
  const parts = toUiMessages(session.state)[1]!.parts;
  expect(parts.filter(({ type }) => type === 'todo')).toHaveLength(1);
  expect(JSON.stringify(models.calls[2]?.request.messages.at(-1))).toContain('has no content');
});

test('[rt.guard.loop] [proto.view.loop-guard] a text that repeats itself is cut, and kept once', async () => {
  const { session } = converse(anAnswerer('  loopGuard: true'), [
    inBatchesOf(1, reply(text('a', 'Well: ', ...Array.from({ length: 60 }, () => 'again and ')))),
  ]);
  const leg = await session.trigger(go);
  expect(leg.events.at(-1)).toMatchObject({ type: 'finish', finishReason: 'length' });
  expect(leg.events.filter(({ type }) => type === 'text-delta')).toHaveLength(41);
  expect(toUiMessages(session.state)[1]?.parts).toMatchObject([{ text: 'Well: again and' }]);
});

const oneTool = `
tools:
  fetch:
    description: Fetches
    parameters: {}
`;

test('[rt.guard.tool-output] [rt.log.tool-output-bounded] a long result is bounded in the view of the model, once in the log, never in the store', async () => {
  const { session, models } = converse(anAnswerer('  tools: [fetch]\n  maxToolOutputTokens: 10', oneTool), [
    reply(toolCall('a', 'fetch', {})),
    reply(toolCall('b', 'no-such', {})),
    reply(text('t', 'Done.')),
  ]);
  await session.trigger(go);
  const leg = await session.answerAll('x'.repeat(100));
  expect(leg.logs.filter(({ type }) => type === 'tool-output-bounded')).toMatchObject([
    { toolCallId: 'a', originalChars: 100, maxToolOutputTokens: 10 },
  ]);
  const seen = models.calls[1]?.request.messages.at(-1)?.content[0];
  expect(seen).toMatchObject({
    output: { value: expect.stringMatching(/^x{24}\n\[60 of 100 characters left out.*\]\nx{16}$/) },
  });
  expect(JSON.stringify(session.state.messages)).toContain('x'.repeat(100));
});

test('[rt.context.foreign-reasoning] [rt.part.text] reasoning goes back to the provider that wrote it, signature and all, and to no other', async () => {
  const agent = anAnswerer('');
  const { session, models } = converse(agent, [
    reply(reasoning('r', ['Hm', 'm'], 'sig'), text('a', 'Yes.')),
    reply(text('b', 'Still.')),
  ]);
  await session.trigger(go);
  await session.trigger(go);
  expect(models.calls[1]?.request.messages[1]?.content).toEqual([
    { type: 'reasoning', text: 'Hmm', providerMetadata: { anthropic: { signature: 'sig' } } },
    { type: 'text', text: 'Yes.' },
  ]);
  const moved = { ...agent, agent: { ...agent.agent!, model: { kind: 'literal', value: 'openai/gpt-4o' } as const } };
  const other = converse(moved, [reply(text('c', 'Other.'))]);
  other.session.state = session.state;
  await other.session.trigger(go);
  expect(JSON.stringify(other.models.calls[0]?.request.messages)).not.toContain('Hmm');
});

test('[rt.part.source] sources wait until the text they stand in has ended', async () => {
  const [start, ...rest] = text('a', 'See ', 'there.');
  const source = { type: 'source', sourceType: 'url', id: 's1', url: 'https://a.example' } as const;
  const { session } = converse(anAnswerer(''), [reply([start!, rest[0]!, source, ...rest.slice(1)])]);
  const leg = await session.trigger(go);
  expect(outline(leg.events).slice(4, 8)).toEqual(['text-delta:there.', 'text-end', 'source', 'block-end']);
  expect(toUiMessages(session.state)[1]?.parts.map(({ type }) => type)).toEqual(['text', 'source']);
});

test('[sse.grammar.g1] texts and reasonings that a provider lets overlap are told apart', async () => {
  const { session } = converse(anAnswerer(''), [
    reply([
      { type: 'reasoning-start', id: 'r' },
      { type: 'text-start', id: 't' },
      { type: 'reasoning-delta', id: 'r', delta: 'Hm' },
      { type: 'text-delta', id: 't', delta: 'Yes' },
      { type: 'reasoning-end', id: 'r' },
      { type: 'text-end', id: 't' },
    ]),
  ]);
  await session.trigger(go);
  const parts = toUiMessages(session.state)[1]!.parts;
  expect(parts.map((part) => [part.type, 'text' in part && part.text])).toEqual([
    ['reasoning', 'Hm'],
    ['text', 'Yes'],
  ]);
});

const dynamic = `
mcpServers:
  browser: { description: Your browser, source: consumer, display: description }
`;

test('[rt.loop.external] [proto.tools.namespace] dynamic tools are offered under declared namespaces, checked, and run outside', async () => {
  const { session, models } = converse(anAnswerer('  mcpServers: [browser]', dynamic), [
    reply(toolCall('a', 'browser__open', { tabs: 'many' }), toolCall('b', 'browser__open', { tabs: 2 })),
    reply(text('t', 'Open.')),
  ]);
  const inputSchema = { type: 'object', properties: { tabs: { type: 'integer' } }, required: ['tabs'] };
  const dynamicToolSchemas = [
    { name: 'browser__open', description: 'Opens tabs', inputSchema },
    { name: 'other__open', description: 'Opens', inputSchema },
  ];
  await session.trigger({ ...go, dynamicToolSchemas });
  expect(models.calls[0]?.request.tools.map(({ name }) => name)).toEqual(['browser__open']);
  expect(session.pending).toMatchObject([{ toolCallId: 'b', toolName: 'browser__open', args: { tabs: 2 } }]);
  const [call] = session.pending;
  await session.continue({ toolResults: [{ toolCallId: call!.toolCallId }], dynamicToolSchemas: [] });
  expect(models.calls[1]?.request.tools).toEqual([]);
});

test('[sse.ids.tool-call] call ids that cannot be used or were used before are replaced', async () => {
  const agent = anAnswerer('  tools: [fetch]', oneTool);
  const { session, models } = converse(agent, [
    reply(toolCall('call 0', 'fetch', {}), toolCall('same', 'fetch', {})),
    reply(text('t', 'ok')),
    reply(toolCall('same', 'fetch', {})),
    reply(text('u', 'ok')),
  ]);
  await session.trigger(go);
  const first = session.pending.map(({ toolCallId }) => toolCallId);
  expect(first).toEqual([expect.stringMatching(/^call_/), 'same']);
  await session.answerAll(1);
  await session.trigger(go);
  expect(session.pending[0]?.toolCallId).toMatch(/^call_/);
  await session.answerAll(2);
  models.assertDone();
});

test('[rt.log.model-request] a traced execution logs the request, another its provider and model only', async () => {
  const { session } = converse(anAnswerer(''), [reply(text('a', 'x')), reply(text('b', 'y'))]);
  const plain = await session.trigger(go);
  const traced = await session.trigger(go, { isTraced: true });
  const requestOf = (leg: typeof plain) => leg.logs.find(({ type }) => type === 'model-request')?.modelRequest;
  expect(requestOf(plain)).toEqual({ requestType: 'llm', provider: 'anthropic', model: 'claude-sonnet-4-5' });
  expect(requestOf(traced)).toHaveProperty('requestBody');
});
