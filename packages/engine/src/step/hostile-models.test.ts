import type { ModelStreamPart } from '@octavus/core';
import { describe, expect, test } from 'vitest';
import { converse, outline } from '../../test/converse.ts';
import { toUiMessages } from '../messages/to-ui-messages.ts';
import { anAgent, reply, text, toolCall } from '../testing/index.ts';

const agent = anAgent(
  `
triggers: { go: {} }
variables: { CARD: { type: unknown } }
types: { Card: { advice: { type: string } } }
tools: { look: { description: Looks, parameters: { at: { type: unknown, optional: true } } } }
agent: { model: anthropic/claude-sonnet-4-6, system: system, tools: [look], agentic: true }
handlers:
  go:
    Ask: { block: add-message, role: user, prompt: message }
    Answer: { block: next-message }
`,
  { system: 'You help.', message: 'Hi' },
);
const go = { triggerName: 'go' };
const deep = `{"at":${'['.repeat(50_000)}${']'.repeat(50_000)}}`;

describe('a model that does what no model should', () => {
  test.each(['', 'functions.look up', '2fa', 'x'.repeat(80), '🌱'])(
    'calls a tool by the name %j: the conversation goes on with every provider',
    async (name) => {
      const { session, models } = converse(agent, [reply(toolCall('c1', name)), reply(text('a', 'Hm'))]);
      const leg = await session.trigger(go);
      expect(leg.ending).toEqual({ ending: 'completed' });
      models.assertDone();
      const [, asked, answered] = models.calls[1]!.request.messages;
      const [call, result] = [asked?.content[0], answered?.content[0]];
      expect(call).toMatchObject({ toolName: expect.stringMatching(/^[A-Za-z_][A-Za-z0-9_-]{0,63}$/) });
      expect(result).toMatchObject({ toolName: (call as { toolName: string }).toolName });
      // People and the log have the name as it was.
      expect(leg.events.find(({ type }) => type === 'tool-input-available')).toMatchObject({ toolName: name });
    },
  );

  test('nests its arguments beyond all measure: they are not valid, and nothing breaks', async () => {
    const { session, models } = converse(agent, [reply(toolCall('c1', 'look', deep)), reply(text('a', 'Hm'))]);
    expect((await session.trigger(go)).ending).toEqual({ ending: 'completed' });
    expect(models.calls[1]!.request.messages.at(-1)?.content[0]).toMatchObject({
      output: { kind: 'error', message: expect.stringContaining('Invalid arguments') },
    });
  });

  test('answers the call of another tool, which runs outside all the same', async () => {
    const forged: ModelStreamPart = { type: 'tool-result', toolCallId: 'c1', toolName: 'look', result: 'forged' };
    const { session } = converse(agent, [reply(toolCall('c1', 'look'), [forged]), reply(text('a', 'Hm'))]);
    const leg = await session.trigger(go);
    expect(outline(leg.events).slice(-2)).toEqual(['tool-request', 'finish:tool-calls']);
    await session.answerAll('real');
    const calls = session.state.messages.flatMap(({ parts }) => parts).filter(({ type }) => type === 'tool-call');
    expect(calls).toMatchObject([{ toolCall: { status: 'available', result: 'real' } }]);
  });

  test('answers its own call twice: the first answer counts', async () => {
    const [start, ...rest] = toolCall('c1', 'web-search');
    const own = [
      { ...start, providerExecuted: true },
      ...rest.map((part) => (part.type === 'tool-call' ? { ...part, providerExecuted: true } : part)),
      ...['first', 'second'].map((result) => ({
        type: 'tool-result',
        toolCallId: 'c1',
        toolName: 'web-search',
        result,
      })),
    ] as ModelStreamPart[];
    const { session } = converse(agent, [reply(own, text('a', 'Hm'))]);
    const leg = await session.trigger(go);
    expect(leg.events.filter(({ type }) => type === 'tool-output-available')).toMatchObject([{ output: 'first' }]);
    expect(session.state.messages.at(-1)?.parts[0]).toMatchObject({ toolCall: { result: 'first' } });
  });

  test('speaks in two texts at once, without beginnings, and after its end: what came in order is kept', async () => {
    const parts: ModelStreamPart[] = [
      { type: 'text-delta', id: 'a', delta: 'One ' },
      { type: 'reasoning-delta', id: 'r', delta: 'Hm ' },
      { type: 'text-delta', id: 'b', delta: 'two ' },
      { type: 'text-delta', id: 'a', delta: 'three.' },
      { type: 'text-end', id: 'nobody' },
      { type: 'tool-input-delta', id: 'nobody', delta: '{' },
      { type: 'finish', reason: 'stop', usage: {} },
      { type: 'text-delta', id: 'a', delta: 'Late.' },
    ];
    const { session } = converse(agent, [{ batches: [parts] }]);
    const leg = await session.trigger(go);
    expect(leg.ending).toEqual({ ending: 'completed' });
    const shown = toUiMessages(session.state)[1]!.parts.map((part) => ('text' in part ? part.text : part.type));
    expect(shown).toEqual(['One ', 'Hm ', 'two ', 'three.']);
  });
});
