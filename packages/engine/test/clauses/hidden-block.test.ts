import type { StreamEvent } from '@octavus/core';
import { describe, expect, test } from 'vitest';
import { toUiMessages } from '../../src/messages/to-ui-messages.ts';
import { anAgent, file, partByPart, reasoning, reply, text, toolCall } from '../../src/testing/index.ts';
import { converse, outline } from '../converse.ts';

const prompts = { system: 'You help.', message: 'Hi' };
const go = { triggerName: 'go' };

function anAgentThat(blocks: string) {
  return anAgent(
    `
triggers: { go: {} }
variables: { SLOT: { type: unknown }, CHAT: { type: string } }
resources: { PLAN: { type: string, default: none } }
tools: { look: { description: Looking, display: stream, parameters: { at: { type: string } } } }
agent: { model: test/main, system: system, tools: [look], agentic: true, references: [care], todoList: true, imageModel: offline/instant }
handlers:
  go:
    Ask: { block: add-message, role: user, prompt: message }
${blocks}`,
    prompts,
    [{ name: 'care', description: 'How to care', content: 'Water it.' }],
  );
}

describe('[sse.display.block.hidden] a hidden block', () => {
  const page = { type: 'source', sourceType: 'url', id: 's1', url: 'https://a.example', title: 'A' } as const;

  test('of an answer shows no block and no work: the last text bare, in one piece, and what must be asked', async () => {
    const { session } = converse(anAgentThat('    Answer: { block: next-message, display: hidden }\n'), [
      partByPart(
        reply(
          reasoning('r', ['Hm']),
          text('t', 'I ', 'look.'),
          [page],
          file('image/png', new Uint8Array([1])),
          toolCall('c1', 'look', { at: 'fern' }),
          toolCall('c2', 'octavus_reference_list'),
          toolCall('c3', 'octavus_todo_write', { merge: false, todos: [{ id: '1', content: 'Look' }] }),
        ),
      ),
      partByPart(reply(reasoning('s', ['Aha']), text('u', 'It is ', 'green.'))),
    ]);
    const first = await session.trigger(go);
    expect(outline(first.events)).toEqual(['start', 'tool-request', 'finish:tool-calls']);
    expect(first.events[1]).toMatchObject({ toolCalls: [{ toolCallId: 'c1', args: { at: 'fern' } }] });
    const second = await session.answerAll('green');
    const id = (second.events[1] as { id: string }).id;
    expect(second.events.slice(1, -1)).toEqual([
      { type: 'text-start', id },
      { type: 'text-delta', id, delta: 'It is green.' },
      { type: 'text-end', id },
    ] satisfies StreamEvent[]);
    // A refresh shows the same answer.
    const texts = toUiMessages(session.state)[1]!.parts.filter(({ type }) => type === 'text' || type === 'reasoning');
    expect(texts).toMatchObject([{ text: 'It is green.' }]);
  });

  test('of a named thread shows no text at all', async () => {
    const { session } = converse(
      anAgentThat(`    Open: { block: start-thread, thread: notes, system: system }
    Notes: { block: next-message, thread: notes, display: hidden }
`),
      [reply(text('t', 'Hm.'))],
    );
    expect(outline((await session.trigger(go)).events)).toEqual(['start', 'finish:stop']);
  });

  test('of any other kind shows nothing but resources and what must be asked', async () => {
    const { session } = converse(
      anAgentThat(`    Save: { block: set-resource, resource: PLAN, value: x, display: hidden }
    Keep: { block: serialize-thread, output: CHAT, display: hidden }
    Look: { block: tool-call, tool: look, input: { at: x }, output: SLOT, display: hidden }
`),
      [],
    );
    const { events } = await session.trigger(go);
    expect(outline(events)).toEqual(['start', 'resource-update', 'tool-request', 'finish:tool-calls']);
    expect(outline((await session.answerAll(1)).events)).toEqual(['start', 'finish:stop']);
    expect(session.state.variables).toMatchObject({ SLOT: 1, CHAT: expect.any(String) });
    expect(toUiMessages(session.state)).toHaveLength(1);
  });
});
