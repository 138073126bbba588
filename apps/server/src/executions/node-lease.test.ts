import { pino } from 'pino';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Nodes } from '../storage/storage.ts';
import { leaseMs, NodeLease } from './node-lease.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

async function openLease(renew: Nodes['renew']) {
  const renewals: number[] = [];
  let lostAt: number | undefined;
  const nodes: Nodes = {
    list: async () => [],
    remove: async () => undefined,
    renew: async (nodeId, expiresAt) => {
      renewals.push(Date.now());
      await renew(nodeId, expiresAt);
    },
  };
  const openedAt = Date.now();
  const lease = await NodeLease.open({ nodes, now: Date.now, logger: pino({ level: 'silent' }) });
  lease.onLost(() => {
    lostAt ??= Date.now() - openedAt;
  });
  return { lease, renewals, lostAfterMs: () => lostAt };
}

test('[rt.lock.lease] a lease is renewed every ten seconds and never lost meanwhile', async () => {
  const { lease, renewals, lostAfterMs } = await openLease(async () => undefined);
  await vi.advanceTimersByTimeAsync(60_000);
  expect([renewals.length, lostAfterMs()]).toEqual([7, undefined]);
  await lease[Symbol.asyncDispose]();
});

test.each([
  { what: 'fails', renew: async () => Promise.reject(new Error('away')) },
  { what: 'hangs', renew: () => new Promise<void>(() => undefined) },
])('[rt.lock.lease] a renewal that $what stops the node before another may take over', async ({ renew }) => {
  let isAway = false;
  const { lostAfterMs } = await openLease(async () => (isAway ? renew() : undefined));
  isAway = true;
  await vi.advanceTimersByTimeAsync(60_000);
  expect(lostAfterMs()).toBeGreaterThan(leaseMs / 2);
  expect(lostAfterMs()).toBeLessThan(leaseMs);
});

test('a renewal that failed is tried again in time', async () => {
  let failures = 0;
  const { lease, lostAfterMs } = await openLease(async () => {
    if (failures-- > 0) throw new Error('away');
  });
  failures = 12;
  await vi.advanceTimersByTimeAsync(60_000);
  expect(failures).toBeLessThan(0);
  expect(lostAfterMs()).toBeUndefined();
  await lease[Symbol.asyncDispose]();
});
