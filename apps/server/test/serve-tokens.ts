import type { MintTokenResponse } from '@octavus/core';
import { issueApiKey } from '../src/access/api-keys.ts';
import { type Answer, type ServeSessionsOptions, type SessionServer, serveSessions } from './serve-sessions.ts';
import { anAgent, aProject, aSession, aVersion } from './suites/storage-fixtures.ts';

/** What a request may be aimed at. */
export interface Aim {
  readonly agentId: string;
  readonly sessionId: string;
}

/** A whole server with a key that mints, and more than one agent and session to aim at. */
export interface TokenServer extends SessionServer {
  readonly minter: { readonly id: string; readonly key: string };
  /** The agent of the server with a session of it. */
  readonly own: Aim;
  /** Another session of that agent. */
  readonly sibling: Aim;
  /** Another agent of the project with a session of it. */
  readonly foreign: Aim;
  /** An agent of another project with a session of it. */
  readonly stranger: Aim;
  /** Sends a request with any credential. */
  as(credential: string, method: string, path: string, body?: unknown): Promise<Answer>;
  /** Mints, or fails. */
  mint(body: object, key?: string): Promise<MintTokenResponse>;
  issue(
    permissions: Parameters<typeof issueApiKey>[0]['permissions'],
    projectId?: string,
  ): Promise<TokenServer['minter']>;
}

/** Nothing has this id. */
export const unknownId = `c${'0'.repeat(23)}`;

export async function serveTokens(options: ServeSessionsOptions): Promise<TokenServer> {
  const server = await serveSessions(options);
  const { agentId, projectId, services } = server;
  const { storage, ids, clock } = services;
  const issue: TokenServer['issue'] = (permissions, project = projectId) =>
    issueApiKey({ projectId: project, name: 'tests', permissions, keys: storage.apiKeys, ids, clock });
  const minter = await issue(['mint-tokens']);
  const as: TokenServer['as'] = (credential, method, path, body) =>
    server.call(method, path, body, { authorization: `Bearer ${credential}` });

  async function anotherAgent(project: string): Promise<Aim> {
    const agent = anAgent(project, { slug: 'other-desk' });
    await storage.agents.create(agent, aVersion(agent));
    const at = clock.now();
    const session = aSession(agent, { createdAt: at, updatedAt: at, lastActivityAt: at });
    await storage.sessions.create(session);
    return { agentId: agent.id, sessionId: session.id };
  }

  const other = aProject();
  await storage.projects.create(other);
  return {
    ...server,
    minter,
    as,
    issue,
    own: { agentId, sessionId: await server.createSession() },
    sibling: { agentId, sessionId: await server.createSession() },
    foreign: await anotherAgent(projectId),
    stranger: await anotherAgent(other.id),
    mint: async (body, key = minter.key) => {
      const answer = await as(key, 'POST', '/api/tokens', body);
      if (answer.status !== 201) throw new Error(JSON.stringify(answer.body));
      return answer.body;
    },
  };
}
