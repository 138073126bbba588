import { agentDefinitionResponseSchema } from '@octavus/core';
import type { AgentPayload } from '@octavus/protocol';
import type { Api } from '../api/api.ts';
import { toSegment } from '../api/segment.ts';

/** An agent as the server holds it. */
export interface RemoteAgent {
  readonly id: string;
  readonly definition: Required<AgentPayload>;
}

/** Servers of the 2.0 generation know no references. */
const answerSchema = agentDefinitionResponseSchema.partial({ references: true });

/** @returns `undefined` when the server has no such agent. */
export async function findAgent(api: Api, slug: string): Promise<RemoteAgent | undefined> {
  const found = await api.find(agentPath(slug), answerSchema);
  if (!found) return undefined;
  const { id, protocol } = found;
  const { slug: storedSlug, name, description, format } = found.settings;
  return {
    id,
    definition: {
      settings: { slug: storedSlug, name, ...(description !== undefined && { description }), format },
      protocol,
      prompts: found.prompts.map(({ name, content }) => ({ name, content })),
      references: (found.references ?? []).map(({ name, description, content }) => ({ name, description, content })),
    },
  };
}

/** Where the API keeps the agent of a slug. */
export function agentPath(slug: string): string {
  return `/api/agents/${toSegment(slug)}?by=slug`;
}
