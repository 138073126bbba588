import { afterEach, expect, test, vi } from 'vitest';
import { generateId } from './generate-id.ts';
import { isMainThread, isOtherThread, resolveThread, threadForPart } from './threads.ts';

test('absent and main are the same thread', () => {
  expect([undefined, 'main', 'side'].map(resolveThread)).toEqual(['main', 'main', 'side']);
  expect([undefined, 'main', 'side'].map(isMainThread)).toEqual([true, true, false]);
  expect([undefined, 'main', 'side'].map(threadForPart)).toEqual([undefined, undefined, 'side']);
  expect([{}, { thread: 'main' }, { thread: 'side' }].map(isOtherThread)).toEqual([false, false, true]);
});

afterEach(() => void vi.unstubAllGlobals());

test.each([true, false])('generated ids hold the time and differ, with a global crypto: %s', (hasCrypto) => {
  if (!hasCrypto) vi.stubGlobal('crypto', undefined);
  const before = Date.now();
  const ids = Array.from({ length: 10 }, generateId);
  expect(new Set(ids).size).toBe(10);
  for (const id of ids) {
    expect(id).toMatch(/^\d+-[0-9a-z]{1,7}$/);
    expect(Number.parseInt(id, 10)).toBeGreaterThanOrEqual(before);
  }
});
