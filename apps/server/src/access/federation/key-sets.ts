import { createLocalJWKSet, type JSONWebKeySet, type JWTVerifyGetKey } from 'jose';
import { z } from 'zod';
import type { GuardedDownload } from '../../net/guarded-download.ts';
import type { IdentityProvider } from '../../storage/identity-providers.ts';
import { Refusal } from './refusal.ts';

/** The public keys of identity providers. */
export interface KeySets {
  /**
   * The keys of a provider, among them the one of that id.
   *
   * @throws Refusal when the provider has no such key, or its keys cannot be had.
   */
  get(provider: Pick<IdentityProvider, 'id' | 'issuer' | 'jwksUrl'>, keyId: string): Promise<JWTVerifyGetKey>;
}

interface KeySetsOptions {
  /** Fetches what a provider publishes; it refuses addresses that are not public. */
  readonly download: GuardedDownload;
  readonly now: () => number;
}

/** How long keys are used before they are fetched again (http-api.md 2.6). */
const keptMs = 10 * 60 * 1000;
/** How often a key id that nobody knows may cause a fetch before that. */
const unknownKeyEveryMs = 60 * 1000;
/** How long a provider that could not be reached is left alone. */
const failedMs = 5 * 1000;

const maxBytes = 256 * 1024;
const fetchMs = 5 * 1000;

interface Entry {
  /** Of the last fetch that succeeded. */
  keys?: { readonly ids: ReadonlySet<string>; readonly get: JWTVerifyGetKey; readonly fetchedAt: number };
  failedAt?: number;
  /** When an unknown key id last caused a fetch. */
  refreshedAt?: number;
  /** The fetch that is under way: whoever needs it waits for the same one. */
  fetching?: Promise<void>;
}

/** Keeps key sets in memory, one entry per registration. */
export function createKeySets({ download, now }: KeySetsOptions): KeySets {
  const entries = new Map<string, Entry>();

  function entryOf(id: string): Entry {
    const entry = entries.get(id) ?? {};
    entries.set(id, entry);
    return entry;
  }

  async function fetchKeys(provider: Parameters<KeySets['get']>[0], entry: Entry): Promise<void> {
    if (entry.failedAt !== undefined && now() - entry.failedAt < failedMs) {
      throw new Refusal('the keys of its issuer could not be fetched just before');
    }
    entry.fetching ??= fetchKeySet(provider, download)
      .then((keySet) => {
        entry.keys = { ...keySet, fetchedAt: now() };
        delete entry.failedAt;
      })
      .catch((error: unknown) => {
        entry.failedAt = now();
        throw error;
      })
      .finally(() => delete entry.fetching);
    await entry.fetching;
  }

  /** For a key id that is unknown: the provider may have a new key. */
  async function refresh(provider: Parameters<KeySets['get']>[0], entry: Entry): Promise<void> {
    if (now() - (entry.refreshedAt ?? 0) >= unknownKeyEveryMs) {
      entry.refreshedAt = now();
      await fetchKeys(provider, entry);
    } else {
      // Another request may be fetching what this one lacks.
      await entry.fetching;
    }
  }

  return {
    get: async (provider, keyId) => {
      const entry = entryOf(provider.id);
      const isFresh = entry.keys && now() - entry.keys.fetchedAt < keptMs;
      if (!isFresh) await fetchKeys(provider, entry);
      else if (!entry.keys?.ids.has(keyId)) await refresh(provider, entry);
      if (!entry.keys?.ids.has(keyId)) throw new Refusal('its issuer has no such key');
      return entry.keys.get;
    },
  };
}

const keySetSchema = z.object({ keys: z.array(z.looseObject({ kty: z.string(), kid: z.string().optional() })) });

/** OpenID Connect Discovery 1.0, section 3. */
const discoverySchema = z.object({ issuer: z.string(), jwks_uri: z.string() });

async function fetchKeySet({ issuer, jwksUrl }: Parameters<KeySets['get']>[0], download: GuardedDownload) {
  const url = jwksUrl ?? (await discover(issuer, download));
  const keySet = await fetchJson(url, keySetSchema, download);
  const ids = new Set(keySet.keys.flatMap(({ kid }) => kid ?? []));
  return { ids, get: createLocalJWKSet(keySet as JSONWebKeySet) };
}

async function discover(issuer: string, download: GuardedDownload): Promise<string> {
  const url = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
  const document = await fetchJson(url, discoverySchema, download);
  if (document.issuer !== issuer) throw new Refusal('the discovery document of its issuer is of another issuer');
  return document.jwks_uri;
}

async function fetchJson<T>(url: string, schema: z.ZodType<T>, download: GuardedDownload): Promise<T> {
  const answer = await download(url, { maxBytes, signal: AbortSignal.timeout(fetchMs) });
  if ('problem' in answer) throw new Refusal(`${url} could not be fetched: ${answer.problem}`);
  const { data } = schema.safeParse(parse(answer.bytes));
  if (!data) throw new Refusal(`${url} is not what it should be`);
  return data;
}

function parse(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString());
  } catch {
    return undefined;
  }
}
