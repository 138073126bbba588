import { OctavusError } from '@octavus/core';
import type { FastifyRequest, onRequestAsyncHookHandler } from 'fastify';
import type { ApiKeyAccess } from '../access/api-keys.ts';
import type { Permission } from '../storage/storage.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** The project of the request's credential; set on every route that needs one. */
    projectId: string;
  }
}

/**
 * Lets a request pass whose API key has one of the permissions, and sets its `projectId`.
 *
 * @throws OctavusError UNAUTHORIZED or FORBIDDEN, before the body is read (HTTP spec 2.4).
 */
export function requirePermission(
  apiKeys: ApiKeyAccess,
  permissions: readonly Permission[],
): onRequestAsyncHookHandler {
  return async (request) => {
    const principal = await apiKeys.authenticate(bearerOf(request));
    if (!permissions.some((permission) => principal.permissions.includes(permission))) {
      const message = `This API key does not allow this request: it needs the permission ${permissions.join(' or ')}`;
      throw new OctavusError('FORBIDDEN', {}, { message });
    }
    request.projectId = principal.projectId;
  };
}

function bearerOf(request: FastifyRequest): string {
  const [, credential] = /^bearer +(\S+) *$/i.exec(request.headers.authorization ?? '') ?? [];
  if (credential === undefined) throw new OctavusError('UNAUTHORIZED');
  return credential;
}
