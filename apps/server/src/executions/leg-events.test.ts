import type { StreamEvent } from '@octavus/core';
import type { Output, RunEnding } from '@octavus/engine';
import { expect, test } from 'vitest';
import { LegEvents } from './leg-events.ts';
import type { SessionWriter } from './session-writer.ts';

const delta: StreamEvent = { type: 'text-delta', id: 'txt-1', delta: 'Hi' };

async function* runOf(...batches: readonly (readonly Output[])[]): AsyncGenerator<readonly Output[], RunEnding> {
  yield* batches;
  return { ending: 'completed' };
}

interface Situation {
  readonly write?: SessionWriter['write'];
  readonly workerId?: string;
  readonly isLeaseLost?: boolean;
}

/** The types of what a leg with one piece of text sends, and how often it was told to be over. */
async function read({ write = (outputs) => outputs as StreamEvent[], workerId, isLeaseLost }: Situation) {
  const controller = new AbortController();
  let ends = 0;
  const events = new LegEvents({
    opening: [],
    outputs: runOf([delta]),
    writer: { write, settle: () => Promise.resolve() } as unknown as SessionWriter,
    workerId,
    controller,
    requestId: 'req-1',
    logger: { error: () => undefined } as never,
    onEnd: () => {
      ends += 1;
    },
  });
  const types: string[] = [];
  for await (const batch of events) {
    types.push(...batch.map(({ type }) => type));
    if (isLeaseLost) controller.abort('lease-lost');
  }
  return { types, ends, isStopped: controller.signal.aborted };
}

test('a leg ends with its last event', async () => {
  expect(await read({})).toEqual({ types: ['text-delta'], ends: 1, isStopped: false });
});

test('[rt.lock.lease] a leg whose lease is lost ends with an error', async () => {
  expect(await read({ isLeaseLost: true })).toEqual({ types: ['text-delta', 'error'], ends: 1, isStopped: true });
});

test('a leg that cannot be stored ends with an error, that of a worker with its result before', async () => {
  const write = () => Promise.reject(new Error('the disk is full'));
  expect(await read({ write })).toEqual({ types: ['error'], ends: 1, isStopped: true });
  expect((await read({ write, workerId: 'w1' })).types).toEqual(['worker-result', 'error']);
});
