import type { StreamEvent, UIMessagePart, UIWorkerPart } from '@octavus/core';
import { describe, expect, test } from 'vitest';
import { block, call, event, partsAfter, text, turnOf } from '../../test/events.ts';
import { reduceEvent } from './reduce-event.ts';
import { createTurn } from './turn.ts';

/** Every rule about parts holds on the main stream and inside a worker; this runs a test in both places. */
function inBothPlaces(title: string, run: (place: Place) => void): void {
  test(title, () => run({ of: (...events) => partsAfter(...events) }));
  test(`${title}, inside a worker`, () => {
    const within = (inner: StreamEvent): StreamEvent => ({ ...inner, workerId: 'w1' }) as StreamEvent;
    run({
      of: (...events) => {
        const [worker] = partsAfter(
          event('worker-start', { workerId: 'w1', workerSlug: 'writer' }),
          ...events.map(within),
        );
        return (worker as UIWorkerPart).parts;
      },
    });
  });
}

interface Place {
  of(...events: StreamEvent[]): UIMessagePart[];
}

const isPublished = (before: StreamEvent[], last: StreamEvent) => {
  const turn = turnOf(before);
  return reduceEvent(turn, last).revision !== turn.revision;
};

describe('blocks', () => {
  test('a block publishes an empty message', () => {
    expect(isPublished([], block())).toBe(true);
    expect(partsAfter(block())).toEqual([]);
  });

  inBothPlaces('three kinds show as operations until they end', ({ of }) => {
    for (const blockType of ['set-resource', 'serialize-thread', 'generate-image']) {
      const start = block({
        blockId: 'op',
        blockName: 'Key',
        description: 'Saving',
        blockType,
        display: 'description',
      });
      const operation = { type: 'operation', operationId: 'op', name: 'Saving', operationType: blockType };
      expect(of(start)).toEqual([{ ...operation, status: 'running' }]);
      expect(of(start, event('block-end', { blockId: 'op' }))).toEqual([{ ...operation, status: 'done' }]);
    }
    expect(of(block({ blockType: 'set-resource', display: 'hidden' }))).toEqual([]);
    expect(of(block({ blockType: 'set-resource', display: 'name' }))).toMatchObject([{ name: 'Answer' }]);
  });

  inBothPlaces('an operation that is announced again is still one', ({ of }) => {
    const start = block({ blockType: 'generate-image' });
    expect(of(start, event('block-end', { blockId: 'b1' }), start)).toMatchObject([{ status: 'running' }]);
  });

  inBothPlaces('parts carry the thread of their block, which ends with it', ({ of }) => {
    const parts = of(
      block({ thread: 'research' }),
      ...text('inside'),
      event('block-end', { blockId: 'b1' }),
      ...text('outside'),
    );
    expect(parts).toEqual([
      { type: 'text', text: 'inside', status: 'done', thread: 'research' },
      { type: 'text', text: 'outside', status: 'done' },
    ]);
  });

  inBothPlaces('after an inner block the enclosing one is current again', ({ of }) => {
    const parts = of(
      block({ blockId: 'outer', thread: 'research' }),
      block({ blockId: 'inner' }),
      event('block-end', { blockId: 'inner' }),
      ...text('back'),
    );
    expect(parts).toMatchObject([{ text: 'back', thread: 'research' }]);
  });

  test("a worker's block is not the main stream's block", () => {
    const parts = partsAfter(
      block({ thread: 'research' }),
      event('worker-start', { workerId: 'w1', workerSlug: 'writer' }),
      block({ blockId: 'w-b', workerId: 'w1' }),
      event('block-end', { blockId: 'w-b', workerId: 'w1' }),
      ...text('after'),
    );
    expect(parts[1]).toMatchObject({ text: 'after', thread: 'research' });
  });

  inBothPlaces('a block closes the text and the reasoning that are open', ({ of }) => {
    const parts = of(
      event('text-start', { id: 't1' }),
      event('reasoning-start', { id: 'r1' }),
      block(),
      event('text-delta', { id: 't1', delta: 'lost' }),
      event('reasoning-delta', { id: 'r1', delta: 'lost' }),
    );
    expect(parts).toMatchObject([{ text: '' }, { text: '' }]);
  });
});

describe('text', () => {
  inBothPlaces('grows with its deltas', ({ of }) => {
    expect(of(event('text-start', { id: 't1' }))).toEqual([{ type: 'text', text: '', status: 'streaming' }]);
    expect(of(...text('Hel', 'lo').slice(0, -1))).toEqual([{ type: 'text', text: 'Hello', status: 'streaming' }]);
    expect(of(...text('Hel', 'lo'))).toEqual([{ type: 'text', text: 'Hello', status: 'done' }]);
  });

  test('of an independent block on the main thread is not shown, and deltas of an older text do not grow', () => {
    const parts = partsAfter(
      block(),
      event('text-start', { id: 'old' }),
      block({ blockId: 'b2', outputToChat: false }),
      ...text('secret'),
      block({ blockId: 'b3', outputToChat: false, thread: 'notes' }),
      ...text('note'),
    );
    expect(parts).toMatchObject([{ text: '' }, { text: 'note', thread: 'notes' }]);
  });

  test('of an independent block is shown inside a worker', () => {
    const [worker] = partsAfter(
      event('worker-start', { workerId: 'w1', workerSlug: 'writer' }),
      block({ workerId: 'w1', outputToChat: false }),
      event('text-start', { id: 't1', workerId: 'w1' }),
      event('text-delta', { id: 't1', delta: 'shown', workerId: 'w1' }),
    );
    expect((worker as UIWorkerPart).parts).toMatchObject([{ text: 'shown' }]);
  });

  inBothPlaces('two at a time are told apart by id; an unknown id means the one opened last', ({ of }) => {
    const parts = of(
      event('text-start', { id: 'a' }),
      event('text-start', { id: 'b' }),
      event('text-delta', { id: 'a', delta: 'A' }),
      event('text-delta', { id: 'b', delta: 'B' }),
      event('text-delta', { id: '?', delta: '!' }),
      event('text-end', { id: 'a' }),
    );
    expect(parts).toMatchObject([
      { text: 'A', status: 'done' },
      { text: 'B!', status: 'streaming' },
    ]);
  });

  test('a delta without a text changes no part', () => {
    expect(partsAfter(event('text-delta', { id: 't1', delta: 'x' }), event('text-end', { id: 't1' }))).toEqual([]);
  });
});

describe('structured output', () => {
  const object = (...deltas: string[]) => [
    event('text-start', { id: 'o1', responseType: 'Quote' }),
    ...deltas.map((delta) => event('text-delta', { id: 'o1', delta })),
  ];
  const end = event('text-end', { id: 'o1' });

  inBothPlaces('shows what can be read of it, then the whole', ({ of }) => {
    const part = { type: 'object', id: 'o1', typeName: 'Quote' };
    expect(of(...object())).toEqual([{ ...part, status: 'streaming' }]);
    expect(of(...object('{"task":"new', ' tyre","items":[{"a'))).toEqual([
      { ...part, status: 'streaming', partial: { task: 'new tyre', items: [{}] } },
    ]);
    expect(of(...object('{"price":', '25}'), end)).toEqual([
      { ...part, status: 'done', partial: { price: 25 }, object: { price: 25 } },
    ]);
  });

  inBothPlaces('that is not JSON is an error and keeps what was seen', ({ of }) => {
    expect(of(...object('{"price":25', ' oops'), end)).toMatchObject([
      { status: 'error', error: 'Failed to parse response as JSON', partial: { price: 25 } },
    ]);
    expect(of(...object(), end)).toMatchObject([{ status: 'error' }]);
  });

  inBothPlaces('a plain text after it is a part of its own', ({ of }) => {
    const parts = of(
      ...object('{"a":1'),
      event('text-start', { id: 't2' }),
      event('text-delta', { id: 't2', delta: 'Hi' }),
    );
    expect(parts).toMatchObject([{ partial: { a: 1 } }, { text: 'Hi' }]);
  });
});

inBothPlaces('reasoning grows and ends', ({ of }) => {
  const events = [
    event('reasoning-start', { id: 'r1' }),
    event('reasoning-delta', { id: 'r1', delta: 'Hmm' }),
    event('reasoning-delta', { id: 'r1', delta: '.' }),
  ];
  expect(of(...events)).toEqual([{ type: 'reasoning', text: 'Hmm.', status: 'streaming' }]);
  expect(of(...events, event('reasoning-end', { id: 'r1' }))).toMatchObject([{ status: 'done' }]);
  expect(of(...events, event('reasoning-end', { id: 'r1' }), events[1]!)).toMatchObject([{ text: 'Hmm.' }]);
});

describe('tool calls', () => {
  const opened = event('tool-input-start', { toolCallId: 'c1', toolName: 'find', title: 'Finding', display: 'stream' });
  const piece = (inputTextDelta: string) => event('tool-input-delta', { toolCallId: 'c1', inputTextDelta });
  const part = { type: 'tool-call', toolCallId: 'c1', toolName: 'find', displayName: 'Finding', display: 'stream' };

  inBothPlaces('show their arguments while they are written', ({ of }) => {
    expect(of(opened)).toEqual([{ ...part, args: {}, status: 'pending' }]);
    expect(of(opened, piece('{"order":"A'), piece('-17"'))).toMatchObject([{ args: { order: 'A-17' } }]);
    expect(of(opened, piece('["a'))).toMatchObject([{ args: {} }]);
    expect(of(opened, event('tool-input-end', { toolCallId: 'c1' }))).toMatchObject([{ status: 'pending' }]);
  });

  test('a piece that shows nothing new is not published', () => {
    expect(isPublished([opened, piece('{')], piece('"ord'))).toBe(false);
    expect(isPublished([opened, piece('{"order":"')], piece('A'))).toBe(true);
  });

  inBothPlaces('run, then have a result or an error', ({ of }) => {
    const available = event('tool-input-available', { toolCallId: 'c1', toolName: 'find', input: { order: 'B-2' } });
    const running = { ...part, args: { order: 'B-2' }, status: 'running' };
    expect(of(opened, piece('{"order":"A'), available)).toEqual([running]);
    expect(of(opened, available, event('tool-output-available', { toolCallId: 'c1', output: [1] }))).toEqual([
      { ...running, status: 'done', result: [1] },
    ]);
    expect(of(opened, available, event('tool-output-error', { toolCallId: 'c1', error: 'No' }))).toEqual([
      { ...running, status: 'error', error: 'No' },
    ]);
  });

  inBothPlaces('shown by title keep arguments and result to themselves', ({ of }) => {
    const titled = event('tool-input-start', {
      toolCallId: 'c1',
      toolName: 'find',
      title: 'Finding',
      display: 'title',
    });
    const parts = of(
      titled,
      event('tool-input-available', { toolCallId: 'c1', toolName: 'find', input: { secret: 1 } }),
      event('tool-output-available', { toolCallId: 'c1', output: 'secret' }),
    );
    expect(parts).toEqual([{ ...part, display: 'title', args: {}, status: 'done' }]);
  });

  test('of an unknown id change nothing', () => {
    const turn = turnOf([opened]);
    for (const type of [
      'tool-input-delta',
      'tool-input-available',
      'tool-output-available',
      'tool-output-error',
    ] as const) {
      const unknown = event(type, { toolCallId: 'other', inputTextDelta: '{"a":1', input: {}, output: 1, error: 'x' });
      expect(reduceEvent(turn, unknown)).toBe(turn);
    }
  });

  test('an answer without a worker id reaches the call inside the worker', () => {
    const [worker] = partsAfter(
      event('worker-start', { workerId: 'w1', workerSlug: 'writer' }),
      ...call('c9', 'ask', {}, 'w1'),
      event('tool-output-available', { toolCallId: 'c9', output: 'yes' }),
    );
    expect((worker as UIWorkerPart).parts).toMatchObject([{ status: 'done', result: 'yes' }]);
  });
});

describe('content', () => {
  inBothPlaces('sources and files are parts of the current thread', ({ of }) => {
    const parts = of(
      block({ thread: 'research' }),
      event('source', { sourceType: 'url', id: 's1', url: 'https://plants.example/', title: 'Ferns' }),
      event('source', { sourceType: 'document', id: 's2', mediaType: 'text/plain', title: 'Notes', filename: 'n.txt' }),
      event('file-available', { id: 'f1', mediaType: 'image/png', url: 'https://files.example/f1', toolCallId: 'c1' }),
    );
    const thread = 'research';
    expect(parts).toEqual([
      { type: 'source', sourceType: 'url', id: 's1', url: 'https://plants.example/', title: 'Ferns', thread },
      {
        type: 'source',
        sourceType: 'document',
        id: 's2',
        mediaType: 'text/plain',
        title: 'Notes',
        filename: 'n.txt',
        thread,
      },
      { type: 'file', id: 'f1', mediaType: 'image/png', url: 'https://files.example/f1', toolCallId: 'c1', thread },
    ]);
  });

  inBothPlaces('there is one task list, replaced where it stands', ({ of }) => {
    const list = (status: string) => event('todo-update', { todos: [{ id: '1', content: 'Water', status }] });
    const parts = of(list('pending'), ...text('Working'), list('completed'));
    expect(parts).toEqual([
      { type: 'todo', todos: [{ id: '1', content: 'Water', status: 'completed' }], status: 'streaming' },
      { type: 'text', text: 'Working', status: 'done' },
    ]);
  });
});

describe('workers', () => {
  const started = event('worker-start', {
    workerId: 'w1',
    workerSlug: 'writer',
    description: 'Writes',
    input: { a: 1 },
  });
  const worker = { type: 'worker', workerId: 'w1', workerSlug: 'writer' };

  test('the input is shown while it is written, and the start adds what is missing', () => {
    const inputStart = event('worker-input-start', { workerId: 'w1', workerSlug: 'writer' });
    const piece = (delta: string) => event('worker-input-delta', { workerId: 'w1', delta });
    expect(partsAfter(inputStart)).toEqual([{ ...worker, parts: [], status: 'running' }]);
    expect(partsAfter(inputStart, piece('{"PLANT":"fe'))).toMatchObject([{ input: { PLANT: 'fe' } }]);
    const ready = event('worker-input-ready', { workerId: 'w1', input: { PLANT: 'fern' } });
    expect(partsAfter(inputStart, piece('{"PLANT":"fe'), ready, started)).toEqual([
      { ...worker, description: 'Writes', input: { PLANT: 'fern' }, parts: [], status: 'running' },
    ]);
    expect(isPublished([inputStart, piece('{')], piece('"PLA'))).toBe(false);
  });

  test('a start that is announced again keeps what the worker has shown', () => {
    const inner = event('text-start', { id: 't1', workerId: 'w1' });
    const parts = partsAfter(started, inner, started, event('text-delta', { id: 't1', delta: 'on', workerId: 'w1' }));
    expect(parts).toMatchObject([{ parts: [{ text: 'on' }] }]);
  });

  test.each([
    [{ output: 'Wipe it.' }, { output: 'Wipe it.', status: 'done' }],
    [{}, { status: 'done' }],
    [{ error: 'No' }, { error: 'No', status: 'error' }],
    [{ cancelled: true, error: 'Cancelled' }, { status: 'cancelled' }],
  ])('ends with %j', (fields, ended) => {
    const parts = partsAfter(
      started,
      event('text-start', { id: 't1', workerId: 'w1' }),
      event('todo-update', { workerId: 'w1', todos: [] }),
      event('worker-result', { workerId: 'w1', ...fields }),
      event('text-delta', { id: 't1', delta: 'late', workerId: 'w1' }),
    );
    expect(parts[0]).toEqual({
      ...worker,
      description: 'Writes',
      input: { a: 1 },
      parts: [
        { type: 'text', text: '', status: 'done' },
        { type: 'todo', todos: [], status: 'done' },
      ],
      ...ended,
    });
  });

  test('events of a worker nobody announced belong to the main stream', () => {
    expect(partsAfter(event('text-start', { id: 't', workerId: 'unknown' }))).toMatchObject([{ type: 'text' }]);
  });

  test('events about an unknown worker change nothing', () => {
    const turn = createTurn('t');
    for (const type of ['worker-input-delta', 'worker-input-ready', 'worker-result'] as const) {
      expect(reduceEvent(turn, event(type, { workerId: 'x', delta: '{}', input: {} }))).toBe(turn);
    }
  });
});

test('events that steer the run change no message, unknown ones neither', () => {
  const turn = createTurn('t');
  const types = ['start', 'finish', 'error', 'usage', 'tool-request', 'client-tool-request', 'resource-update'];
  for (const type of [...types, 'tool-input-end', 'constructor', 'toString']) {
    expect(reduceEvent(turn, event(type as 'start'))).toBe(turn);
  }
});
