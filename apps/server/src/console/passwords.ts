import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { OctavusError } from '@octavus/core';

/** What one hash costs: memory is 128·n·r bytes, time grows with n·r·p. */
export interface HashCost {
  readonly n: number;
  readonly r: number;
  readonly p: number;
}

/** 32 MiB and about a tenth of a second (OWASP Password Storage Cheat Sheet: N=2^15, r=8, p=3). */
const defaultCost: HashCost = { n: 2 ** 15, r: 8, p: 3 };
const hashBytes = 32;

/** Hashes made at once: a crowd of sign-ins waits instead of taking all memory, and a bigger one is turned away. */
const maxParallel = 2;
const maxWaiting = 50;

/** Hashes passwords with scrypt. Both throw OctavusError RATE_LIMITED when too many are waited for. */
export interface Passwords {
  /** @returns `scrypt$n$r$p$salt$hash`, salt and hash in base64url: the cost stays with each hash and can be raised later. */
  hash(password: string): Promise<string>;
  /** @param stored of an account; undefined takes as long and is never right, so that nobody learns which accounts exist. */
  isRight(password: string, stored: string | undefined): Promise<boolean>;
}

export function createPasswords(cost: HashCost = defaultCost): Passwords {
  const waiting: (() => void)[] = [];
  let running = 0;
  let decoy: Promise<string> | undefined;

  async function derive(password: string, salt: Uint8Array, { n, r, p }: HashCost): Promise<Buffer> {
    if (waiting.length >= maxWaiting) throw new OctavusError('RATE_LIMITED', { retryAfterSeconds: 10 });
    if (running >= maxParallel) await new Promise<void>((resolve) => waiting.push(resolve));
    running += 1;
    try {
      const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
      // The same text typed on another system may be composed differently.
      const text = password.normalize('NFKC');
      const options = { N: n, r, p, maxmem: 256 * n * r + 1024 ** 2 };
      scrypt(text, salt, hashBytes, options, (error, hash) => (error ? reject(error) : resolve(hash)));
      return await promise;
    } finally {
      running -= 1;
      waiting.shift()?.();
    }
  }

  async function hash(password: string): Promise<string> {
    const salt = randomBytes(16);
    const derived = await derive(password, salt, cost);
    return ['scrypt', cost.n, cost.r, cost.p, salt.toString('base64url'), derived.toString('base64url')].join('$');
  }

  function hashOfNobody(): Promise<string> {
    decoy ??= hash(randomBytes(16).toString('hex'));
    return decoy;
  }

  async function isRight(password: string, stored: string | undefined): Promise<boolean> {
    const [, n, r, p, salt = '', expected = ''] = (stored ?? (await hashOfNobody())).split('$');
    const costThen = { n: Number(n), r: Number(r), p: Number(p) };
    const actual = await derive(password, Buffer.from(salt, 'base64url'), costThen);
    return timingSafeEqual(actual, Buffer.from(expected, 'base64url')) && stored !== undefined;
  }

  return { hash, isRight };
}
