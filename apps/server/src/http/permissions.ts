import type { Permission } from '../storage/storage.ts';

const forReaders = ['agents', 'sessions'] as const;
const forAuthors = ['agents'] as const;
const forSessions = ['sessions'] as const;
/** The address itself authorises, by its signature; a bearer credential is not looked at. */
const bySignature = ['signature'] as const;

export type Access = Permission | 'signature';

/** Who may call which route (HTTP spec 2.3): any one of the permissions is enough. A route without an entry cannot be registered. */
export const routePermissions = {
  'GET /api/agents': forReaders,
  'POST /api/agents': forAuthors,
  'POST /api/agents/validate': forAuthors,
  'GET /api/agents/:id': forReaders,
  'PATCH /api/agents/:id': forAuthors,
  'DELETE /api/agents/:id': forAuthors,
  'POST /api/agent-sessions': forSessions,
  'GET /api/agent-sessions/:id': forSessions,
  'DELETE /api/agent-sessions/:id': forSessions,
  'POST /api/agent-sessions/start': forSessions,
  'GET /api/agent-sessions/:id/logs': forSessions,
  'POST /api/agent-sessions/:id/restore': forSessions,
  'POST /api/agent-sessions/:id/trigger': forSessions,
  'POST /api/agent-sessions/:id/abort': forSessions,
  'POST /api/files/upload-urls': forSessions,
  'GET /api/files/:fileId': bySignature,
  'PUT /api/files/:fileId': bySignature,
  'GET /api/models': forReaders,
} as const satisfies Readonly<Record<string, readonly Access[]>>;

/** @throws Error when the matrix has no such route: a mistake in the program, found when it starts. */
export function accessOf(method: string, path: string): readonly Access[] {
  const route = `${method === 'HEAD' ? 'GET' : method} ${path}`;
  if (!Object.hasOwn(routePermissions, route)) throw new Error(`No permissions are declared for ${route}`);
  return routePermissions[route as keyof typeof routePermissions];
}
