import {
  type AgentSummary as Agent,
  agentDefinitionResponseSchema,
  agentReferenceSchema,
  listAgentsResponseSchema,
} from '@octavus/core';
import { z } from 'zod';
import type { ApiConfig } from '../config.ts';
import { requestJson, segment } from '../http/request-json.ts';

export type { Agent };

/** Servers without references leave them out. */
const agentDefinitionSchema = agentDefinitionResponseSchema.extend({
  references: z.array(agentReferenceSchema).optional(),
});
/** An agent in full: its settings, protocol and prompts. */
export type AgentDefinition = z.infer<typeof agentDefinitionSchema>;
export type AgentSettings = AgentDefinition['settings'];

/** Reads agents. */
export class AgentsApi {
  readonly #config: ApiConfig;

  constructor(config: ApiConfig) {
    this.#config = config;
  }

  /** All agents of the key's project. @throws ApiError */
  async list(): Promise<Agent[]> {
    const { agents } = await requestJson(this.#config, {
      method: 'GET',
      path: '/api/agents',
      schema: listAgentsResponseSchema,
      context: 'Failed to list agents',
    });
    return agents;
  }

  /** One agent in full. @throws ApiError with status 404 */
  get(agentId: string): Promise<AgentDefinition> {
    return requestJson(this.#config, {
      method: 'GET',
      path: `/api/agents/${segment(agentId)}`,
      schema: agentDefinitionSchema,
      context: 'Failed to get the agent',
    });
  }
}
