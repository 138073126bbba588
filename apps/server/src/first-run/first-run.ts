import { OctavusError } from '@octavus/core';
import type { Clock, Ids } from '@octavus/engine';
import { issueApiKey } from '../access/api-keys.ts';
import { openDefaultProject } from '../access/default-project.ts';
import type { AgentService } from '../agents/agents.ts';
import type { Storage } from '../storage/storage.ts';
import { loadAgentFolder } from './load-agent-folder.ts';

export interface FirstRun {
  readonly projectName: string;
  readonly agentSlug: string;
  /** undefined: the operator has made keys before. */
  readonly key: string | undefined;
}

interface FirstRunOptions {
  readonly storage: Pick<Storage, 'projects' | 'apiKeys' | 'agents'>;
  readonly agents: AgentService;
  readonly ids: Ids;
  readonly clock: Clock;
}

/**
 * Makes an unused server ready to be tried: the default project, a demo agent and, unless the operator has made one, an API key.
 *
 * @returns what was made; undefined when the server has been used before, and then nothing is made but a missing default project.
 */
export async function prepareFirstRun({ storage, agents, ids, clock }: FirstRunOptions): Promise<FirstRun | undefined> {
  const { projects, apiKeys } = storage;
  const project = await openDefaultProject({ projects, ids, clock });
  if (await isUsed(storage)) return undefined;
  const demo = await loadAgentFolder(new URL('demo-agent/', import.meta.url));
  try {
    await agents.create(project.id, demo);
  } catch (error) {
    // Another process that started at the same moment was faster: it tells the operator.
    if (OctavusError.isInstance(error) && error.code === 'CONFLICT') return undefined;
    throw error;
  }
  const made = { projectName: project.name, agentSlug: demo.settings.slug };
  if ((await apiKeys.list()).length > 0) return { ...made, key: undefined };
  const { key } = await issueApiKey({
    projectId: project.id,
    name: 'First start',
    permissions: ['agents', 'sessions'],
    keys: apiKeys,
    ids,
    clock,
  });
  return { ...made, key };
}

/** Somebody has agents, or had them: whoever archived the demo agent used a key for it. */
async function isUsed({ projects, agents, apiKeys }: FirstRunOptions['storage']): Promise<boolean> {
  if ((await apiKeys.list()).some(({ lastUsedAt }) => lastUsedAt !== undefined)) return true;
  for (const { id } of await projects.list()) if ((await agents.list(id)).length > 0) return true;
  return false;
}

/** What the operator is told, as lines that can be pasted into a shell. */
export function describeFirstRun({ projectName, agentSlug, key }: FirstRun, url: string): string {
  const made = `First start: made the project "${projectName}" with the agent "${agentSlug}", on the offline model that needs no provider key.`;
  const credential = key ?? 'oct_sk_...';
  const aboutKey =
    key === undefined
      ? 'Use one of your API keys below, or make another:\n\n  npm run -s admin -- keys create --name NAME --permissions agents,sessions'
      : `Its API key, shown only this once:\n\n  ${key}`;
  return `${made}\n${aboutKey}\n\nTry it in another terminal:\n\n${toCurlLines(url, agentSlug, credential)}\n`;
}

function toCurlLines(url: string, agentSlug: string, credential: string): string {
  const auth = `-H 'Authorization: Bearer ${credential}'`;
  const create = `curl -s ${url}/api/agent-sessions ${auth} -d '{"agentId":"${agentSlug}"}'`;
  const body = `{"triggerName":"user-message","input":{"USER_MESSAGE":"Hello! Who are you?"}}`;
  return [
    `  SESSION=$(${create} | sed 's/.*"sessionId":"\\([^"]*\\)".*/\\1/')`,
    `  curl -sN ${url}/api/agent-sessions/$SESSION/trigger ${auth} -d '${body}'`,
    `  curl -s "${url}/api/agent-sessions/$SESSION?format=ui" ${auth}`,
    '',
  ].join('\n');
}
