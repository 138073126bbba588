import type { UIMessagePart } from '@octavus/core';
import { describe, expect, test } from 'vitest';
import { block, call, event, partsWhenCut, text, turnOf } from '../../test/events.ts';
import { finishedParts } from './endings.ts';

describe('endings', () => {
  const everything = [
    ...text('Hi').slice(0, -1),
    event('reasoning-start', { id: 'r1' }),
    event('text-start', { id: 'o1', responseType: 'Quote' }),
    event('text-delta', { id: 'o1', delta: '{"a":1' }),
    event('todo-update', { todos: [] }),
    ...call('c1', 'find'),
    block({ blockId: 'op', blockType: 'set-resource' }),
    event('worker-start', { workerId: 'w1', workerSlug: 'writer' }),
    ...call('c2', 'ask', {}, 'w1'),
    event('text-start', { id: 't2', workerId: 'w1' }),
    event('worker-start', { workerId: 'w2', workerSlug: 'reader' }),
    ...call('c3', 'ask', {}, 'w2'),
    event('worker-result', { workerId: 'w2' }),
  ];
  const statuses = (parts: readonly UIMessagePart[]): unknown[] =>
    parts.map((part) =>
      part.type === 'worker' ? [part.status, ...statuses(part.parts)] : 'status' in part ? part.status : '',
    );

  test('a finished turn has nothing that streams and no call without an answer, but for workers that run', () => {
    const parts = finishedParts(turnOf(everything));
    expect(statuses(parts)).toEqual([
      'done',
      'done',
      'done',
      'done',
      'cancelled',
      'running',
      ['running', 'running', 'streaming'],
      ['done', 'cancelled'],
    ]);
    expect(parts[2]).toMatchObject({ partial: { a: 1 } });
  });

  test('an interrupted turn has nothing that streams, waits or runs', () => {
    expect(statuses(partsWhenCut(...everything))).toEqual([
      'done',
      'done',
      'done',
      'done',
      'cancelled',
      'cancelled',
      ['cancelled', 'cancelled', 'done'],
      ['done', 'cancelled'],
    ]);
  });
});
