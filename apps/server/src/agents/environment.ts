import type { Environment, KnownAgent } from '@octavus/protocol';
import type { Storage } from '../storage/storage.ts';
import type { AgentDefinitions } from './definitions.ts';

export interface EnvironmentSource {
  readonly storage: Pick<Storage, 'agents'>;
  readonly definitions: AgentDefinitions;
  /** Ids of the model providers this server has. */
  readonly providers: Iterable<string>;
}

/** What the language's checks may know about a project. Skills and remote MCP servers cannot be installed yet, so there are none. */
export async function readEnvironment(
  source: EnvironmentSource,
  projectId: string,
  protocol: unknown,
): Promise<Environment> {
  const agents = mentionsWorkers(protocol) ? await readAgents(source, projectId) : new Map<string, KnownAgent>();
  return { agents, skills: new Set(), mcpServers: new Set(), providers: source.providers };
}

/** Only the `workers` section is about other agents; most protocols have none, and then none is read. */
function mentionsWorkers(protocol: unknown): boolean {
  return typeof protocol === 'string' && protocol.includes('workers');
}

async function readAgents(
  { storage, definitions }: EnvironmentSource,
  projectId: string,
): Promise<ReadonlyMap<string, KnownAgent>> {
  const agents = await storage.agents.list(projectId);
  const known = agents.map(async ({ id, slug, version, format }): Promise<[string, KnownAgent]> => {
    if (format !== 'worker') return [slug, { format }];
    const definition = await definitions.get(id, version).catch(() => undefined);
    return [slug, { format, ...(definition && { input: definition.input }) }];
  });
  return new Map(await Promise.all(known));
}
