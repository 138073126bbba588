import type { Permission } from '../storage/storage.ts';

/** Where a request says which agent or session it is for. */
export interface Target {
  readonly names: 'agent' | 'session';
  readonly in: 'params' | 'body';
  readonly field: string;
}

/** What lets a request in. */
export interface KeyAccess {
  /** Any one of them is enough for an API key. */
  readonly permissions: readonly Permission[];
  /** The key of an agent is enough where the path names that agent. */
  readonly agentKeyFor?: string;
  /** A token must be for this agent or session; one for a session only is never for an agent. Absent: no token is let in. */
  readonly target?: Target;
}

/** `signature`: the address itself authorises; a bearer credential is not looked at. */
export type Access = KeyAccess | 'signature';

const forReaders: Access = { permissions: ['agents', 'sessions'] };
const forAuthors: Access = { permissions: ['agents'] };
const forMinters: Access = { permissions: ['mint-tokens'] };
const forNewSessions: Access = {
  permissions: ['sessions'],
  target: { names: 'agent', in: 'body', field: 'agentId' },
};
const forRuns: Access = {
  permissions: ['sessions'],
  target: { names: 'agent', in: 'params', field: 'id' },
};
const forOneSession: Access = {
  permissions: ['sessions'],
  target: { names: 'session', in: 'params', field: 'id' },
};
/** A token is for one agent or session and lists nothing (HTTP spec 2.3). */
const forSessionLists: Access = { permissions: ['sessions'] };
const forUploads: Access = {
  permissions: ['sessions'],
  target: { names: 'session', in: 'body', field: 'sessionId' },
};

const forThreads: Access = { permissions: ['sessions'], agentKeyFor: 'agentId' };

/** Who may call which route (HTTP spec 2.3). A route without an entry cannot be registered. */
export const routePermissions = {
  'GET /api/agents': forReaders,
  'POST /api/agents': forAuthors,
  'POST /api/agents/validate': forAuthors,
  'GET /api/agents/:id': forReaders,
  'PATCH /api/agents/:id': forAuthors,
  'DELETE /api/agents/:id': forAuthors,
  'POST /api/agents/:id/execute': forRuns,
  'GET /api/agent-sessions': forSessionLists,
  'POST /api/agent-sessions': forNewSessions,
  'GET /api/agent-sessions/:id': forOneSession,
  'DELETE /api/agent-sessions/:id': forOneSession,
  'POST /api/agent-sessions/start': forNewSessions,
  'GET /api/agent-sessions/:id/logs': forOneSession,
  'POST /api/agent-sessions/:id/restore': forOneSession,
  'POST /api/agent-sessions/:id/trigger': forOneSession,
  'POST /api/agent-sessions/:id/abort': forOneSession,
  'POST /api/files/upload-urls': forUploads,
  'GET /api/files/:fileId': 'signature',
  'PUT /api/files/:fileId': 'signature',
  'POST /api/tokens': forMinters,
  'POST /api/tokens/revoke': forMinters,
  'POST /api/v1/workforce/agents/:agentId/threads': forThreads,
  'GET /api/v1/workforce/agents/:agentId/threads/:threadId': forThreads,
  'POST /api/v1/workforce/agents/:agentId/threads/:threadId/messages': forThreads,
  'GET /api/skills': forAuthors,
  'POST /api/skills': forAuthors,
  'GET /api/skills/:id/archive': forAuthors,
  'PUT /api/skills/:id/secrets': forAuthors,
  'GET /api/models': forReaders,
} as const satisfies Readonly<Record<string, Access>>;

/**
 * @param methods of one route; they share an entry.
 * @throws Error when the matrix has no such route: a mistake in the program, found when it starts.
 */
export function accessOf(methods: string | readonly string[], path: string): Access {
  const routes = new Set([methods].flat().map((method) => `${method === 'HEAD' ? 'GET' : method} ${path}`));
  const [route = ''] = routes;
  if (routes.size !== 1 || !Object.hasOwn(routePermissions, route)) {
    throw new Error(`No permissions are declared for ${[...routes].join(', ')}`);
  }
  return routePermissions[route as keyof typeof routePermissions];
}
