import { OctavusError } from '@octavus/core';
import type { FastifyRequest, onRequestAsyncHookHandler, preValidationAsyncHookHandler } from 'fastify';
import { keyPrefixes } from '../access/api-key.ts';
import { tokenPrefix } from '../access/ephemeral-token.ts';
import { isFederated } from '../access/federation/federated-tokens.ts';
import type { AgentName, Reach, ScopedPrincipal } from '../access/scope.ts';
import type { Services } from '../services.ts';
import type { KeyAccess, Target } from './permissions.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** The project of the request's credential; set on every route that needs one. */
    projectId: string;
    /** The API key of the request; empty when its credential is another one. */
    keyId: string;
    /** Set when the credential is limited to an agent or a session. */
    scoped: ScopedPrincipal | null;
  }
}

/** The steps in the life of a request at which its credential is looked at. */
interface AccessHooks {
  readonly onRequest: onRequestAsyncHookHandler;
  readonly preValidation: preValidationAsyncHookHandler;
}

/**
 * Lets a request pass whose API key has one of the permissions, or whose token names in its target what it is for; sets its
 * `projectId`. A slug in the target of a token is replaced by the id, so that nothing else can be found by it later.
 *
 * @throws OctavusError UNAUTHORIZED or FORBIDDEN: before the body is read, except where the body holds the target; always before
 *   anything else is looked up (HTTP spec 2.4).
 */
export function requireAccess(
  { permissions, target, agentKeyFor }: KeyAccess,
  services: Pick<Services, 'apiKeys' | 'tokens' | 'federation' | 'agentKeys' | 'scopes'>,
): AccessHooks {
  async function admitKey(request: FastifyRequest, credential: string): Promise<void> {
    const principal = await services.apiKeys.authenticate(credential);
    if (!permissions.some((permission) => principal.permissions.includes(permission))) {
      throw forbidden(`This API key does not allow this request: it needs the permission ${permissions.join(' or ')}`);
    }
    request.projectId = principal.projectId;
    request.keyId = principal.keyId;
  }

  async function admitToken(request: FastifyRequest, principal: ScopedPrincipal): Promise<void> {
    if (!target) throw forbidden('A token does not allow this request: it needs an API key');
    if (target.names === 'agent' && principal.scope.sessionId !== undefined) {
      throw forbidden('This token does not allow this request: it is for one session only');
    }
    request.projectId = principal.projectId;
    request.scoped = principal;
    if (target.in === 'params') await confine(request, principal, target);
  }

  async function admitAgentKey(request: FastifyRequest, credential: string): Promise<void> {
    const principal = await services.agentKeys.authenticate(credential);
    if (!agentKeyFor) throw forbidden('The key of an agent does not allow this request: it needs an API key');
    const { [agentKeyFor]: agentId } = request.params as Record<string, unknown>;
    if (agentId !== principal.scope.agentId) throw forbidden('This key is for another agent');
    request.projectId = principal.projectId;
    request.scoped = principal;
  }

  async function confine(request: FastifyRequest, principal: ScopedPrincipal, { names, in: place, field }: Target) {
    const holder = (request[place] ?? {}) as Record<string, unknown>;
    const name = holder[field];
    // Whatever else is there is refused when the body is validated.
    if (typeof name !== 'string') return;
    if (names === 'session') {
      if (!(await services.scopes.hasSession(principal, name))) throw forbidden(outOfScope);
      return;
    }
    const by = place === 'body' ? 'any' : nameIn(request);
    if (!(await services.scopes.hasAgent(principal, name, by))) throw forbidden(outOfScope);
    holder[field] = principal.scope.agentId;
    if (by === 'slug') (request.query as { by: AgentName }).by = 'id';
  }

  return {
    onRequest: async (request) => {
      const credential = bearerOf(request);
      if (credential.startsWith(tokenPrefix)) await admitToken(request, await services.tokens.authenticate(credential));
      else if (isFederated(credential)) await admitToken(request, await services.federation.authenticate(credential));
      else if (credential.startsWith(keyPrefixes.agent)) await admitAgentKey(request, credential);
      else await admitKey(request, credential);
    },
    preValidation: async (request) => {
      if (request.scoped && target?.in === 'body') await confine(request, request.scoped, target);
    },
  };
}

/** What the credential of a request lets it touch. */
export function reachOf({ projectId, scoped }: FastifyRequest): Reach {
  return { projectId, scope: scoped?.scope };
}

const outOfScope = 'This token does not allow this request: it is for another agent or session';

function forbidden(message: string): OctavusError {
  return new OctavusError('FORBIDDEN', {}, { message });
}

/** How the path names an agent. */
function nameIn({ query }: FastifyRequest): AgentName {
  return (query as { by?: unknown }).by === 'slug' ? 'slug' : 'id';
}

function bearerOf(request: FastifyRequest): string {
  const [, credential] = /^bearer +(\S+) *$/i.exec(request.headers.authorization ?? '') ?? [];
  if (credential === undefined) throw new OctavusError('UNAUTHORIZED');
  return credential;
}
