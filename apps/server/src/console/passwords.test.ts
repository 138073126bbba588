import { expect, test } from 'vitest';
import { hashPassword, isPassword } from './passwords.ts';

test('a password is recognised, however its letters were composed, and another one is not', async () => {
  const stored = await hashPassword('caf\u00e9 in the greenhouse');
  expect(stored).toMatch(/^scrypt\$32768\$8\$3\$[\w-]{22}\$[\w-]{43}$/);
  expect(await isPassword('cafe\u0301 in the greenhouse', stored)).toBe(true);
  expect(await isPassword('cafe in the greenhouse', stored)).toBe(false);
  expect(await isPassword('caf\u00e9 in the greenhouse', undefined)).toBe(false);
});

test('the same password is never stored the same way', async () => {
  expect(await hashPassword('twice the same')).not.toBe(await hashPassword('twice the same'));
});

test('many at once all get their answer', async () => {
  const hashes = await Promise.all(Array.from({ length: 6 }, (_, index) => hashPassword(`password ${index}`)));
  expect(await isPassword('password 5', hashes[5])).toBe(true);
});
