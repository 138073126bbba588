import type { StreamEvent } from '@octavus/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { event, turnOf } from '../../test/events.ts';
import { reduceEvent } from './reduce-event.ts';
import { createTurn, partsOf } from './turn.ts';

describe('as a function', () => {
  const ids = fc.constantFrom('a', 'b');
  const workerId = fc.constantFrom(undefined, undefined, 'w1', 'w2');
  const delta = fc.constantFrom('{"a":', '[1,', '"x', '}', 'text');
  const anyEvent = fc
    .record({
      type: fc.constantFrom<StreamEvent['type'][]>(
        'block-start',
        'block-end',
        'text-start',
        'text-delta',
        'text-end',
        'reasoning-start',
        'reasoning-delta',
        'reasoning-end',
        'tool-input-start',
        'tool-input-delta',
        'tool-input-available',
        'tool-output-available',
        'tool-output-error',
        'source',
        'file-available',
        'todo-update',
        'worker-input-start',
        'worker-input-delta',
        'worker-input-ready',
        'worker-start',
        'worker-result',
      ),
      id: ids,
      workerId,
      delta,
      thread: fc.constantFrom(undefined, 'main', 'notes'),
      isObject: fc.boolean(),
    })
    .map(({ type, id, delta: piece, isObject, thread, ...rest }) =>
      event(type, {
        ...rest,
        ...(type.startsWith('worker-') && { workerId: rest.workerId ?? 'w1', workerSlug: 'writer' }),
        id,
        thread,
        delta: piece,
        inputTextDelta: piece,
        toolCallId: id,
        toolName: 'find',
        blockId: id,
        blockName: 'B',
        blockType: isObject ? 'set-resource' : 'next-message',
        display: 'stream',
        input: { a: 1 },
        output: 1,
        error: 'e',
        sourceType: 'url',
        url: 'u',
        mediaType: 'm',
        todos: [],
        ...(isObject && { responseType: 'T' }),
      }),
    );
  const anyEvents = fc.array(anyEvent, { maxLength: 60 });

  test('a prefix and then the rest is the whole', () => {
    fc.assert(
      fc.property(anyEvents, fc.nat(), (events, at) => {
        const cut = at % (events.length + 1);
        const whole = turnOf(events);
        const inTwo = turnOf(events.slice(cut), turnOf(events.slice(0, cut)));
        expect(partsOf(inTwo)).toEqual(partsOf(whole));
        expect(inTwo.revision).toBe(whole.revision);
      }),
    );
  });

  test('what was handed out never changes, and what did not change is the same object', () => {
    fc.assert(
      fc.property(anyEvents, (events) => {
        let turn = createTurn('t');
        for (const next of events) {
          const before = partsOf(turn);
          deepFreeze(before);
          const copy = structuredClone(before);
          const reduced = reduceEvent(turn, next);
          expect(before).toEqual(copy);
          const after = partsOf(reduced);
          const changed = after.filter((part, index) => part !== before[index]);
          expect(changed.length).toBeLessThanOrEqual(1);
          turn = reduced;
        }
      }),
    );
  });
});

function deepFreeze(value: unknown): void {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return;
  Object.freeze(value);
  for (const inner of Object.values(value)) deepFreeze(inner);
}
