import { expect, test } from 'vitest';
import { createPasswords } from './passwords.ts';

const { hash, isRight } = createPasswords();

test('a password is recognised, however its letters were composed, and another one is not', async () => {
  const stored = await hash('caf\u00e9 in the greenhouse');
  expect(stored).toMatch(/^scrypt\$32768\$8\$3\$[\w-]{22}\$[\w-]{43}$/);
  expect(await isRight('cafe\u0301 in the greenhouse', stored)).toBe(true);
  expect(await isRight('cafe in the greenhouse', stored)).toBe(false);
  expect(await isRight('caf\u00e9 in the greenhouse', undefined)).toBe(false);
});

test('the same password is never stored the same way', async () => {
  const cheap = createPasswords({ n: 2, r: 1, p: 1 });
  expect(await cheap.hash('twice the same')).not.toBe(await cheap.hash('twice the same'));
  expect(await isRight('twice the same', await cheap.hash('twice the same'))).toBe(true);
});

test('many at once all get their answer, a crowd is turned away', async () => {
  const cheap = createPasswords({ n: 2, r: 1, p: 1 });
  const hashes = await Promise.all(Array.from({ length: 50 }, (_, index) => cheap.hash(`password ${index}`)));
  expect(await cheap.isRight('password 49', hashes[49])).toBe(true);
  const crowd = await Promise.allSettled(Array.from({ length: 60 }, () => cheap.hash('x')));
  const refused = crowd.filter((result) => result.status === 'rejected');
  expect(refused).toHaveLength(8);
  expect(refused[0]?.reason).toMatchObject({ code: 'RATE_LIMITED' });
});
