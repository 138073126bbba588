import { OctavusError } from '@octavus/core';
import type { EnginePorts, Files, WorkerAgent } from '@octavus/engine';
import type { Reach } from '../access/scope.ts';
import type { ExecutionParts } from './execution-parts.ts';

/** The engine's ports for a run in one session: workers are those of its project, files those within reach of who asked for it. */
export function portsFor(
  reach: Reach,
  sessionId: string,
  parts: Pick<ExecutionParts, 'ports' | 'storage' | 'definitions' | 'files'>,
): EnginePorts {
  const { storage, definitions } = parts;
  const { projectId, scope } = reach;
  const files: Files = {
    store: (bytes, meta) => parts.files.store(bytes, { projectId, sessionId, ...meta }),
    read: (file, limits) => parts.files.read({ projectId, scope }, file, limits),
  };

  async function getWorker(agentId: string, version: number): Promise<WorkerAgent> {
    return { agentId, version, definition: await definitions.get(agentId, version) };
  }

  async function findWorker(slug: string): Promise<WorkerAgent | undefined> {
    const agent = await storage.agents.findBySlug(projectId, slug);
    if (agent?.format !== 'worker' || agent.archivedAt !== undefined) return undefined;
    return getWorker(agent.id, agent.version).catch(toUnusable);
  }

  return { ...parts.ports, files, findWorker, getWorker };
}

/** A stored worker that this server cannot compile is as good as none. */
function toUnusable(error: unknown): undefined {
  if (!OctavusError.isInstance(error) || error.code !== 'VALIDATION_ERROR') throw error;
}
