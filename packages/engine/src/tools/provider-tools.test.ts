import type { JsonObject, JsonValue, ModelStreamPart } from '@octavus/core';
import { describe, expect, test } from 'vitest';
import { converse, outline } from '../../test/converse.ts';
import { toUiMessages } from '../messages/to-ui-messages.ts';
import { anAgent, failure, finish, reply, text, toolCall } from '../testing/index.ts';

const prompts = { system: 'You look things up.', message: '{{QUESTION}}' };

function aResearcher(options = 'tools: { web-search: { display: stream, description: Searching } }', backup = '') {
  return anAgent(
    `
    triggers:
      ask:
        input:
          QUESTION: { type: string }
    tools:
      note:
        description: Takes a note
        parameters: {}
    agent:
      model: anthropic/claude-sonnet-4-6
      ${backup}
      system: system
      tools: [note]
      anthropic: { ${options} }
    handlers:
      ask:
        Say:
          block: add-message
          role: user
          prompt: message
          input: [QUESTION]
        Answer:
          block: next-message
    `,
    prompts,
  );
}

const ask = { triggerName: 'ask', input: { QUESTION: 'When do ferns spore?' } };
const pages = [{ url: 'https://ferns.test', title: 'Ferns', encryptedContent: 'RUE=', type: 'web_search_result' }];

/** A call that the provider ran, with what it found. */
function executed(
  id: string,
  input: JsonObject,
  { name = 'web-search', result = pages as JsonValue, isError = false } = {},
): ModelStreamPart[] {
  const [start, ...rest] = toolCall(id, name, input);
  return [
    { ...start, providerExecuted: true } as ModelStreamPart,
    ...rest.map((part) => (part.type === 'tool-call' ? { ...part, providerExecuted: true } : part)),
    { type: 'tool-result', toolCallId: id, toolName: name, result, ...(isError && { isError }) },
  ];
}

const search = executed('srvtoolu_1', { query: 'fern spores' });

describe('[rt.loop.provider-executed] tools that the provider runs itself', () => {
  test('[rt.mapping.provider-options] go to Anthropic with the request, and to no other provider', async () => {
    const definition = aResearcher(
      'tools: { web-search: {} }, skills: { pdf: { type: anthropic }, mine: { type: custom, version: "3" } }',
      'backupModel: openai/gpt-4o',
    );
    const { session, models } = converse(definition, [{ batches: [failure()] }, reply(text('a', 'In July.'))]);
    await session.trigger(ask);
    expect(models.calls[0]?.request.providerOptions).toEqual({
      anthropic: {
        tools: { 'web-search': {} },
        skills: { pdf: { type: 'anthropic', version: 'latest' }, mine: { type: 'custom', version: '3' } },
      },
    });
    expect(models.calls[1]?.request).not.toHaveProperty('providerOptions');
  });

  test('are announced like tools of the server, cost no cycle and are logged', async () => {
    const { session, models } = converse(aResearcher(), [
      reply(search, executed('srvtoolu_2', { query: 'fern' }), text('a', 'In July.')),
    ]);
    const leg = await session.trigger(ask);
    expect(leg.ending).toEqual({ ending: 'completed' });
    expect(models.calls).toHaveLength(1);
    const events = leg.events.filter((event) => 'toolCallId' in event && event.toolCallId === 'srvtoolu_1');
    expect(events[0]).toMatchObject({ type: 'tool-input-start', title: 'Searching', display: 'stream' });
    expect(events.at(-2)).toMatchObject({ type: 'tool-input-available', input: { query: 'fern spores' } });
    expect(events.at(-1)).toMatchObject({ type: 'tool-output-available', output: pages });
    expect(leg.logs.filter(({ type }) => type.startsWith('tool-')).map(({ toolName }) => toolName)).toEqual(
      Array(4).fill('web-search'),
    );
    expect(toUiMessages(session.state).at(-1)?.parts[0]).toMatchObject({ status: 'done', result: pages });
  });

  test('go back to the provider as its own, whole, and to another not at all', async () => {
    const { session, models } = converse(aResearcher(undefined, 'backupModel: openai/gpt-4o'), [
      reply(text('t', 'Let me look.'), search, text('a', 'In July.')),
      { batches: [failure()] },
      reply(text('c', 'Yes.')),
    ]);
    await session.trigger(ask);
    await session.trigger(ask);
    const [, said, results] = models.calls[1]?.request.messages ?? [];
    expect(said?.content).toMatchObject([
      { type: 'text', text: 'Let me look.' },
      { type: 'tool-call', toolCallId: 'srvtoolu_1', toolName: 'web-search', providerExecuted: true },
      { type: 'text', text: 'In July.' },
    ]);
    expect(results?.content).toMatchObject([{ toolCallId: 'srvtoolu_1', output: { kind: 'result', value: pages } }]);
    expect(JSON.stringify(models.calls[2]?.request.messages)).not.toContain('web-search');
  });

  test('tell of a failure by its code, and the turn goes on', async () => {
    const failed = { type: 'web_search_tool_result_error', errorCode: 'max_uses_exceeded' };
    const { session, models } = converse(aResearcher(), [
      reply(executed('srvtoolu_1', {}, { result: failed, isError: true }), text('a', 'I do not know.')),
      reply(text('b', 'Still not.')),
    ]);
    const leg = await session.trigger(ask);
    expect(leg.events).toContainEqual({
      type: 'tool-output-error',
      toolCallId: 'srvtoolu_1',
      error: 'max_uses_exceeded',
    });
    await session.trigger(ask);
    expect(models.calls[1]?.request.messages[2]?.content[0]).toMatchObject({
      output: { kind: 'error', message: 'max_uses_exceeded' },
    });
  });

  test('run beside tools of the application in one step', async () => {
    const { session, models } = converse(aResearcher(), [
      reply(search, toolCall('call_1', 'note')),
      reply(text('a', 'Noted.')),
    ]);
    const leg = await session.trigger(ask);
    expect(session.pending.map(({ toolCallId }) => toolCallId)).toEqual(['call_1']);
    expect(outline(leg.events)).toContain('tool-output-available');
    await session.answerAll('ok');
    const results = models.calls[1]?.request.messages
      .at(-1)
      ?.content.map((part) => 'toolCallId' in part && part.toolCallId);
    expect(results).toEqual(['srvtoolu_1', 'call_1']);
  });

  test('show nothing when they are hidden, their sources included', async () => {
    const source = { type: 'source', sourceType: 'url', id: 's', url: 'https://ferns.test' } as const;
    const { session } = converse(aResearcher('tools: { web-search: { display: hidden } }'), [
      reply(search, [source], text('a', 'In July.')),
    ]);
    const leg = await session.trigger(ask);
    expect(leg.events.filter(({ type }) => type === 'source' || type.startsWith('tool-'))).toEqual([]);
    expect(
      toUiMessages(session.state)
        .at(-1)
        ?.parts.map(({ type }) => type),
    ).toEqual(['text']);
  });

  test('of skills show themselves as the skill whose files a call works with', async () => {
    const skills = `skills: {
          pdf: { type: anthropic, display: title, title: Reading a PDF },
          xlsx: { type: anthropic, description: Filling a sheet } }`;
    const run = (id: string, command: string) =>
      executed(id, { type: 'bash_code_execution', command }, { name: 'code-execution', result: { stdout: '' } });
    const { session } = converse(aResearcher(skills), [
      reply(run('srv_1', 'cat /skills/xlsx/SKILL.md'), run('srv_2', 'ls'), text('a', 'Done.')),
    ]);
    const leg = await session.trigger(ask);
    const titles = leg.events.flatMap((event) => (event.type === 'tool-input-start' ? [event.title] : []));
    expect(titles).toEqual(['Filling a sheet', 'Reading a PDF']);
  });

  test('may be interrupted by the provider: it gets what it said and goes on', async () => {
    const [call] = [search.slice(0, -1)];
    const pause = finish('stop').map((part) => ({ ...part, isPaused: true as const }) as ModelStreamPart);
    const { session, models } = converse(aResearcher(), [
      { batches: [[...call, ...pause]] },
      reply(search.slice(-1), text('a', 'In July.')),
      reply(text('b', 'Yes.')),
    ]);
    const leg = await session.trigger(ask);
    expect(leg.ending).toEqual({ ending: 'completed' });
    expect(models.calls[1]?.request.messages.at(-1)).toMatchObject({
      role: 'assistant',
      content: [{ type: 'tool-call', providerExecuted: true }],
    });
    expect(outline(leg.events).filter((line) => line === 'tool-output-available')).toHaveLength(1);
    await session.trigger(ask);
    expect(models.calls[2]?.request.messages[2]?.content).toMatchObject([{ output: { kind: 'result' } }]);
  });

  test('that broke off do not go back', async () => {
    const { session, models } = converse(aResearcher(), [
      { batches: [search.slice(0, -1)], hangs: true },
      reply(text('b', 'Yes.')),
    ]);
    await session.trigger(ask, { stop: { afterBatches: 2, reason: 'abort' } });
    await session.trigger(ask);
    expect(JSON.stringify(models.calls[1]?.request.messages)).not.toContain('srvtoolu_1');
  });
});

describe('a call that ran here, by the mode of its tool', () => {
  const id = 'srvtoolu_1';
  const start = { type: 'tool-input-start', toolCallId: id, toolName: 'web-search' };
  const deltas = search.flatMap((part) =>
    part.type === 'tool-input-delta' ? [{ type: 'tool-input-delta', toolCallId: id, inputTextDelta: part.delta }] : [],
  );
  const end = { type: 'tool-input-end', toolCallId: id };
  const available = (input: JsonObject) => ({
    type: 'tool-input-available',
    toolCallId: id,
    toolName: 'web-search',
    input,
  });
  const output = (value: JsonValue) => ({ type: 'tool-output-available', toolCallId: id, output: value });
  const args = { query: 'fern spores' };
  const kept = { type: 'tool-call', toolCallId: id, toolName: 'web-search', status: 'done' };

  test.each([
    ['[proto.display.tool.hidden]', 'hidden', [], undefined],
    [
      '[proto.display.tool.name] [sse.event.tool-output]',
      'name',
      [{ ...start, display: 'name' }, end, available({}), output(null)],
      { ...kept, display: 'name', args: {} },
    ],
    [
      '[proto.display.tool.description] [sse.event.tool-output]',
      'description',
      [{ ...start, title: 'Searching', display: 'description' }, ...deltas, end, available(args), output(pages)],
      { ...kept, display: 'description', displayName: 'Searching', args },
    ],
    [
      '[proto.display.tool.stream] [sse.event.tool-output]',
      'stream',
      [{ ...start, title: 'Searching', display: 'stream' }, ...deltas, end, available(args), output(pages)],
      { ...kept, display: 'stream', displayName: 'Searching', args, result: pages },
    ],
    [
      '[proto.display.tool.title] [sse.event.tool-output]',
      'title',
      [{ ...start, title: 'The web', display: 'title' }, end, available({}), output(null)],
      { ...kept, display: 'title', displayName: 'The web', args: {} },
    ],
  ] as const)('%s %s: what is told live, and what is left after a reload', async (_clause, display, live, after) => {
    const tool = `tools: { web-search: { display: ${display}, description: Searching, title: The web } }`;
    const { session, models } = converse(aResearcher(tool), [
      reply(search, text('a', 'In July.')),
      reply(text('b', 'Yes.')),
    ]);
    const { events } = await session.trigger(ask);
    expect(events.filter(({ type }) => type.startsWith('tool-'))).toEqual(live);
    const shown = toUiMessages(session.state)
      .at(-1)
      ?.parts.filter(({ type }) => type === 'tool-call');
    expect(shown).toEqual(after === undefined ? [] : [after]);
    // Whatever people see, the model has all of it.
    await session.trigger(ask);
    const [, said, results] = models.calls[1]!.request.messages;
    expect(said?.content[0]).toMatchObject({ toolName: 'web-search', input: args });
    expect(results?.content).toMatchObject([{ toolCallId: id, output: { kind: 'result', value: pages } }]);
  });
});

test('[rt.durable.tool-result] the outcome of a call that the provider ran is stored before it is told', async () => {
  const { session } = converse(aResearcher(), [reply(search, text('a', 'In July.'))]);
  const { outputs } = await session.trigger(ask);
  const stored = outputs.findIndex((output) => 'change' in output && JSON.stringify(output).includes('RUE='));
  const told = outputs.findIndex((output) => 'type' in output && output.type === 'tool-output-available');
  expect(stored).toBeGreaterThan(-1);
  expect(stored).toBeLessThan(told);
});
