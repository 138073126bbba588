import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { createApiKey, describeApiKey, isWellFormedApiKey, keyPrefixes } from './api-key.ts';

test('a key has the documented form and every key is another', () => {
  const keys = Array.from({ length: 100 }, () => createApiKey(randomBytes));
  for (const key of keys) expect(key).toMatch(/^oct_sk_[A-Za-z0-9_-]{43}[0-9A-Za-z]{6}$/);
  expect(new Set(keys).size).toBe(100);
  expect(keys.every((key) => isWellFormedApiKey(key))).toBe(true);
});

test('the key of an agent has a prefix of its own, and is no API key', () => {
  const key = createApiKey(randomBytes, keyPrefixes.agent);
  expect(key).toMatch(/^oct_agt_[A-Za-z0-9_-]{43}[0-9A-Za-z]{6}$/);
  expect([isWellFormedApiKey(key), isWellFormedApiKey(key, keyPrefixes.agent)]).toEqual([false, true]);
  expect(isWellFormedApiKey(createApiKey(randomBytes), keyPrefixes.agent)).toBe(false);
});

test('the checksum is the CRC-32 of what precedes it in base 62', () => {
  expect(createApiKey((n) => new Uint8Array(n))).toBe(`oct_sk_${'A'.repeat(43)}${zeroKeyChecksum}`);
});

test('a changed, cut or lengthened key is not well formed', () => {
  const key = createApiKey(randomBytes);
  const swapped = key.at(-1) === 'a' ? 'b' : 'a';
  for (const wrong of [
    key.slice(0, -1) + swapped,
    key.slice(0, -1),
    `${key}a`,
    key.toUpperCase(),
    '',
    'oct_sk_',
    `x${key}`,
    `${key}\n`,
  ]) {
    expect(isWellFormedApiKey(wrong), wrong).toBe(false);
  }
});

test('only a digest and the first characters are kept', () => {
  const key = createApiKey(randomBytes);
  const { digest, prefix } = describeApiKey(key);
  expect(digest).toMatch(/^[0-9a-f]{64}$/);
  expect(prefix).toBe(key.slice(0, 12));
});

/** From an implementation of its own: Python's `zlib.crc32` of the 50 characters, written in base 62. */
const zeroKeyChecksum = '3DgeHt';
