import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Admission } from './admission.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** An admission whose event loop is as busy as the test says. */
function anAdmission(runningLegs: number, utilization: number) {
  const load = { runningLegs, utilization, now: 0 };
  const logged: string[] = [];
  const log = (_: object, message: string) => void logged.push(message);
  const admission = new Admission({
    runningLegs: () => load.runningLegs,
    logger: { warn: log, info: log } as never,
    utilization: () => load.utilization,
    now: () => load.now,
  });
  const entered: number[] = [];
  const refused: unknown[] = [];
  /** New work, numbered; those that may begin begin to run. */
  const arrive = (...numbers: number[]) => {
    for (const number of numbers) {
      const enter = () => {
        entered.push(number);
        load.runningLegs += 1;
      };
      const turn = admission.enter();
      if (turn) turn.then(enter, (error) => refused.push(error));
      else enter();
    }
  };
  /** Looks that the admission takes, ten a second. */
  const looks = async (count: number) => {
    for (let look = 0; look < count; look += 1) {
      load.now += 100;
      await vi.advanceTimersByTimeAsync(100);
    }
  };
  return { admission, load, logged, entered, refused, arrive, looks };
}

const numbers = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index);
const refusal = { code: 'SERVICE_UNAVAILABLE', retryAfterSeconds: 2 };

test('new work waits while many legs keep the loop busy, and begins in its order when they do not any more', async () => {
  const { load, logged, entered, arrive, looks } = anAdmission(2_000, 1);
  arrive(1);
  expect(entered).toEqual([1]);
  await looks(20);
  arrive(2, 3);
  await looks(20);
  expect(entered).toEqual([1]);
  load.utilization = 0.5;
  await looks(10);
  expect(entered).toEqual([1, 2, 3]);
  expect(logged).toEqual([
    'Overloaded: new executions wait, those that run go on',
    'New executions are accepted again',
  ]);
});

test('whoever waited five seconds is refused, later ones go on waiting', async () => {
  const { entered, refused, arrive, looks } = anAdmission(2_000, 1);
  arrive(1);
  await looks(20);
  arrive(2);
  await looks(30);
  arrive(3);
  await looks(19);
  expect(refused).toEqual([]);
  await looks(1);
  expect(refused).toMatchObject([refusal]);
  await looks(29);
  expect(refused).toHaveLength(1);
  await looks(1);
  expect(refused).toHaveLength(2);
  expect(entered).toEqual([1]);
});

test('more than two thousand do not wait', async () => {
  const { admission, refused, arrive, looks } = anAdmission(2_000, 1);
  arrive(1);
  await looks(20);
  arrive(...numbers(2, 2_001));
  expect(() => admission.enter()).toThrow(expect.objectContaining(refusal));
  expect(refused).toEqual([]);
});

test('after an overload work begins in batches, and nobody overtakes', async () => {
  const { load, entered, arrive, looks } = anAdmission(2_000, 1);
  arrive(1);
  await looks(20);
  arrive(...numbers(2, 101));
  load.utilization = 0;
  await looks(1);
  expect(entered).toEqual(numbers(1, 9));
  arrive(102);
  await looks(1);
  expect(entered).toEqual(numbers(1, 25));
  await looks(2);
  expect(entered).toEqual(numbers(1, 89));
  await looks(1);
  expect(entered).toEqual(numbers(1, 102));
});

test('when most legs have ended there is room for a thousand at once', async () => {
  const { load, entered, arrive, looks } = anAdmission(2_000, 1);
  arrive(1);
  await looks(20);
  arrive(...numbers(2, 301));
  load.runningLegs = 800;
  await looks(1);
  expect(entered).toEqual(numbers(1, 201));
});

test('one long pause is not an overload', async () => {
  const { load, entered, arrive, looks } = anAdmission(2_000, 0.5);
  arrive(1);
  await looks(20);
  load.utilization = 1;
  await looks(1);
  arrive(2);
  expect(entered).toEqual([1, 2]);
});

test('fewer than a thousand legs are never an overload, and cost no timer', async () => {
  const { entered, arrive, looks } = anAdmission(998, 1);
  arrive(1);
  await looks(20);
  arrive(2);
  expect(entered).toEqual([1, 2]);
  expect(vi.getTimerCount()).toBe(0);
});

test('the timer stops when few legs run and nobody waits', async () => {
  const { load, arrive, looks } = anAdmission(2_000, 1);
  arrive(1);
  await looks(20);
  arrive(2);
  load.runningLegs = 3;
  await looks(1);
  expect(vi.getTimerCount()).toBe(0);
});

test('disposed of, it lets everybody in', async () => {
  const { admission, entered, arrive, looks } = anAdmission(2_000, 1);
  arrive(1);
  await looks(20);
  arrive(...numbers(2, 50));
  admission[Symbol.dispose]();
  await vi.advanceTimersByTimeAsync(0);
  expect(entered).toEqual(numbers(1, 50));
  expect(vi.getTimerCount()).toBe(0);
});

test('unless told otherwise it measures the event loop', async () => {
  vi.useRealTimers();
  const logged: unknown[] = [];
  const log = (fields: object) => void logged.push(fields);
  using admission = new Admission({ runningLegs: () => 5_000, logger: { warn: log, info: log } as never });
  expect(admission.enter()).toBeUndefined();
  // Busy until it says so: a loop that does nothing else is busy all the time.
  while (logged.length === 0) await new Promise((resolve) => setImmediate(resolve));
  expect(logged).toMatchObject([{ runningLegs: 5_000, utilization: expect.closeTo(0.9, 1), waiting: 0 }]);
  expect(admission.enter()).toBeInstanceOf(Promise);
});
