import type { Role } from '@octavus/console-api';
import type { Project } from './storage.ts';

/** Somebody who signs in to the console. */
export interface Account {
  readonly id: string;
  /** Lower case; no two accounts have the same. */
  readonly email: string;
  readonly name: string;
  readonly passwordHash: string;
  readonly createdAt: number;
  readonly lastSignInAt: number | undefined;
  readonly disabledAt: number | undefined;
}

export interface Accounts {
  hasAny(): Promise<boolean>;
  /** By email. */
  list(): Promise<Account[]>;
  find(accountId: string): Promise<Account | undefined>;
  findByEmail(email: string): Promise<Account | undefined>;
  rename(accountId: string, name: string): Promise<void>;
  /** Sets the password and ends every sign-in but `keep`. */
  setPassword(accountId: string, passwordHash: string, keep?: string): Promise<void>;
  /** Ends every sign-in and lets nobody in, or (with undefined) lets in again. @returns false when there is no such account. */
  setDisabled(accountId: string, at: number | undefined): Promise<boolean>;
}

/** A browser that is signed in; `digest` is the SHA-256 of what its cookie holds. */
export interface SignIn {
  readonly digest: string;
  readonly accountId: string;
  readonly createdAt: number;
  readonly lastUsedAt: number;
}

export interface SignIns {
  /** Also forgets the wrong passwords of the account's address, and notes when it signed in. */
  create(signIn: SignIn, emailDigest: string): Promise<void>;
  find(digest: string): Promise<{ readonly signIn: SignIn; readonly account: Account } | undefined>;
  touch(digest: string, at: number): Promise<void>;
  remove(digest: string): Promise<void>;
  removeAll(accountId: string): Promise<void>;
  /** Forgets sign-ins that began, or were used last, before these times, and wrong passwords from before `failuresBefore`. */
  removeOld(times: {
    readonly createdBefore: number;
    readonly usedBefore: number;
    readonly failuresBefore: number;
  }): Promise<void>;
  /** Wrong passwords in a row. */
  findFailures(emailDigest: string): Promise<{ readonly count: number; readonly lastAt: number } | undefined>;
  forgetFailures(emailDigest: string): Promise<void>;
  /** Counts one more; the count begins anew when the last one was before `restartBefore`. @returns the count. */
  addFailure(emailDigest: string, options: { readonly at: number; readonly restartBefore: number }): Promise<number>;
}

/** A one-time link; `digest` is the SHA-256 of the token in it. */
export type StoredLink = {
  readonly id: string;
  readonly digest: string;
  /** undefined: an operator or the server itself. */
  readonly createdBy: string | undefined;
  readonly createdAt: number;
  readonly expiresAt: number;
} & (
  | { readonly kind: 'owner' }
  | { readonly kind: 'invite'; readonly projectId: string; readonly role: Role }
  | { readonly kind: 'reset'; readonly accountId: string }
);

export interface Links {
  create(link: StoredLink): Promise<void>;
  /** An expired one is found too; the caller decides. */
  find(digest: string): Promise<StoredLink | undefined>;
  /** Invitations to the project that are open at that time, newest first. */
  listInvites(projectId: string, now: number): Promise<(StoredLink & { readonly createdByName: string | undefined })[]>;
  /** @returns false when the project has no such invitation. */
  revokeInvite(projectId: string, linkId: string): Promise<boolean>;
  /**
   * Uses up an `owner` or `invite` link: makes the account and its memberships. The owner of a server becomes one of every project.
   * @returns false when there is no such link (any more), or an account exists already and the link is for the first one.
   * @throws OctavusError CONFLICT when the email is taken; the link can be used again then.
   */
  accept(digest: string, account: Account, now: number): Promise<boolean>;
  /** Uses up an `invite` link for an account; a greater role that it has stays. @returns false when there is no such link. */
  join(digest: string, accountId: string, now: number): Promise<boolean>;
  /** Uses up a `reset` link: sets the password, ends every sign-in. @returns the account. */
  reset(digest: string, passwordHash: string, now: number): Promise<Account | undefined>;
}

export interface Membership {
  readonly account: Account;
  readonly role: Role;
  readonly joinedAt: number;
}

export interface Members {
  /** The projects of an account that are not archived, by slug. */
  listProjects(accountId: string): Promise<(Project & { readonly role: Role })[]>;
  /** The role in a project that is not archived. */
  findRole(projectId: string, accountId: string): Promise<Role | undefined>;
  /** By email. */
  list(projectId: string): Promise<Membership[]>;
  /** Adds a member, or changes the role of one. */
  add(projectId: string, accountId: string, options: { readonly role: Role; readonly at: number }): Promise<void>;
  /** @returns `last-owner` when nobody would own the project then; nothing is changed. */
  setRole(projectId: string, accountId: string, role: Role): Promise<MemberChange>;
  remove(projectId: string, accountId: string): Promise<MemberChange>;
}

export type MemberChange = 'changed' | 'unknown' | 'last-owner';
