import { hash, randomBytes } from 'node:crypto';
import type { Role } from '@octavus/console-api';
import type { StoredLink } from '../storage/account-storage.ts';

/** How long a link can be used, in milliseconds: the first account's a day, others a week. */
const lifetimesMs: Record<StoredLink['kind'], number> = {
  owner: 24 * 60 * 60 * 1000,
  invite: 7 * 24 * 60 * 60 * 1000,
  reset: 24 * 60 * 60 * 1000,
};

export type LinkPurpose =
  | { readonly kind: 'owner' }
  | { readonly kind: 'invite'; readonly projectId: string; readonly role: Role }
  | { readonly kind: 'reset'; readonly accountId: string };

interface LinkMaker {
  readonly id: string;
  readonly now: number;
  /** The account that makes it; absent: an operator or the server. */
  readonly createdBy?: string;
}

/**
 * Makes a one-time link.
 *
 * @returns what is stored, and the token that only the link has.
 */
export function makeLink(
  purpose: LinkPurpose,
  { id, now, createdBy }: LinkMaker,
): { readonly stored: StoredLink; readonly token: string } {
  const token = randomBytes(32).toString('base64url');
  const expiresAt = now + lifetimesMs[purpose.kind];
  return { token, stored: { ...purpose, id, digest: digestOf(token), createdBy, createdAt: now, expiresAt } };
}

/** The token is in the fragment: browsers send it to no server, so it is in no log and no `Referer`. */
export function linkUrl(baseUrl: string, token: string): string {
  return `${baseUrl}/link#${token}`;
}

/** What is stored of a token that is enough by itself: SHA-256 in lower-case hex. */
export function digestOf(token: string): string {
  return hash('sha256', token, 'hex');
}
