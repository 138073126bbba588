import { type AgentSummary, listAgentsResponseSchema } from '@octavus/core';
import { defineCommand } from '../command.ts';
import { printTable } from '../terminal/table.ts';

export const list = defineCommand({
  usage: 'list',
  summary: 'List all agents in the project',
  run: async (cli) => {
    const { output } = cli;
    const { agents } = await cli.connect().request('GET', '/api/agents', { schema: listAgentsResponseSchema });
    if (output.isJson) output.json({ agents: agents.map(toFields) });
    else if (agents.length === 0) output.info('No agents found');
    else {
      const rows = agents.map(({ slug, name, format, id }) => [slug, name, format, id]);
      printTable(output, rows, { header: ['SLUG', 'NAME', 'FORMAT', 'ID'], widths: [20, 30, 12, 36], noun: 'agent' });
    }
  },
});

/** In the order that scripts know. */
function toFields(agent: AgentSummary): object {
  const { slug, id, name, description, format, createdAt, updatedAt, projectId } = agent;
  return { slug, id, name, description, format, createdAt, updatedAt, projectId };
}
