import type { PendingToolCall, StreamEvent } from '@octavus/core';
import { expect, test } from 'vitest';
import type { Conversation } from '../src/runs/conversation.ts';
import { converse } from '../src/runs/converse.ts';

const call: PendingToolCall = { toolCallId: 'c1', toolName: 'find-room', args: {} };

/** A conversation whose legs are these events, and what it was continued with. */
function scripted(...legs: readonly (readonly StreamEvent[])[]) {
  const continued: unknown[] = [];
  const rest = [...legs];
  async function* nextLeg(): AsyncGenerator<StreamEvent, void> {
    yield* rest.shift() ?? [];
  }
  const conversation = {
    start: nextLeg,
    continue: (executionId: string, answers: readonly unknown[]) => {
      continued.push([executionId, answers.length]);
      return nextLeg();
    },
  } as unknown as Conversation;
  return { conversation, continued };
}

test('a call that is asked for twice is made once, and a start without an id does not lose the execution', async () => {
  const { conversation, continued } = scripted(
    [
      { type: 'start', executionId: 'exec_1' },
      { type: 'tool-request', toolCalls: [call] },
      { type: 'start' },
      { type: 'tool-request', toolCalls: [call] },
      { type: 'finish', finishReason: 'tool-calls' },
    ],
    [{ type: 'finish', finishReason: 'stop' }],
  );
  const made: string[] = [];
  const request = { kind: 'trigger', triggerName: 'go', input: {} } as const;
  const events = converse(conversation, request, {
    signal: new AbortController().signal,
    callTool: async ({ toolCallId, toolName }) => {
      made.push(toolCallId);
      return { toolCallId, toolName, result: 1 };
    },
  });
  const types = (await Array.fromAsync(events)).map(({ type }) => type);
  expect(types).toEqual(['start', 'start', 'tool-output-available', 'finish']);
  expect([made, continued]).toEqual([['c1'], [['exec_1', 1]]]);
});
