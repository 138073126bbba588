import type { Environment, KnownAgent } from '@octavus/protocol';
import type { Storage } from '../storage/storage.ts';
import type { AgentDefinitions } from './definitions.ts';

export interface EnvironmentSource {
  readonly storage: Pick<Storage, 'agents' | 'skills'>;
  readonly definitions: AgentDefinitions;
  /** Ids of the model providers this server has. */
  readonly providers: Iterable<string>;
}

/** What the language's checks may know about a project. There are no remote MCP servers. */
export async function readEnvironment(
  source: EnvironmentSource,
  projectId: string,
  protocol: unknown,
): Promise<Environment> {
  const agents = mentionsWorkers(protocol) ? await readAgents(source, projectId) : new Map<string, KnownAgent>();
  const skills = mentionsSkills(protocol) ? await readSkills(source, projectId) : new Set<string>();
  return { agents, skills, mcpServers: new Set(), providers: source.providers };
}

/** Only the `workers` section is about other agents; most protocols have none, and then none is read. */
function mentionsWorkers(protocol: unknown): boolean {
  return typeof protocol === 'string' && protocol.includes('workers');
}

function mentionsSkills(protocol: unknown): boolean {
  return typeof protocol === 'string' && protocol.includes('skills');
}

async function readSkills({ storage }: EnvironmentSource, projectId: string): Promise<ReadonlySet<string>> {
  return new Set((await storage.skills.list(projectId)).map(({ slug }) => slug));
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
