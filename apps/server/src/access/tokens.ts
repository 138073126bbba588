import {
  type Ids,
  idPatterns,
  type MintTokenBody,
  type MintTokenResponse,
  OctavusError,
  type RevokeTokenBody,
  type RevokeTokenResponse,
} from '@octavus/core';
import type { Clock } from '@octavus/engine';
import { toIsoTime } from '../iso-time.ts';
import type { Storage, TokenStatus } from '../storage/storage.ts';
import { isValidKey } from './api-keys.ts';
import { decodeToken, encodeToken, readJti } from './ephemeral-token.ts';
import type { ScopedPrincipal } from './scope.ts';

/** Ephemeral tokens: credentials for one agent or one session of it that a server hands on, to a browser for instance (http-api.md 9). */
export interface TokenService {
  /**
   * @throws OctavusError UNAUTHORIZED for anything but a token that was minted here, has not expired or been revoked, and whose key is
   *   still valid and may still mint (http-api.md 2.5).
   */
  authenticate(credential: string): Promise<ScopedPrincipal>;
  /** @throws OctavusError NOT_FOUND when the project has no such agent, or the agent no such session. */
  mint(minter: Minter, body: MintTokenBody): Promise<MintTokenResponse>;
  /** Ends a token of the project, by itself or by its id. */
  revoke(projectId: string, body: RevokeTokenBody): Promise<RevokeTokenResponse>;
}

/** The API key that mints. */
interface Minter {
  readonly keyId: string;
  readonly projectId: string;
}

interface TokenServiceOptions {
  readonly storage: Pick<Storage, 'tokens' | 'agents' | 'sessions'>;
  /** What tokens are signed with, 32 bytes. */
  readonly signingKey: Uint8Array;
  readonly ids: Pick<Ids, 'jti'>;
  readonly clock: Pick<Clock, 'now'>;
}

/** Expired tokens forgotten with each that is minted: more than one, so that they do not pile up. */
const forgottenPerMint = 20;

export function createTokenService({ storage, signingKey, ids, clock }: TokenServiceOptions): TokenService {
  const { tokens, agents, sessions } = storage;

  async function assertTarget(projectId: string, { agentId, sessionId }: MintTokenBody): Promise<void> {
    const agent = await agents.find(projectId, agentId);
    if (!agent || agent.archivedAt !== undefined) throw new OctavusError('NOT_FOUND', { resource: 'Agent' });
    if (sessionId === undefined) return;
    const session = await sessions.find(projectId, sessionId);
    if (session?.agentId !== agentId) throw new OctavusError('NOT_FOUND', { resource: 'Session' });
  }

  return {
    authenticate: async (credential) => {
      const now = clock.now();
      const token = decodeToken(credential, signingKey);
      if (!token || token.expiresAt <= now) throw new OctavusError('UNAUTHORIZED');
      const status = await tokens.find(token.jti);
      if (!status || !isValid(status, now)) throw new OctavusError('UNAUTHORIZED');
      const { projectId, agentId, sessionId } = token;
      return { projectId, scope: { agentId, sessionId } };
    },
    mint: async ({ keyId, projectId }, body) => {
      await assertTarget(projectId, body);
      const { agentId, sessionId, ttlSeconds } = body;
      const issuedAt = clock.now();
      const expiresAt = issuedAt + ttlSeconds * 1000;
      const jti = ids.jti();
      await tokens.removeExpired(issuedAt, forgottenPerMint);
      await tokens.create({ jti, projectId, keyId, expiresAt });
      const token = encodeToken({ jti, projectId, agentId, sessionId, keyId, issuedAt, expiresAt }, signingKey);
      return { token, jti, expiresAt: toIsoTime(expiresAt) };
    },
    revoke: async (projectId, body) => {
      const jti = body.token === undefined ? wellFormed(body.jti) : readJti(body.token);
      if (jti === undefined) return { revoked: false };
      if (body.token !== undefined && !decodeToken(body.token, signingKey)) return { revoked: false, jti };
      return { revoked: await tokens.revoke(projectId, jti, clock.now()), jti };
    },
  };
}

function isValid({ revokedAt, key }: TokenStatus, now: number): boolean {
  return revokedAt === undefined && isValidKey(key, now) && key.permissions.includes('mint-tokens');
}

function wellFormed(jti: string | undefined): string | undefined {
  return jti !== undefined && idPatterns.jti.test(jti) ? jti : undefined;
}
