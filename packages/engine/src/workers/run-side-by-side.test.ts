import { expect, test } from 'vitest';
import type { Output } from '../ports.ts';
import { runSideBySide, type SideTask } from './run-side-by-side.ts';

function anOutbox() {
  let outputs: Output[] = [];
  return {
    stopReason: undefined,
    write: (id: string) => void outputs.push({ type: 'text-end', id }),
    get hasOutput() {
      return outputs.length > 0;
    },
    drain: () => {
      const drained = outputs;
      outputs = [];
      return drained;
    },
  };
}

const written = (batches: readonly (readonly Output[])[]) =>
  batches.map((batch) => batch.map((output) => ('id' in output ? output.id : '')));

test('what tasks write is yielded in the order in which they wrote it', async () => {
  const outbox = anOutbox();
  const gate = Promise.withResolvers<void>();
  const slow: SideTask<string> = async function* () {
    outbox.write('slow 1');
    yield [];
    await gate.promise;
    outbox.write('slow 2');
    return 'slow';
  };
  const fast: SideTask<string> = async function* () {
    outbox.write('fast 1');
    yield [];
    outbox.write('fast 2');
    yield [];
    gate.resolve();
    return 'fast';
  };
  const run = runSideBySide(outbox, [slow, fast]);
  const batches: (readonly Output[])[] = [];
  for (;;) {
    const next = await run.next();
    if (!next.done) batches.push(next.value);
    else {
      expect(next.value).toEqual(['slow', 'fast']);
      break;
    }
  }
  expect(written([...batches, outbox.drain()]).flat()).toEqual(['slow 1', 'fast 1', 'fast 2', 'slow 2']);
});

test('no task goes on before what it wrote is taken', async () => {
  const outbox = anOutbox();
  let steps = 0;
  const task: SideTask<void> = async function* () {
    outbox.write('one');
    yield [];
    steps += 1;
  };
  const run = runSideBySide(outbox, [task]);
  await run.next();
  await new Promise(setImmediate);
  expect(steps).toBe(0);
  await run.next();
  expect(steps).toBe(1);
});

test('a task that throws ends the rest at its next wait', async () => {
  const outbox = anOutbox();
  let isEnded = false;
  const patient: SideTask<void> = async function* () {
    try {
      for (;;) {
        outbox.write('more');
        yield [];
      }
    } finally {
      isEnded = true;
    }
  };
  // biome-ignore lint/correctness/useYield: it has no time to
  const broken: SideTask<void> = async function* () {
    await new Promise(setImmediate);
    throw new Error('broken');
  };
  const read = async () => {
    for await (const _ of runSideBySide(outbox, [patient, broken])) await new Promise(setImmediate);
  };
  await expect(read()).rejects.toThrow('broken');
  await new Promise(setImmediate);
  expect(isEnded).toBe(true);
});

test('nothing to do is done', async () => {
  expect(await runSideBySide(anOutbox(), []).next()).toEqual({ done: true, value: [] });
});
