import { describe, expect, test } from 'vitest';
import { anAgent, aWorker, finish, hang, inBatchesOf, reply, text, toolCall } from '../../src/testing/index.ts';
import { converse } from '../converse.ts';

const prompts = { system: 'You help.', message: '{{MESSAGE}}', sheet: 'Write.' };
const go = { triggerName: 'go', input: { MESSAGE: 'Hi' } };
const ofType = <Entry extends { type: string }>(logs: readonly Entry[], type: string) =>
  logs.filter((entry) => entry.type === type);

function anAnswerer(settings = '', block = '', sections = '') {
  return anAgent(
    `
triggers: { go: { input: { MESSAGE: { type: string } } } }
variables: { CARD: { type: unknown } }
types: { Card: { advice: { type: string } } }
tools: { look: { description: Looks, parameters: {} } }
${sections}
agent:
  model: anthropic/claude-opus-4-6
  system: system
  agentic: true
  tools: [look]
  ${settings}
handlers:
  go:
    Ask: { block: add-message, role: user, prompt: message, input: [MESSAGE] }
    Answer: { block: next-message${block} }
`,
    prompts,
  );
}

const counted = {
  inputTokens: 100,
  cachedInputTokens: 40,
  cachedWriteTokens: 20,
  outputTokens: 30,
  reasoningOutputTokens: 10,
};

describe('step-stats', () => {
  test.each([
    ['', { cacheMode: 'auto', speed: 'standard' }],
    ['cache: extended\n  speed: fast', { cacheMode: 'extended', speed: 'fast' }],
    ['cache: "off"', { cacheMode: 'off', speed: 'standard' }],
  ])('[rt.log.step-stats] has every count, the model that answered, cache and speed: %j', async (settings, modes) => {
    const step = reply([
      ...text('t', 'Green.'),
      { ...finish('stop', counted)[0]!, modelId: 'claude-opus-4-6-20260201' } as never,
    ]);
    const { session } = converse(anAnswerer(settings), [step]);
    const { logs } = await session.trigger(go);
    const [entry, ...others] = ofType(logs, 'step-stats');
    expect(others).toEqual([]);
    expect(entry).toMatchObject({ model: 'anthropic/claude-opus-4-6', blockName: 'Answer' });
    expect(entry).not.toHaveProperty('thread');
    expect((entry as { stepStats?: unknown }).stepStats).toEqual({
      requestType: 'llm',
      provider: 'anthropic',
      model: 'claude-opus-4-6-20260201',
      usage: counted,
      ...modes,
    });
  });

  test('[rt.log.step-stats] is not written for a call that reported nothing, and counts are not made up', async () => {
    const quiet = [
      reply([...text('t', 'Green.'), ...finish('stop', {})]),
      reply([...text('u', 'Red.'), ...finish('stop', { outputTokens: 2 })]),
    ];
    const { session } = converse(anAnswerer(), quiet);
    const first = await session.trigger(go);
    expect(ofType(first.logs, 'step-stats')).toEqual([]);
    const second = await session.trigger(go);
    expect(ofType(second.logs, 'step-stats')).toMatchObject([
      { stepStats: { model: 'claude-opus-4-6', usage: { outputTokens: 2 } } },
    ]);
  });

  test('[rt.log.step-stats] follows every call of a turn, repeated ones included, before what the step came to', async () => {
    const { session } = converse(anAnswerer(), [reply(toolCall('c1', 'no-such')), reply(text('t', 'Green.'))]);
    const { logs } = await session.trigger(go);
    expect(logs.map(({ type }) => type).filter((type) => /^(?:model-request|step-stats|llm-)/.test(type))).toEqual([
      'model-request',
      'step-stats',
      'llm-tool-request',
      'model-request',
      'step-stats',
      'llm-response',
    ]);
  });
});

describe('[rt.guard.loop] a step that the loop guard cuts', () => {
  const looping = (...before: string[]) =>
    inBatchesOf(1, reply(text('a', ...before, ...Array.from({ length: 60 }, () => 'again and '))));

  test('has its use estimated by its characters, as its provider no longer says', async () => {
    const { session } = converse(anAnswerer('loopGuard: true'), [looping('Well: ')]);
    const { logs } = await session.trigger(go);
    const [entry] = ofType(logs, 'step-stats') as unknown as { stepStats: { usage: Record<string, number> } }[];
    expect(entry?.stepStats).toMatchObject({
      isEstimated: true,
      usage: { outputTokens: Math.ceil((6 + 40 * 10) / 4) },
    });
    expect(entry?.stepStats.usage.inputTokens).toBeGreaterThan(0);
  });

  test('has what its provider counted where that came along', async () => {
    const whole = reply(text('a', ...Array.from({ length: 60 }, () => 'again and ')), finish('stop', counted));
    const { session } = converse(anAnswerer('loopGuard: true'), [whole]);
    const { logs } = await session.trigger(go);
    const [entry] = ofType(logs, 'step-stats') as unknown as { stepStats: object }[];
    expect(entry?.stepStats).toMatchObject({ usage: counted });
    expect(entry?.stepStats).not.toHaveProperty('isEstimated');
  });

  test('is final with a response type, too: nothing is asked again, nothing written', async () => {
    const { session, models } = converse(anAnswerer('loopGuard: true', ', responseType: Card, output: CARD'), [
      looping('{"advice":"'),
    ]);
    const { events } = await session.trigger(go);
    models.assertDone();
    expect(models.calls).toHaveLength(1);
    expect(events.at(-1)).toMatchObject({ type: 'finish', finishReason: 'length' });
    expect(session.state.variables).not.toHaveProperty('CARD');
  });

  test('gives its object when what is kept of it is one', async () => {
    const step = inBatchesOf(1, reply(text('a', '{"advice":"Mist it"', ...Array.from({ length: 60 }, () => '}'))));
    const { session } = converse(anAnswerer('loopGuard: true', ', responseType: Card, output: CARD'), [step]);
    const { events } = await session.trigger(go);
    expect(events.at(-1)).toMatchObject({ type: 'finish', finishReason: 'length' });
    expect(session.state.variables.CARD).toEqual({ advice: 'Mist it' });
  });

  test('runs none of its calls, and says so to people, log and model', async () => {
    const calls = [...toolCall('c1', 'look'), ...text('a', ...Array.from({ length: 60 }, () => 'again and '))];
    const { session, models } = converse(anAnswerer('loopGuard: true'), [reply(calls), reply(text('b', 'Yes?'))]);
    const leg = await session.trigger(go);
    const error = 'Cancelled: this tool call was interrupted before it returned a result.';
    expect(leg.ending).toEqual({ ending: 'completed' });
    expect(leg.events.filter(({ type }) => type === 'tool-output-error')).toEqual([
      { type: 'tool-output-error', toolCallId: 'c1', error },
    ]);
    expect(ofType(leg.logs, 'tool-result')).toMatchObject([{ toolName: 'look', toolResult: { error } }]);
    await session.trigger(go);
    expect(JSON.stringify(models.calls[1]!.request.messages)).toContain(error);
  });
});

describe('an independent turn of main', () => {
  const write = (id: string, merge: boolean, content: string) =>
    toolCall(id, 'octavus_todo_write', { merge, todos: [{ id: content, content }] });
  const agent = anAnswerer('todoList: true', ', independent: true');

  test('[rt.stored.independent] [rt.session.todos] has a todo list of its own, through its pauses, and leaves that of the session', async () => {
    const { session } = converse(agent, [
      reply(write('c1', false, 'Dig'), toolCall('c2', 'look')),
      reply(write('c3', true, 'Sow')),
      reply(text('t', 'Done.')),
    ]);
    session.state = { ...session.state, todos: [{ id: 'Old', content: 'Old', status: 'pending' }] };
    const before = session.state.todos;
    await session.trigger(go);
    const { events } = await session.answerAll('ok');
    const lists = events.flatMap((event) => (event.type === 'todo-update' ? [event.todos.map(({ id }) => id)] : []));
    expect(lists).toEqual([['Dig', 'Sow']]);
    expect(session.state.todos).toBe(before);
  });

  test('begins with the list of the session', async () => {
    const { session } = converse(agent, [reply(write('c1', true, 'Sow')), reply(text('t', 'Done.'))]);
    session.state = { ...session.state, todos: [{ id: 'Old', content: 'Old', status: 'pending' }] };
    const { events } = await session.trigger(go);
    const lists = events.flatMap((event) => (event.type === 'todo-update' ? [event.todos.map(({ id }) => id)] : []));
    expect(lists).toEqual([['Old', 'Sow']]);
  });
});

describe('message', () => {
  test('[rt.log.message] says which type people see in place of the prompt', async () => {
    const agent = anAgent(
      `
types: { Card: { advice: { type: string } } }
triggers: { go: { input: { CARD: { type: Card }, NOTE: { type: string } } } }
agent: { model: test/main, system: system }
handlers:
  go:
    Shown: { block: add-message, role: user, prompt: message, input: { MESSAGE: NOTE }, uiContent: CARD }
    Hidden: { block: add-message, role: user, prompt: message, input: { MESSAGE: NOTE }, uiContent: CARD, visible: false }
    Plain: { block: add-message, role: assistant, prompt: message, input: { MESSAGE: NOTE }, uiContent: NOTE }
`,
      prompts,
    );
    const { session } = converse(agent, []);
    const { logs } = await session.trigger({ triggerName: 'go', input: { CARD: { advice: 'Mist it' }, NOTE: 'Hm' } });
    expect(
      ofType(logs, 'message').map((entry) => [entry.blockName, (entry as { responseType?: string }).responseType]),
    ).toEqual([
      ['Shown', 'Card'],
      ['Hidden', undefined],
      ['Plain', undefined],
    ]);
  });
});

describe('[rt.log.worker] a worker that is stopped', () => {
  const writer = aWorker(
    'writer',
    `
variables: { SHEET: { type: string } }
tools: { look: { description: Looks, parameters: {} } }
steps:
  Open: { block: start-thread, thread: draft, model: test/worker, system: sheet, tools: [look], maxSteps: 2 }
  Ask: { block: add-message, thread: draft, role: user, prompt: sheet }
  Draft: { block: next-message, thread: draft, output: SHEET }
output: SHEET
`,
    prompts,
  );
  const workers = [{ agentId: 'w', version: 1, definition: writer }];
  const boss = anAnswerer('workers: [writer]', '', 'workers: { writer: { description: Writing } }');
  const started = (logs: readonly { type: string }[]) =>
    logs.map(({ type }) => type).filter((type) => type.startsWith('worker-'));

  test('inside another run has its end in the log, without output', async () => {
    const { session } = converse(boss, [reply(toolCall('c1', 'writer')), hang(text('t', 'Wi'))], {
      ports: { workers },
    });
    const { logs, ending } = await session.trigger(go, { stop: { afterBatches: 4, reason: 'abort' } });
    expect(ending?.ending).toBe('aborted');
    expect(started(logs)).toEqual(['worker-execution', 'worker-output']);
    const [begin, end] = logs.filter(({ type }) => type.startsWith('worker-')) as { workerId?: string }[];
    expect(end).toMatchObject({ workerId: begin?.workerId, workerSlug: 'writer' });
    expect(end).not.toHaveProperty('workerOutput');
  });

  test('on its own as well, whoever stops it', async () => {
    const running = converse(writer, [hang(text('t', 'Wi'))]);
    const { logs } = await running.session.execute({ stop: { afterBatches: 2, reason: 'abort' } });
    expect(started(logs)).toEqual(['worker-execution', 'worker-output']);

    const waiting = converse(writer, [reply(toolCall('c1', 'look'))]);
    await waiting.session.execute();
    const workerId = waiting.session.state.sessionId;
    const ended = waiting.session.end('aborted').flatMap((output) => ('log' in output ? [output.log] : []));
    expect(ended).toMatchObject([
      { type: 'tool-result', workerId, workerSlug: 'writer' },
      { type: 'abort', workerId, workerSlug: 'writer' },
      { type: 'worker-output', workerId, workerSlug: 'writer' },
    ]);
  });

  test.each(['aborted', 'interrupted'] as const)('while it waits inside a run that is %s', async (status) => {
    const { session } = converse(boss, [reply(toolCall('c1', 'writer')), reply(toolCall('c2', 'look'))], {
      ports: { workers },
    });
    await session.trigger(go);
    const ended = session.end(status).flatMap((output) => ('log' in output ? [output.log] : []));
    const ofWorker = ended.filter((entry) => entry.workerSlug === 'writer');
    expect(ofWorker.map(({ type }) => type)).toEqual(['tool-result', 'worker-output']);
  });
});
