import type { ModelMessage, ModelStreamPart } from '@octavus/core';
import { describe, expect, test } from 'vitest';
import { converse } from '../../../test/converse.ts';
import { toUiMessages } from '../../messages/to-ui-messages.ts';
import {
  anAgent,
  aWorker,
  failure,
  finish,
  hang,
  reasoning,
  reply,
  type ScriptedStep,
  text,
  toolCall,
} from '../../testing/index.ts';

const scribe = aWorker(
  'scribe',
  `
  input:
    PREVIOUS_SUMMARY: { type: string }
    CONVERSATION: { type: string }
  variables:
    SUMMARY: { type: string }
  tools:
    ask-human:
      description: Asks somebody
      parameters: {}
  steps:
    Open:
      block: start-thread
      thread: work
      model: test/scribe
      system: system
      tools: [ask-human]
    Ask:
      block: add-message
      thread: work
      role: user
      prompt: ask
      input: [PREVIOUS_SUMMARY, CONVERSATION]
    Write:
      block: next-message
      thread: work
      output: SUMMARY
  output: SUMMARY
  `,
  { system: 'You summarise.', ask: 'Before: {{PREVIOUS_SUMMARY}}\n{{CONVERSATION}}' },
);

function aTalker(management: string, display = 'name') {
  return anAgent(
    `
    triggers:
      say:
        input:
          TEXT: { type: string }
    tools:
      read:
        description: Reads
        parameters: {}
    workers:
      scribe: { description: Summarising, display: ${display} }
    agent:
      model: test/main
      system: system
      tools: [read]
      agentic: true
      contextManagement: ${management}
    handlers:
      say:
        Say:
          block: add-message
          role: user
          prompt: message
          input: [TEXT]
        Answer:
          block: next-message
    `,
    { system: 'You are kind.', message: '{{TEXT}}' },
  );
}

const workers = [{ agentId: 'scribe', version: 1, definition: scribe }];
const windows = { 'test/main': 10_000, 'test/scribe': 10_000 };

function talk(
  management: string,
  steps: readonly ScriptedStep[],
  options: { display?: string; windows?: object } = {},
) {
  return converse(aTalker(management, options.display), steps, {
    ports: { workers },
    models: { windows: { ...windows, ...options.windows } },
  });
}

type Talk = ReturnType<typeof talk>;

/** About 1,000 tokens. */
const long = (word: string) => `${word} `.repeat(Math.ceil(4_000 / (word.length + 1)));
const say = ({ session }: Talk, word: string) => session.trigger({ triggerName: 'say', input: { TEXT: long(word) } });
/** The model does not say how long its prompt was. */
const uncounted = (...parts: readonly (readonly ModelStreamPart[])[]) => reply(...parts, finish('stop', {}));
const said = (word: string) => uncounted(text('a', `Yes, ${word}.`));
const whole = '{ summarizerWorker: scribe, thresholdPercent: 0.5, recentPercent: 0.2 }';
const overflow = () => ({
  batches: [failure({ errorType: 'validation_error', code: 'CONTEXT_OVERFLOW', retryable: false })],
});

/** Messages by their first words. */
function outline(messages: readonly ModelMessage[] | undefined): string[] {
  return (messages ?? []).map(({ content: [part] }) => {
    if (part?.type === 'text') return part.text.slice(0, 12).trim();
    return part?.type === 'tool-result' ? JSON.stringify(part.output).slice(0, 40) : (part?.type ?? '');
  });
}

const lastRequest = ({ models }: Talk, modelId = 'test/main') =>
  models.calls.findLast((call) => call.modelId === modelId)?.request;
const compactions = (logs: readonly { readonly type: string }[]) => logs.filter(({ type }) => type === 'compaction');

describe('before a step', () => {
  const names = ['Alder', 'Birch', 'Cedar', 'Daisy', 'Elder', 'Fern'];
  const answers = names.slice(0, 4).map(said);

  test('[rt.compaction.view] [proto.view.context-management] [rt.compaction.summarizer] [rt.log.compaction] a prompt over the threshold becomes first message, summary and recent messages', async () => {
    const talked = talk(whole, [...answers, reply(text('s', 'They talked of trees.')), said('Elder')]);
    for (const name of names.slice(0, 4)) expect(compactions((await say(talked, name)).logs)).toEqual([]);
    const leg = await say(talked, 'Elder');
    expect(outline(lastRequest(talked)?.messages)).toEqual([
      'Alder Alder',
      'Summary of t',
      'Yes, Daisy.',
      'Elder Elder',
    ]);
    expect(JSON.stringify(lastRequest(talked)?.messages)).toContain('They talked of trees.');
    const asked = lastRequest(talked, 'test/scribe')?.messages[0]?.content[0];
    expect(asked).toMatchObject({
      text: expect.stringMatching(/^Before: \nUser: Alder[\s\S]*Assistant: Yes, Alder\.[\s\S]*Daisy/),
    });
    expect(compactions(leg.logs)).toMatchObject([
      {
        compactionTrigger: 'proactive',
        reason: 'The prompt reached 50 % of the context window of 10000 tokens.',
        turnsSummarized: 4,
        passes: 1,
        layersApplied: ['summary'],
        summarizerWorkerId: expect.any(String),
        watermarkTo: talked.session.state.messages[6]?.id,
      },
    ]);
    // What is stored stays.
    expect(toUiMessages(talked.session.state).filter(({ role }) => role === 'user')).toHaveLength(5);
  });

  test('[rt.session.context] the summary grows from where it ends, also after a restart and in the session’s own state', async () => {
    const talked = talk(whole, [
      ...answers,
      reply(text('s', 'One.')),
      said('Elder'),
      said('Fern'),
      said('Gorse'),
      reply(text('s', 'One and two.')),
      said('Hazel'),
    ]);
    for (const name of [...names, 'Gorse', 'Hazel']) await say(talked, name);
    const asked = lastRequest(talked, 'test/scribe')?.messages[0]?.content[0];
    expect(asked).toMatchObject({ text: expect.stringMatching(/^Before: One\.\nAssistant: Yes, Daisy\./) });
    expect(JSON.stringify(asked)).not.toContain('Cedar');
    expect(talked.session.state.context).toMatchObject({ summary: 'One and two.' });
    expect(outline(lastRequest(talked)?.messages).slice(0, 2)).toEqual(['Alder Alder', 'Summary of t']);
  });

  test('[rt.compaction.threshold] below the threshold, or without one, nothing happens', async () => {
    for (const management of ['{ thresholdPercent: 0.9, recentPercent: 0.2, summarizerWorker: scribe }', '{}']) {
      const talked = talk(management, [...answers, said('Elder')]);
      for (const name of names.slice(0, 5)) expect(compactions((await say(talked, name)).logs)).toEqual([]);
      expect(lastRequest(talked)?.messages).toHaveLength(9);
    }
  });

  test('the provider counts: what it reported for the step before decides', async () => {
    const counted = (tokens: number) => reply(text('a', 'Yes.'), finish('stop', { inputTokens: tokens }));
    const talked = talk(whole, [counted(300), counted(7_000), reply(text('s', 'Trees.')), said('Cedar')]);
    expect(compactions((await say(talked, 'Alder')).logs)).toEqual([]);
    expect(compactions((await say(talked, 'Birch')).logs)).toEqual([]);
    expect(compactions((await say(talked, 'Cedar')).logs)).toMatchObject([{ tokensBefore: 8_002 }]);
  });

  test('[rt.compaction.recent] without recentPercent nothing is summarised', async () => {
    const talked = talk('{ thresholdPercent: 0.5, summarizerWorker: scribe }', [...answers, said('Elder')]);
    for (const name of names.slice(0, 5)) await say(talked, name);
    expect(lastRequest(talked)?.messages).toHaveLength(9);
  });

  test('[rt.compaction.recent-window] recentWindow is ignored', async () => {
    const talked = talk('{ thresholdPercent: 0.5, summarizerWorker: scribe, recentWindow: 0.2 }', [
      ...answers,
      said('Elder'),
    ]);
    for (const name of names.slice(0, 5)) await say(talked, name);
    expect(lastRequest(talked)?.messages).toHaveLength(9);
  });

  test('[rt.compaction.layers] reasoning goes first, then results of tools shrink, then messages are summarised', async () => {
    const thinking = (word: string) => uncounted(reasoning('r', [long(word)]), text('a', 'Yes.'));
    const reading = (id: string) => uncounted(toolCall(id, 'read'));
    const talked = talk(whole, [
      thinking('Hm'),
      reading('c1'),
      said('Birch'),
      thinking('Ah'),
      said('Cedar'),
      reply(text('s', 'Trees.')),
      said('Daisy'),
    ]);
    await say(talked, 'Alder');
    await say(talked, 'Birch');
    await talked.session.answerAll(long('leaf'));
    const layers: unknown[] = [];
    for (const name of ['Oak', 'Cedar', 'Daisy']) {
      const leg = await say(talked, name);
      layers.push(...compactions(leg.logs).map((entry) => 'layersApplied' in entry && entry.layersApplied));
      const sent = JSON.stringify(lastRequest(talked)?.messages);
      if (name === 'Oak') expect(sent).not.toContain('Hm Hm');
      if (name === 'Cedar') expect(sent).toContain('Preview of an older result of 4000 characters');
    }
    expect(layers).toEqual([['reasoning'], ['reasoning', 'tool-results'], ['summary']]);
  });

  test('a slice larger than the window of the summarizer is folded in passes', async () => {
    const talked = talk(
      whole,
      [...answers, ...['1', '2', '3', '4'].map((n) => reply(text('s', `Part ${n}.`))), said('Elder')],
      {
        windows: { 'test/scribe': 2_200 },
      },
    );
    for (const name of names.slice(0, 4)) await say(talked, name);
    const leg = await say(talked, 'Elder');
    expect(compactions(leg.logs)).toMatchObject([{ passes: 4 }]);
    expect(lastRequest(talked, 'test/scribe')?.messages[0]?.content[0]).toMatchObject({
      text: expect.stringMatching(/^Before: Part 3\./),
    });
    expect(talked.session.state.context?.summary).toBe('Part 4.');
  });

  test.each([
    ['hidden', []],
    ['description', ['worker-start', 'worker-result']],
  ])('the summarizer is announced by its mode: %s', async (display, expected) => {
    const talked = talk(whole, [...answers, reply(text('s', 'Trees.')), said('Elder')], { display });
    for (const name of names.slice(0, 4)) await say(talked, name);
    const leg = await say(talked, 'Elder');
    expect(leg.events.map(({ type }) => type).filter((type) => type.startsWith('worker-'))).toEqual(expected);
  });

  test.each<[string, ScriptedStep]>([
    ['fails', { batches: [failure({ errorType: 'permission_error', retryable: false })] }],
    ['says nothing', reply(text('s', ' '))],
    ['is too slow', hang(text('s', 'Well, '))],
    ['asks somebody outside', reply(toolCall('c', 'ask-human'))],
  ])(
    'a summarizer that %s leaves the view as it is while there is room, and is not asked again in the turn',
    async (_, broken) => {
      const talked = talk(whole, [...answers, broken, uncounted(toolCall('c1', 'read'))]);
      for (const name of names.slice(0, 4)) await say(talked, name);
      const paused = await say(talked, 'Elder');
      expect(paused.ending).toEqual({ ending: 'paused' });
      expect(compactions(paused.logs)).toEqual([]);
      expect(outline(lastRequest(talked)?.messages)[2]).toBe('Birch Birch');
    },
  );

  test('where there is no room, what could not be summarised is cut down all the same', async () => {
    const broken = { batches: [failure({ errorType: 'permission_error', retryable: false })] };
    const counted = reply(text('a', 'Yes.'), finish('stop', { inputTokens: 9_800 }));
    const talked = talk(whole, [said('Alder'), said('Birch'), counted, broken, said('Daisy')]);
    for (const name of names.slice(0, 3)) await say(talked, name);
    const leg = await say(talked, 'Daisy');
    expect(leg.ending).toEqual({ ending: 'completed' });
    const summary = JSON.stringify(lastRequest(talked)?.messages[1]);
    expect(summary).toContain('could not be summarised');
    expect(summary.length).toBeLessThan(4_500);
    expect(compactions(leg.logs)).toMatchObject([{ layersApplied: ['summary'] }]);
  });

  test('a summary that is too long is cut', async () => {
    const talked = talk(whole, [...answers, reply(text('s', 'x'.repeat(50_000))), said('Elder')]);
    for (const name of names.slice(0, 5)) await say(talked, name);
    expect(talked.session.state.context?.summary).toHaveLength(4_000);
  });

  test('rolled back history takes its summary along', async () => {
    const talked = talk(whole, [...answers, reply(text('s', 'Trees.')), said('Elder'), said('Again')]);
    const ids: (string | undefined)[] = [];
    for (const name of names.slice(0, 5)) {
      ids.push(talked.session.state.messages.at(-1)?.id);
      await say(talked, name);
    }
    expect(talked.session.state.context?.summary).toBe('Trees.');
    const input = { TEXT: 'Birch once more' };
    await talked.session.trigger({ triggerName: 'say', input }, { rollbackAfterMessageId: ids[1]! });
    expect(talked.session.state.context?.summary).toBeUndefined();
    expect(outline(lastRequest(talked)?.messages)).toEqual(['Alder Alder', 'Yes, Alder.', 'Birch once m']);
  });

  test('a stop while the summarizer works ends the turn', async () => {
    const talked = talk(whole, [...answers, hang(text('s', 'Well, '))], { display: 'stream' });
    for (const name of names.slice(0, 4)) await say(talked, name);
    const leg = await talked.session.trigger(
      { triggerName: 'say', input: { TEXT: long('Elder') } },
      { stop: { afterBatches: 1, reason: 'abort' } },
    );
    expect(leg.ending).toEqual({ ending: 'aborted' });
    expect(leg.events.at(-1)).toMatchObject({ type: 'finish', finishReason: 'stop' });
  });
});

test('[rt.session.context] named threads of the agent are compacted by themselves; an independent turn leaves no trace', async () => {
  const definition = anAgent(
    `
    triggers:
      start: {}
      draft: { input: { TEXT: { type: string } } }
      think: {}
    workers:
      scribe: { display: hidden }
    agent:
      model: test/main
      system: system
      contextManagement: ${whole}
    handlers:
      start:
        Open: { block: start-thread, thread: draft, system: system }
      draft:
        Say: { block: add-message, thread: draft, role: user, prompt: message, input: [TEXT] }
        Write: { block: next-message, thread: draft }
      think:
        Muse: { block: next-message, independent: true }
    `,
    { system: 'You are kind.', message: '{{TEXT}}' },
  );
  const { session } = converse(
    definition,
    [...['Alder', 'Birch', 'Cedar', 'Daisy'].map(said), reply(text('s', 'Trees.')), said('Elder'), said('nothing')],
    { ports: { workers }, models: { windows } },
  );
  await session.trigger({ triggerName: 'start' });
  for (const name of ['Alder', 'Birch', 'Cedar', 'Daisy', 'Elder']) {
    await session.trigger({ triggerName: 'draft', input: { TEXT: long(name) } });
  }
  await session.trigger({ triggerName: 'think' });
  expect(session.state.threads.get('draft')?.context?.summary).toBe('Trees.');
  expect(session.state.context).toBeUndefined();
});

describe('[rt.compaction.reactive] after a refusal as too long', () => {
  const reading = (id: string): ModelStreamPart[] => toolCall(id, 'read');

  test('older results are thinned and the step is repeated, unseen in the stream', async () => {
    const talked = talk('{}', [uncounted(reading('c1')), overflow(), said('Alder')]);
    await say(talked, 'Alder');
    const leg = await talked.session.answerAll(long('leaf').repeat(4));
    expect(leg.ending).toEqual({ ending: 'completed' });
    expect(JSON.stringify(lastRequest(talked)?.messages)).toContain('Preview of an older result of 16000 characters');
    expect(compactions(leg.logs)).toMatchObject([{ compactionTrigger: 'reactive', layersApplied: ['tool-results'] }]);
    expect(leg.logs.find(({ type }) => type === 'error')).toMatchObject({ error: { retryable: true } });
    expect(leg.events.some(({ type }) => type === 'error')).toBe(false);
  });

  test('messages are summarised where thinning is not enough, and the view stays so', async () => {
    const talked = talk('{ summarizerWorker: scribe, recentPercent: 0.2 }', [
      said('Alder'),
      said('Birch'),
      overflow(),
      reply(text('s', 'Trees.')),
      said('Cedar'),
      said('Daisy'),
    ]);
    for (const name of ['Alder', 'Birch', 'Cedar']) await say(talked, name);
    expect(outline(lastRequest(talked)?.messages)).toEqual(['Alder Alder', 'Summary of t', 'Cedar Cedar']);
    await say(talked, 'Daisy');
    expect(outline(lastRequest(talked)?.messages)[1]).toBe('Summary of t');
  });

  test('it gives up after three repetitions, with the refusal', async () => {
    const calls = ['c1', 'c2', 'c3', 'c4', 'c5', 'c6', 'c7', 'c8'];
    const talked = talk('{ summarizerWorker: scribe, recentPercent: 0.9 }', [
      ...calls.map((id) => uncounted(reading(id))),
      ...[overflow(), overflow(), overflow(), reply(text('s', 'Leaves.')), overflow()],
    ]);
    await say(talked, 'Alder');
    for (const _ of calls.slice(1)) await talked.session.answerAll(long('leaf').repeat(2));
    const leg = await talked.session.answerAll(long('leaf').repeat(2));
    expect(leg.events.at(-1)).toMatchObject({ type: 'error', code: 'CONTEXT_OVERFLOW' });
    expect(compactions(leg.logs)).toMatchObject([
      { layersApplied: ['tool-results'] },
      { layersApplied: ['tool-results'] },
      { layersApplied: ['summary'] },
    ]);
    talked.models.assertDone();
  });

  test('without contextManagement, or with nothing to take away, it is a plain error', async () => {
    const talked = talk('{}', [overflow()]);
    const leg = await say(talked, 'Alder');
    expect(leg.events.at(-1)).toMatchObject({ type: 'error', code: 'CONTEXT_OVERFLOW', retryable: false });
    expect(talked.models.calls).toHaveLength(1);
  });
});
