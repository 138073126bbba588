import type { StreamEvent } from '@octavus/core';
import { interruptedParts } from '../src/reduce/endings.ts';
import { reduceEvent } from '../src/reduce/reduce-event.ts';
import { createTurn, partsOf, type Turn } from '../src/reduce/turn.ts';

/** An event by its type and the fields that matter in a test. */
// biome-ignore lint/suspicious/noExplicitAny: tests write events as they come over the wire
export const event = (type: StreamEvent['type'], fields: Record<string, any> = {}): StreamEvent =>
  ({ type, ...fields }) as StreamEvent;

export const block = (fields: Record<string, unknown> = {}): StreamEvent =>
  event('block-start', { blockId: 'b1', blockName: 'Answer', blockType: 'next-message', display: 'stream', ...fields });

export const text = (...deltas: string[]): StreamEvent[] => [
  event('text-start', { id: 't1' }),
  ...deltas.map((delta) => event('text-delta', { id: 't1', delta })),
  event('text-end', { id: 't1' }),
];

export const start = (fields: Record<string, unknown> = {}): StreamEvent =>
  event('start', { messageId: 'm1', executionId: 'exec_1', ...fields });

export const finish = (finishReason = 'stop'): StreamEvent => event('finish', { finishReason, executionId: 'exec_1' });

export const call = (toolCallId: string, toolName: string, args: Record<string, unknown> = {}, workerId?: string) => [
  event('tool-input-start', { toolCallId, toolName, workerId }),
  event('tool-input-available', { toolCallId, toolName, input: args, workerId }),
];

export function turnOf(events: readonly StreamEvent[], from: Turn = createTurn('turn')): Turn {
  return events.reduce(reduceEvent, from);
}

export const partsAfter = (...events: StreamEvent[]) => partsOf(turnOf(events));
export const partsWhenCut = (...events: StreamEvent[]) => interruptedParts(turnOf(events));
