import type { Clock, Ids } from '@octavus/engine';
import { linkUrl, makeLink } from '../console/links.ts';
import type { Storage } from '../storage/storage.ts';

interface OwnerLinkOptions {
  readonly storage: Pick<Storage, 'accounts' | 'links'>;
  readonly ids: Pick<Ids, 'resource'>;
  readonly clock: Pick<Clock, 'now'>;
}

/**
 * Makes the one-time link to the first account of the console, which owns every project. Each start makes a new one until there is an
 * account, so that a link that was lost or has expired costs a restart.
 *
 * @returns its token; undefined when somebody has an account.
 */
export async function makeOwnerLink({ storage, ids, clock }: OwnerLinkOptions): Promise<string | undefined> {
  if (await storage.accounts.hasAny()) return undefined;
  const { stored, token } = makeLink({ kind: 'owner' }, { id: ids.resource(), now: clock.now() });
  await storage.links.create(stored);
  return token;
}

/** What the operator is told. */
export function describeOwnerLink(token: string, url: string): string {
  return `Nobody has an account for the console yet. This link makes the first one, once, within a day:\n\n  ${linkUrl(url, token)}\n\n`;
}
