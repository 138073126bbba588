import { expect, test } from 'vitest';
import { SessionLocks } from './session-lock.ts';

test('a free session is taken at once', async () => {
  using lock = await new SessionLocks().acquire('a');
  expect(lock.hasWaited).toBe(false);
});

test('[rt.lock.queue] waiters enter in order of arrival', async () => {
  const locks = new SessionLocks();
  const first = await locks.acquire('a');
  const order: number[] = [];
  const enter = async (id: number) => {
    using lock = await locks.acquire('a');
    order.push(id);
    expect(lock.hasWaited).toBe(true);
  };
  const both = Promise.all([enter(1), enter(2)]);
  expect(order).toEqual([]);
  first[Symbol.dispose]();
  await both;
  expect(order).toEqual([1, 2]);
  expect(locks.isHeld('a')).toBe(false);
});

test('a wait that runs out is SESSION_BUSY and leaves the queue intact', async () => {
  const locks = new SessionLocks(5);
  const holder = await locks.acquire('a');
  await expect(locks.acquire('a')).rejects.toMatchObject({ code: 'SESSION_BUSY', retryAfterSeconds: 2 });
  holder[Symbol.dispose]();
  using next = await locks.acquire('a');
  expect(next.hasWaited).toBe(false);
});

test('[rt.lock.independent] sessions do not wait for each other', async () => {
  const locks = new SessionLocks();
  using _a = await locks.acquire('a');
  using b = await locks.acquire('b');
  expect(b.hasWaited).toBe(false);
});

test('disposing twice hands on once', async () => {
  const locks = new SessionLocks();
  const first = await locks.acquire('a');
  const second = locks.acquire('a');
  first[Symbol.dispose]();
  first[Symbol.dispose]();
  using lock = await second;
  expect(lock.hasWaited).toBe(true);
  expect(locks.isHeld('a')).toBe(true);
});
