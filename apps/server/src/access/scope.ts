import { isId } from '@octavus/core';
import type { Storage } from '../storage/storage.ts';

/** What a credential that is no API key may use: one agent, or only one session of it (http-api.md 2.1). */
export interface Scope {
  readonly agentId: string;
  /** undefined: every session of the agent, and new ones. */
  readonly sessionId: string | undefined;
}

/** Who a request acts for when its credential is limited to a scope. */
export interface ScopedPrincipal {
  readonly projectId: string;
  readonly scope: Scope;
}

/** What a request may touch: all of a project, or what is in a scope in it. */
export interface Reach {
  readonly projectId: string;
  readonly scope?: Scope | undefined;
}

/** How a request names an agent; `any`: by its id, or by its slug where no agent has that id. */
export type AgentName = 'id' | 'slug' | 'any';

/** Tells whether what a request names is in a scope. What is not, and what does not exist, look the same. */
export interface Scopes {
  /** Only the agent of the scope is looked up, never another one. */
  hasAgent(principal: ScopedPrincipal, name: string, by: AgentName): Promise<boolean>;
  /** With a scope of one session nothing is looked up. */
  hasSession(principal: ScopedPrincipal, sessionId: string): Promise<boolean>;
}

export function createScopes({ agents, sessions }: Pick<Storage, 'agents' | 'sessions'>): Scopes {
  return {
    hasAgent: async ({ projectId, scope }, name, by) => {
      if (by !== 'slug' && name === scope.agentId) return true;
      if (by === 'id') return false;
      const agent = await agents.find(projectId, scope.agentId);
      // The slug of an archived agent may be another one's.
      return agent !== undefined && agent.archivedAt === undefined && agent.slug === name;
    },
    hasSession: (principal, sessionId) => hasSession(sessions, principal, sessionId),
  };
}

/** Whether a session is in a scope. */
export async function hasSession(
  sessions: Pick<Storage['sessions'], 'find'>,
  { projectId, scope }: ScopedPrincipal,
  sessionId: string,
): Promise<boolean> {
  if (scope.sessionId !== undefined) return sessionId === scope.sessionId;
  const session = isId(sessionId) ? await sessions.find(projectId, sessionId) : undefined;
  return session?.agentId === scope.agentId;
}
