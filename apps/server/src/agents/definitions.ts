import { OctavusError } from '@octavus/core';
import { type AgentDefinition, validateAgent } from '@octavus/protocol';
import type { Agents } from '../storage/storage.ts';

/** Compiled agent versions. A version never changes, so it is compiled once; the ones used last stay in memory. */
export class AgentDefinitions {
  readonly #agents: Pick<Agents, 'getVersion'>;
  readonly #capacity: number;
  /** Insertion order is the order of use. */
  readonly #compiled = new Map<string, Promise<AgentDefinition>>();

  constructor(agents: Pick<Agents, 'getVersion'>, { capacity = 500 }: { capacity?: number } = {}) {
    this.#agents = agents;
    this.#capacity = capacity;
  }

  /** @throws OctavusError VALIDATION_ERROR when the stored version does not compile with this server's language. */
  get(agentId: string, version: number): Promise<AgentDefinition> {
    const key = `${agentId}:${version}`;
    const compiled = this.#compiled.get(key) ?? this.#compile(agentId, version);
    this.#compiled.delete(key);
    this.#compiled.set(key, compiled);
    if (this.#compiled.size > this.#capacity) this.#compiled.delete(this.#compiled.keys().next().value as string);
    // A failure is not worth remembering: the database may have been away.
    compiled.catch(() => this.#compiled.delete(key));
    return compiled;
  }

  async #compile(agentId: string, version: number): Promise<AgentDefinition> {
    const payload = await this.#agents.getVersion(agentId, version);
    const { definition, errors } = validateAgent(payload);
    if (definition) return definition;
    const reason = errors[0]?.message ?? 'unknown reason';
    throw new OctavusError(
      'VALIDATION_ERROR',
      {},
      { message: `The stored agent is not valid in this server version: ${reason}` },
    );
  }
}
