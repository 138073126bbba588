import { expect, test } from 'vitest';
import { RunOutputs } from '../execution/run-outputs.ts';
import type { Output } from '../ports.ts';
import { runSideBySide, type SideTask } from './run-side-by-side.ts';

function anOutbox() {
  let outputs: Output[] = [];
  return {
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

/** The tasks as the only work of a run. */
function runOf<Result>(outbox: ReturnType<typeof anOutbox>, tasks: readonly SideTask<Result>[]) {
  const outputs: RunOutputs<readonly Result[]> = new RunOutputs(outbox, () =>
    runSideBySide({ flush: outputs.flush, stopReason: undefined }, tasks),
  );
  return outputs;
}

const written = (batches: readonly (readonly Output[])[]) =>
  batches.map((batch) => batch.map((output) => ('id' in output ? output.id : '')));

test('what tasks write is read in the order in which they wrote it', async () => {
  const outbox = anOutbox();
  const gate = Promise.withResolvers<void>();
  const slow: SideTask<string> = async (flush) => {
    outbox.write('slow 1');
    await flush();
    await gate.promise;
    outbox.write('slow 2');
    return 'slow';
  };
  const fast: SideTask<string> = async (flush) => {
    outbox.write('fast 1');
    await flush();
    outbox.write('fast 2');
    await flush();
    gate.resolve();
    return 'fast';
  };
  const run = runOf(outbox, [slow, fast]);
  const batches: (readonly Output[])[] = [];
  for (;;) {
    const next = await run.next();
    if (!next.done) batches.push(next.value);
    else {
      expect(next.value).toEqual(['slow', 'fast']);
      break;
    }
  }
  expect(written(batches).flat()).toEqual(['slow 1', 'fast 1', 'fast 2', 'slow 2']);
});

test('what a task wrote last is read while another still runs', async () => {
  const outbox = anOutbox();
  const gate = Promise.withResolvers<void>();
  const short: SideTask<void> = async () => outbox.write('short');
  const run = runOf(outbox, [short, () => gate.promise]);
  const first = await run.next();
  expect(first).toMatchObject({ done: false, value: [{ id: 'short' }] });
  gate.resolve();
  expect(await run.next()).toMatchObject({ done: true });
});

test('no task goes on before what it wrote is taken', async () => {
  const outbox = anOutbox();
  let steps = 0;
  const task: SideTask<void> = async (flush) => {
    outbox.write('one');
    await flush();
    steps += 1;
  };
  const run = runOf(outbox, [task]);
  await run.next();
  await new Promise(setImmediate);
  expect(steps).toBe(0);
  await run.next();
  expect(steps).toBe(1);
});

test('a task that throws ends the rest at its next wait', async () => {
  const outbox = anOutbox();
  let isEnded = false;
  const patient: SideTask<void> = async (flush) => {
    try {
      for (;;) {
        outbox.write('more');
        await flush();
      }
    } finally {
      isEnded = true;
    }
  };
  const broken: SideTask<void> = async () => {
    await new Promise(setImmediate);
    throw new Error('broken');
  };
  const read = async () => {
    for await (const _ of runOf(outbox, [patient, broken])) await new Promise(setImmediate);
  };
  await expect(read()).rejects.toThrow('broken');
  await new Promise(setImmediate);
  expect(isEnded).toBe(true);
});

test('more than eight tasks wait for a place', async () => {
  const outbox = anOutbox();
  let running = 0;
  let most = 0;
  const task: SideTask<number> = async (flush) => {
    running += 1;
    most = Math.max(most, running);
    outbox.write('begun');
    await flush();
    await new Promise(setImmediate);
    running -= 1;
    return most;
  };
  const run = runOf(
    outbox,
    Array.from({ length: 20 }, () => task),
  );
  let next = await run.next();
  while (!next.done) next = await run.next();
  expect(next.value).toHaveLength(20);
  expect(most).toBe(8);
});

test('nothing to do is done', async () => {
  expect(await runOf(anOutbox(), []).next()).toEqual({ done: true, value: [] });
});
