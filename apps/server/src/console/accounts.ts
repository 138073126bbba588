import { randomBytes } from 'node:crypto';
import { OctavusError } from '@octavus/core';
import type { Clock, Ids } from '@octavus/engine';
import type { Account, SignIn, StoredLink } from '../storage/account-storage.ts';
import type { Storage } from '../storage/storage.ts';
import { digestOf } from './links.ts';
import type { Passwords } from './passwords.ts';

/** Somebody who is signed in, in one browser. */
export interface SignedIn {
  readonly account: Account;
  readonly signIn: SignIn;
}

/** A browser that has just signed in. */
export interface NewSignIn {
  readonly account: Account;
  /** What the cookie holds; only its digest is stored. */
  readonly token: string;
}

/** Accounts of people, their passwords and sign-ins. */
export interface AccountService {
  /**
   * @throws OctavusError UNAUTHORIZED for a wrong address or password alike; RATE_LIMITED after ten wrong passwords in a row, for as long
   *   as the lock-out lasts and whatever the password.
   */
  signIn(email: string, password: string): Promise<NewSignIn>;
  /** @throws OctavusError UNAUTHORIZED unless the token belongs to a sign-in that has not ended. */
  authenticate(token: string): Promise<SignedIn>;
  signOut(signedIn: SignedIn): Promise<void>;
  signOutEverywhere(signedIn: SignedIn): Promise<void>;
  /** @throws OctavusError FORBIDDEN when the present password is wrong; RATE_LIMITED as `signIn`. */
  changePassword(signedIn: SignedIn, present: string, next: string): Promise<void>;
  /** @throws OctavusError NOT_FOUND for a link that was used, has expired or never was. */
  getLink(token: string): Promise<StoredLink>;
  /** @throws OctavusError NOT_FOUND as `getLink`; CONFLICT when the email is taken. */
  acceptLink(token: string, person: NewPerson): Promise<NewSignIn>;
  /** @throws OctavusError NOT_FOUND as `getLink` */
  joinByLink(token: string, signedIn: SignedIn): Promise<void>;
  /** @throws OctavusError NOT_FOUND as `getLink` */
  resetPassword(token: string, password: string): Promise<NewSignIn>;
}

interface NewPerson {
  readonly email: string;
  readonly name: string;
  readonly password: string;
}

interface AccountServiceOptions {
  readonly storage: Pick<Storage, 'accounts' | 'signIns' | 'links'>;
  readonly ids: Pick<Ids, 'resource'>;
  readonly clock: Pick<Clock, 'now'>;
  readonly passwords: Passwords;
}

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;

/** A sign-in ends when it was not used for a week, and after thirty days in any case. */
const idleMs = 7 * dayMs;
const lifetimeMs = 30 * dayMs;

/** How exact `lastUsedAt` is: a busy browser costs one write in this time. */
const touchEveryMs = 5 * minuteMs;

/** Wrong passwords in a row that lock an address, and for how long, counted from the last one. */
const maxFailures = 10;
const lockMs = 15 * minuteMs;

export function createAccountService({ storage, ids, clock, passwords }: AccountServiceOptions): AccountService {
  const { accounts, signIns, links } = storage;

  async function begin(account: Account): Promise<NewSignIn> {
    const token = randomBytes(32).toString('base64url');
    const now = clock.now();
    await signIns.removeOld({
      createdBefore: now - lifetimeMs,
      usedBefore: now - idleMs,
      failuresBefore: now - lockMs,
    });
    const signIn = { digest: digestOf(token), accountId: account.id, createdAt: now, lastUsedAt: now };
    await signIns.create(signIn, digestOf(account.email));
    return { account, token };
  }

  /** @throws OctavusError RATE_LIMITED while the address is locked. */
  async function checkPassword(email: string, password: string, account: Account | undefined): Promise<boolean> {
    const emailDigest = digestOf(email);
    const now = clock.now();
    const failures = await signIns.findFailures(emailDigest);
    if (failures && failures.count >= maxFailures && failures.lastAt > now - lockMs) throw locked(failures.lastAt, now);
    // Counted before the password is looked at: requests at the same moment get no more tries than those one after the other.
    const count = await signIns.addFailure(emailDigest, { at: now, restartBefore: now - lockMs });
    if (count > maxFailures) throw locked(now, now);
    return passwords.isRight(password, account?.passwordHash);
  }

  return {
    signIn: async (email, password) => {
      const account = await accounts.findByEmail(email);
      const isRight = await checkPassword(email, password, account);
      if (!isRight || !account || account.disabledAt !== undefined) {
        throw new OctavusError('UNAUTHORIZED', {}, { message: 'Wrong email or password' });
      }
      return begin(account);
    },
    authenticate: async (token) => {
      const digest = digestOf(token);
      const found = await signIns.find(digest);
      const now = clock.now();
      if (!found || hasEnded(found.signIn, now) || found.account.disabledAt !== undefined) throw signInFirst();
      if (now - found.signIn.lastUsedAt >= touchEveryMs) await signIns.touch(digest, now);
      return found;
    },
    signOut: ({ signIn }) => signIns.remove(signIn.digest),
    signOutEverywhere: ({ account }) => signIns.removeAll(account.id),
    changePassword: async ({ account, signIn }, present, next) => {
      if (!(await checkPassword(account.email, present, account))) {
        throw new OctavusError('FORBIDDEN', {}, { message: 'The present password is wrong' });
      }
      await accounts.setPassword(account.id, await passwords.hash(next), signIn.digest);
      await signIns.forgetFailures(digestOf(account.email));
    },
    getLink: async (token) => {
      const link = await links.find(digestOf(token));
      if (!link || link.expiresAt <= clock.now()) throw unusableLink();
      return link;
    },
    acceptLink: async (token, { email, name, password }) => {
      const passwordHash = await passwords.hash(password);
      const now = clock.now();
      const account: Account = {
        id: ids.resource(),
        email,
        name,
        passwordHash,
        createdAt: now,
        lastSignInAt: undefined,
        disabledAt: undefined,
      };
      if (!(await links.accept(digestOf(token), account, now))) throw unusableLink();
      return begin(account);
    },
    joinByLink: async (token, { account }) => {
      if (!(await links.join(digestOf(token), account.id, clock.now()))) throw unusableLink();
    },
    resetPassword: async (token, password) => {
      const account = await links.reset(digestOf(token), await passwords.hash(password), clock.now());
      if (!account) throw unusableLink();
      return begin(account);
    },
  };
}

/** What a request without a sign-in is told. */
export function signInFirst(): OctavusError {
  return new OctavusError('UNAUTHORIZED', {}, { message: 'Sign in to continue' });
}

function hasEnded({ createdAt, lastUsedAt }: SignIn, now: number): boolean {
  return now - createdAt >= lifetimeMs || now - lastUsedAt >= idleMs;
}

function locked(lastAt: number, now: number): OctavusError {
  const minutes = Math.ceil((lastAt + lockMs - now) / minuteMs);
  const message = `Too many wrong passwords: try again in ${minutes} min, or ask for a reset link`;
  return new OctavusError('RATE_LIMITED', { retryAfterSeconds: minutes * 60 }, { message });
}

function unusableLink(): OctavusError {
  const message = 'This link was used or has expired: ask for a new one';
  return new OctavusError('NOT_FOUND', {}, { message });
}
