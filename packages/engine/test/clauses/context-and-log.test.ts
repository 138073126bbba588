import { describe, expect, test } from 'vitest';
import type { Part } from '../../src/state/message.ts';
import { buildContext } from '../../src/step/model-context.ts';
import { aCallPart, aMessage, anAgent, aTextPart, reasoning, reply, text, toolCall } from '../../src/testing/index.ts';
import { converse } from '../converse.ts';

describe('the context of a model', () => {
  const part = (value: object): Part => ({ visible: true, ...value }) as Part;

  test('[rt.context.left-out] [rt.tool-call.for-users] leaves out what is for people', () => {
    const answer = aMessage('m2', 'assistant', [
      aTextPart('Here.'),
      aCallPart('c1', { status: 'available', result: 1 }, { source: 'block', isDisplayOnly: true }),
      part({ type: 'operation', operation: { id: 'b-1', name: 'Saving', operationType: 'set-resource' } }),
      part({ type: 'source', source: { sourceType: 'url', id: 's1', url: 'https://a.example' } }),
      part({ type: 'todo', todos: [{ id: '1', content: 'Water', status: 'pending' }] }),
      part({ type: 'worker', worker: { workerId: 'w1', workerSlug: 'writer', nestedParts: [aTextPart('nested')] } }),
      aTextPart('aside', { thread: 'notes' }),
    ]);
    const { units } = buildContext([aMessage('m1', 'user', [aTextPart('Hi')]), answer], 'main', {
      provider: 'openai',
    });
    expect(units.flatMap(({ messages }) => messages)).toEqual([
      { role: 'user', content: [{ type: 'text', text: 'Hi' }] },
      { role: 'assistant', content: [{ type: 'text', text: 'Here.' }] },
    ]);
  });

  test('[rt.context.object] has an object as its JSON text', () => {
    const object = part({ type: 'object', object: { id: 'o1', typeName: 'Card', value: { advice: 'Mist it' } } });
    const { units } = buildContext([aMessage('m1', 'assistant', [object])], 'main', { provider: 'openai' });
    expect(units.flatMap(({ messages }) => messages)).toEqual([
      { role: 'assistant', content: [{ type: 'text', text: '{"advice":"Mist it"}' }] },
    ]);
  });

  test('[proto.announced.empty] has no system text where the prompt is empty and nothing is announced', async () => {
    const agent = anAgent(
      'triggers: { go: {} }\nagent: { model: openai/gpt-4o, system: system }\nhandlers: { go: { Answer: { block: next-message } } }',
      { system: '  ' },
    );
    const { session, models } = converse(agent, [reply(text('t', 'Hi.'))]);
    await session.trigger({ triggerName: 'go' });
    expect(models.calls[0]?.request.system.filter((line) => line.trim() !== '')).toEqual([]);
  });
});

describe('the log', () => {
  const agent = anAgent(
    `
triggers: { go: { input: { MESSAGE: { type: string } } } }
tools: { look: { description: Looks, parameters: { at: { type: string } } } }
agent: { model: anthropic/claude-sonnet-4-5, system: system, tools: [look], agentic: true }
handlers:
  go:
    Open: { block: start-thread, thread: notes, system: notes }
    Ask: { block: add-message, role: user, prompt: message, input: [MESSAGE] }
    Answer: { block: next-message }
`,
    { system: 'You help.', notes: 'You note.', message: '{{MESSAGE}}' },
  );

  test('[rt.log.trigger] [rt.log.message] [rt.log.thread-created] [rt.log.reasoning] [rt.log.llm-tool-request] [rt.log.llm-response] [rt.log.tool-call] [rt.log.tool-result] [rt.log.sequence] [proto.block.start-thread] tells a turn from trigger to answer, counted across its legs', async () => {
    const { session } = converse(agent, [
      reply(reasoning('r', ['Hm.']), text('t', 'I look.'), toolCall('c1', 'look', { at: 'fern' })),
      reply(text('u', 'Green.')),
    ]);
    const first = await session.trigger({ triggerName: 'go', input: { MESSAGE: 'Hi' } });
    const second = await session.answerAll({ colour: 'green' });
    const entries = [...first.logs, ...second.logs];
    expect(entries.map(({ type }) => type)).toEqual([
      'trigger',
      'thread-created',
      'message',
      'thread-created',
      'model-request',
      'reasoning',
      'step-stats',
      'llm-tool-request',
      'tool-call',
      'tool-result',
      'model-request',
      'step-stats',
      'llm-response',
    ]);
    expect(entries.map(({ sequence }) => sequence)).toEqual(entries.map((_, index) => index));
    const find = (type: string) => entries.filter((entry) => entry.type === type);
    expect(find('trigger')).toMatchObject([{ triggerName: 'go', triggerInput: { MESSAGE: 'Hi' } }]);
    expect(find('thread-created')).toMatchObject([
      { thread: 'notes', systemPrompt: 'You note.' },
      { systemPrompt: 'You help.' },
    ]);
    expect(find('message')).toMatchObject([{ role: 'user', content: 'Hi', visible: true, blockName: 'Ask' }]);
    expect(find('reasoning')).toMatchObject([{ reasoningContent: 'Hm.' }]);
    const call = { id: 'c1', name: 'look', arguments: { at: 'fern' } };
    expect(find('llm-tool-request')).toMatchObject([{ response: 'I look.', toolCalls: [call] }]);
    expect(find('tool-call')).toMatchObject([
      { toolName: 'look', toolDescription: 'Looks', toolArguments: { at: 'fern' } },
    ]);
    expect(find('tool-result')).toMatchObject([{ toolName: 'look', toolResult: { colour: 'green' } }]);
    expect(find('llm-response')).toMatchObject([{ response: 'Green.' }]);
  });
});
