import { expect, test } from 'vitest';
import type { Output } from '../ports.ts';
import { type Flush, RunOutputs } from './run-outputs.ts';

function aRun(work: (write: (id: string) => void, flush: Flush) => Promise<string>) {
  let written: Output[] = [];
  const outbox = {
    get hasOutput() {
      return written.length > 0;
    },
    drain: () => {
      const drained = written;
      written = [];
      return drained;
    },
  };
  const outputs: RunOutputs<string> = new RunOutputs(outbox, () =>
    work((id) => void written.push({ type: 'text-end', id }), outputs.flush),
  );
  return outputs;
}

const soon = () => new Promise(setImmediate);
const batch = (...ids: string[]) => ({ done: false, value: ids.map((id) => ({ type: 'text-end', id })) });

test('nothing happens before the first request', async () => {
  let isBegun = false;
  const run = aRun(async () => {
    isBegun = true;
    return 'end';
  });
  await soon();
  expect(isBegun).toBe(false);
  expect(await run.next()).toEqual({ done: true, value: 'end' });
  expect(isBegun).toBe(true);
});

test('the work goes on when the reader asks for more, and not before', async () => {
  const passed: string[] = [];
  const run = aRun(async (write, flush) => {
    write('a');
    await flush();
    passed.push('a');
    write('b');
    write('c');
    await flush();
    passed.push('b, c');
    write('d');
    return 'end';
  });
  expect(await run.next()).toEqual(batch('a'));
  await soon();
  expect(passed).toEqual([]);
  expect(await run.next()).toEqual(batch('b', 'c'));
  await soon();
  expect(passed).toEqual(['a']);
  expect(await run.next()).toEqual(batch('d'));
  expect(await run.next()).toEqual({ done: true, value: 'end' });
  expect(await run.next()).toEqual({ done: true, value: undefined });
});

test('with nothing to say a flush waits for nobody', async () => {
  const run = aRun(async (_write, flush) => {
    await flush();
    await flush();
    return 'end';
  });
  expect(await run.next()).toEqual({ done: true, value: 'end' });
});

test('what is flushed while the reader is busy comes next, and is waited for', async () => {
  const { promise: busy, resolve: goOn } = Promise.withResolvers<void>();
  let isTaken = false;
  const run = aRun(async (write, flush) => {
    const other = async () => {
      await busy;
      write('other');
      await flush();
      isTaken = true;
    };
    write('first');
    await Promise.all([flush(), other()]);
    return 'end';
  });
  expect(await run.next()).toEqual(batch('first'));
  goOn();
  await soon();
  expect(await run.next()).toEqual(batch('other'));
  await soon();
  expect(isTaken).toBe(false);
  expect(await run.next()).toEqual({ done: true, value: 'end' });
  expect(isTaken).toBe(true);
});

test('a reader that leaves ends the work at its next flush, and waits for its end', async () => {
  let isCleanedUp = false;
  const run = aRun(async (write, flush) => {
    try {
      write('a');
      await flush();
      return 'never';
    } finally {
      await soon();
      write('dropped');
      isCleanedUp = true;
    }
  });
  for await (const _ of run) break;
  expect(isCleanedUp).toBe(true);
  expect(await run.next()).toEqual({ done: true, value: undefined });
});

test('a run that is left before it began never begins', async () => {
  const run = aRun(() => {
    throw new Error('begun');
  });
  expect(await run.return('left')).toEqual({ done: true, value: 'left' });
  expect(await run.next()).toEqual({ done: true, value: undefined });
});

test('what the work throws reaches the reader after what it wrote', async () => {
  const run = aRun(async (write) => {
    write('a');
    throw new Error('broken');
  });
  expect(await run.next()).toEqual(batch('a'));
  await expect(run.next()).rejects.toThrow('broken');
});
