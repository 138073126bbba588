import type { ModelMessage } from '@octavus/core';
import { expect, test } from 'vitest';
import { converse } from '../../test/converse.ts';
import { anAgent } from '../testing/an-agent.ts';
import { reply, text, toolCall } from '../testing/index.ts';
import { alternate } from './alternate.ts';

const says = (role: 'user' | 'assistant', words: string): ModelMessage => ({
  role,
  content: [{ type: 'text', text: words }],
});
const begin = says('user', 'Begin.');
const goOn = says('user', 'Continue.');

test('a context that alternates stays as it is', () => {
  const messages = [says('user', 'Hi'), says('assistant', 'Hello'), says('user', 'And?'), says('user', 'Well?')];
  expect(alternate(messages)).toEqual(messages);
});

test('the user opens an empty context, speaks before the assistant, between its turns, and last', () => {
  const [one, two] = [says('assistant', 'One'), says('assistant', 'Two')];
  expect(alternate([])).toEqual([begin]);
  expect(alternate([one, two])).toEqual([begin, one, goOn, two, goOn]);
});

test('results of a call that the provider ran are no turn of the user', () => {
  const call = { type: 'tool-call', toolCallId: 's1', toolName: 'web-search', input: {} } as const;
  const output = { kind: 'result' as const, value: 'found' };
  const ran: ModelMessage[] = [
    {
      role: 'assistant',
      content: [
        { ...call, providerExecuted: true },
        { type: 'text', text: 'Found.' },
      ],
    },
    { role: 'tool', content: [{ type: 'tool-result', toolCallId: 's1', toolName: 'web-search', output }] },
  ];
  const asked: ModelMessage[] = [{ role: 'assistant', content: [call] }, ran[1]!];
  expect(alternate([begin, ...ran])).toEqual([begin, ...ran, goOn]);
  expect(alternate([begin, ...asked])).toEqual([begin, ...asked]);
});

test('a greeting before a call, and a second answer, leave a context that every provider takes', async () => {
  const agent = anAgent(
    `
    triggers: { go: {} }
    tools: { look: { description: Looks } }
    agent: { model: google/gemini-3-pro, system: system, tools: [look], agentic: true }
    handlers:
      go:
        Greet: { block: add-message, role: assistant, prompt: greeting }
        First: { block: next-message }
        Second: { block: next-message }
    `,
    { system: 'You help.', greeting: 'Welcome.' },
  );
  // Scripted models refuse a context that Anthropic, OpenAI or Google would refuse.
  const { session, models } = converse(agent, [
    reply(toolCall('c1', 'look')),
    reply(text('t', 'Seen.')),
    reply(text('t', 'Bye.')),
  ]);
  await session.trigger({ triggerName: 'go' });
  await session.answerAll('a fern');
  models.assertDone();
  const roles = models.calls.map(({ request }) => request.messages.map(({ role }) => role));
  expect(roles).toEqual([
    ['user', 'assistant', 'user'],
    ['user', 'assistant', 'user', 'assistant', 'tool'],
    ['user', 'assistant', 'user', 'assistant', 'tool', 'assistant', 'user'],
  ]);
  expect(JSON.stringify(session.state.messages)).not.toContain('Continue.');
});
