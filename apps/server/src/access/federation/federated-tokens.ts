import { OctavusError } from '@octavus/core';
import type { Clock } from '@octavus/engine';
import { decodeJwt, decodeProtectedHeader, type JWTPayload, jwtVerify } from 'jose';
import type { Logger } from '../../logging.ts';
import type { GuardedDownload } from '../../net/guarded-download.ts';
import type { IdentityProvider } from '../../storage/identity-providers.ts';
import type { Storage } from '../../storage/storage.ts';
import type { ScopedPrincipal } from '../scope.ts';
import { claimOf, holds } from './claims.ts';
import { createKeySets } from './key-sets.ts';
import { Refusal } from './refusal.ts';
import { federationAlgorithms } from './registration.ts';

/** Tokens of identity providers that a project has registered (http-api.md 2.6). */
export interface FederatedTokens {
  /** @throws OctavusError UNAUTHORIZED for whatever fails; why is in the log, at level debug. */
  authenticate(credential: string): Promise<ScopedPrincipal>;
}

interface FederatedTokensOptions {
  readonly storage: Pick<Storage, 'identityProviders' | 'agents' | 'sessions'>;
  readonly download: GuardedDownload;
  readonly clock: Pick<Clock, 'now'>;
  readonly logger: Pick<Logger, 'debug'>;
}

/** How far the clocks of provider and server may differ, in seconds. */
const clockToleranceSeconds = 60;

/** A token has one audience of ours; whoever lists more is not looked up without end. */
const maxAudiences = 5;
const audiencePattern = /^octavus:[\w-]{24}$/;

/** Whether a credential is one that only a provider can have issued. */
export function isFederated(credential: string): boolean {
  return !credential.startsWith('oct_') && /^[\w-]+\.[\w-]+\.[\w-]+$/.test(credential);
}

export function createFederatedTokens({ storage, download, clock, logger }: FederatedTokensOptions): FederatedTokens {
  const keySets = createKeySets({ download, now: clock.now });

  async function findProvider({ iss, aud }: JWTPayload): Promise<IdentityProvider> {
    const audiences = [aud ?? []].flat().filter((audience) => audiencePattern.test(audience));
    for (const audience of audiences.slice(0, maxAudiences)) {
      const found = await storage.identityProviders.findEnabled(iss ?? '', audience);
      if (found) return found;
    }
    throw new Refusal('no enabled registration has its issuer and audience');
  }

  async function verify(credential: string): Promise<ScopedPrincipal> {
    const { alg, kid } = decodeProtectedHeader(credential);
    if (!federationAlgorithms.some((known) => known === alg)) throw new Refusal(`its algorithm is ${alg}`);
    const provider = await findProvider(decodeJwt(credential));
    const { algorithms, issuer, audience } = provider;
    if (!algorithms.includes(alg ?? '')) throw new Refusal(`its algorithm is ${alg}, which is not registered`);
    if (kid === undefined) throw new Refusal('it does not name its key');
    const { payload } = await jwtVerify(credential, await keySets.get(provider, kid), {
      algorithms: [...algorithms],
      issuer,
      audience,
      requiredClaims: ['exp', 'iat'],
      clockTolerance: clockToleranceSeconds,
      currentDate: new Date(clock.now()),
    });
    checkLifetime(payload, provider, clock.now());
    const unmet = provider.conditions.find((condition) => !holds(condition, payload));
    if (unmet) throw new Refusal(`its claim ${unmet.claim} is not as registered`);
    return resolveScope(payload, provider);
  }

  async function resolveScope(claims: JWTPayload, provider: IdentityProvider): Promise<ScopedPrincipal> {
    const { projectId, sessionClaim } = provider;
    const agentId = await resolveAgent(claims, provider);
    const sessionId = sessionClaim === undefined ? undefined : claimOf(claims, sessionClaim);
    if (sessionId === undefined) return { projectId, scope: { agentId, sessionId: undefined } };
    const session = typeof sessionId === 'string' ? await storage.sessions.find(projectId, sessionId) : undefined;
    if (session?.agentId !== agentId) throw new Refusal(`its claim ${sessionClaim} names no session of the agent`);
    return { projectId, scope: { agentId, sessionId: session.id } };
  }

  async function resolveAgent(claims: JWTPayload, { projectId, agent: named }: IdentityProvider): Promise<string> {
    const name = 'id' in named ? named.id : claimOf(claims, named.claim);
    if (typeof name === 'string') {
      const { agents } = storage;
      const agent = (await agents.find(projectId, name)) ?? (await agents.findBySlug(projectId, name));
      if (agent) return agent.id;
    }
    throw new Refusal('it names no agent of the project');
  }

  return {
    authenticate: async (credential) => {
      try {
        return await verify(credential);
      } catch (cause) {
        // The database's own trouble is no fault of the token.
        if (OctavusError.isInstance(cause)) throw cause;
        logger.debug({ err: cause }, 'A federated token was refused');
        throw new OctavusError('UNAUTHORIZED', {}, { cause });
      }
    },
  };
}

function checkLifetime({ exp = 0, iat = 0 }: JWTPayload, { maxLifetimeSeconds }: IdentityProvider, now: number): void {
  if (exp - iat > maxLifetimeSeconds) throw new Refusal(`it lives longer than ${maxLifetimeSeconds} s`);
  // Else a token could be made today for a day in a year.
  if (iat - clockToleranceSeconds > now / 1000) throw new Refusal('it is issued in the future');
}
