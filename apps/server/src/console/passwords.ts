import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { OctavusError } from '@octavus/core';

/**
 * Cost of one hash: 32 MiB of memory and about a tenth of a second (OWASP Password Storage Cheat Sheet: N=2^15, r=8, p=3).
 * The cost is stored with each hash, so that it can be raised later.
 */
const cost = { n: 2 ** 15, r: 8, p: 3 } as const;
const hashBytes = 32;

/** Hashes made at once: a crowd of sign-ins waits instead of taking all memory, and a bigger one is turned away. */
const maxParallel = 2;
const maxWaiting = 50;

/** @returns `scrypt$n$r$p$salt$hash`, salt and hash in base64url. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16);
  const hash = await deriveHash(password, salt, cost);
  return ['scrypt', cost.n, cost.r, cost.p, salt.toString('base64url'), hash.toString('base64url')].join('$');
}

/** @param stored of an account; undefined takes as long and is never right, so that nobody learns which accounts exist. */
export async function isPassword(password: string, stored: string | undefined): Promise<boolean> {
  const [, n, r, p, salt = '', hash = ''] = (stored ?? (await decoy())).split('$');
  const expected = Buffer.from(hash, 'base64url');
  const actual = await deriveHash(password, Buffer.from(salt, 'base64url'), {
    n: Number(n),
    r: Number(r),
    p: Number(p),
  });
  return timingSafeEqual(actual, expected) && stored !== undefined;
}

let decoyHash: Promise<string> | undefined;

function decoy(): Promise<string> {
  decoyHash ??= hashPassword(randomBytes(16).toString('hex'));
  return decoyHash;
}

let running = 0;
const waiting: (() => void)[] = [];

async function deriveHash(
  password: string,
  salt: Uint8Array,
  { n, r, p }: { readonly n: number; readonly r: number; readonly p: number },
): Promise<Buffer> {
  if (waiting.length >= maxWaiting) throw new OctavusError('RATE_LIMITED', { retryAfterSeconds: 10 });
  if (running >= maxParallel) await new Promise<void>((resolve) => waiting.push(resolve));
  running += 1;
  try {
    const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
    // The same text typed on another system may be composed differently.
    const text = password.normalize('NFKC');
    const options = { N: n, r, p, maxmem: 256 * n * r };
    scrypt(text, salt, hashBytes, options, (error, hash) => (error ? reject(error) : resolve(hash)));
    return await promise;
  } finally {
    running -= 1;
    waiting.shift()?.();
  }
}
