import type { StreamEvent } from '@octavus/core';

/**
 * Checks what the legs of one execution share (stream-events.md 2 and G8): the same `executionId` and `messageId`, a block ends
 * once, text ids are used once, a continued call does not start again, and only the last leg has a final ending.
 *
 * @param legs events of each leg, in order; each has passed `checkEventGrammar`.
 */
export function checkExecution(legs: readonly (readonly StreamEvent[])[]): void {
  const seen = { text: new Set<string>(), call: new Set<string>(), block: new Set<string>() };
  legs.forEach((events, leg) => {
    const start = startOf(events);
    const first = startOf(legs[0]!);
    if (start?.executionId !== first?.executionId) throw new Error(`leg ${leg} has another executionId`);
    if (start?.messageId !== first?.messageId) throw new Error(`leg ${leg} has another messageId`);
    const isPaused = events.some((event) => event.type === 'tool-request');
    if (isPaused !== leg < legs.length - 1)
      throw new Error(`leg ${leg} ${isPaused ? 'pauses and is last' : 'ends early'}`);
    for (const event of events) checkOnce(event, seen, leg);
  });
}

interface Seen {
  readonly text: Set<string>;
  readonly call: Set<string>;
  readonly block: Set<string>;
}

function checkOnce(event: StreamEvent, seen: Seen, leg: number): void {
  switch (event.type) {
    case 'text-start':
    case 'reasoning-start':
      addOnce(seen.text, event.id, leg);
      return;
    case 'tool-input-start':
      addOnce(seen.call, event.toolCallId, leg);
      return;
    case 'block-end':
      addOnce(seen.block, event.blockId, leg);
      return;
    case 'block-start':
      if (seen.block.has(event.blockId)) throw new Error(`leg ${leg}: block ${event.blockId} starts after its end`);
      return;
    default:
  }
}

function addOnce(ids: Set<string>, id: string, leg: number): void {
  if (ids.has(id)) throw new Error(`leg ${leg}: ${id} a second time`);
  ids.add(id);
}

function startOf(events: readonly StreamEvent[]): Extract<StreamEvent, { type: 'start' }> | undefined {
  const first = events[0];
  return first?.type === 'start' ? first : undefined;
}
