import { createModels } from '@octavus/models';
import { issueApiKey } from '../../../apps/server/src/access/api-keys.ts';
import { loadAgentFolder } from '../../../apps/server/src/first-run/load-agent-folder.ts';
import { serveSessions } from '../../../apps/server/test/serve-sessions.ts';

export interface AgentsServer extends AsyncDisposable {
  readonly url: string;
  /** Environment of a program that uses this server with every permission. */
  readonly env: Readonly<Record<string, string>>;
}

/** The real server with the agents of these folders, on the models it has without a provider key. */
export async function serveAgents(...folders: readonly URL[]): Promise<AgentsServer> {
  const server = await serveSessions({ databaseUrl: 'file::memory:', resolve: createModels().resolve });
  const { storage, ids, clock } = server.services;
  const permissions = ['agents', 'sessions', 'mint-tokens'] as const;
  const { key } = await issueApiKey({
    projectId: server.projectId,
    name: 'examples',
    permissions,
    keys: storage.apiKeys,
    ids,
    clock,
  });
  for (const folder of folders) {
    const { status, body } = await server.call('POST', '/api/agents', await loadAgentFolder(folder));
    if (status !== 201) throw new Error(`${folder}: ${JSON.stringify(body)}`);
  }
  return {
    url: server.url,
    env: { OCTAVUS_API_URL: server.url, OCTAVUS_API_KEY: key },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}
