import { type AgentSummary, listAgentsResponseSchema } from '@octavus/core';
import { defineCommand } from '../command.ts';
import type { Output } from '../output.ts';

export const list = defineCommand({
  usage: 'list',
  summary: 'List all agents in the project',
  run: async (cli) => {
    const { output } = cli;
    const { agents } = await cli.connect().request('GET', '/api/agents', { schema: listAgentsResponseSchema });
    if (output.isJson) output.json({ agents: agents.map(toFields) });
    else if (agents.length === 0) output.info('No agents found');
    else printTable(output, agents);
  },
});

/** In the order that scripts know. */
function toFields(agent: AgentSummary): object {
  const { slug, id, name, description, format, createdAt, updatedAt, projectId } = agent;
  return { slug, id, name, description, format, createdAt, updatedAt, projectId };
}

const widths = [20, 30, 12, 36] as const;

function printTable(output: Output, agents: readonly AgentSummary[]): void {
  const toRow = (cells: readonly string[], paint = (text: string) => text) =>
    cells.map((cell, column) => paint(cell) + ' '.repeat(Math.max(0, widths[column]! - widthOf(cell)))).join('  ');
  output.line();
  output.line(toRow(['SLUG', 'NAME', 'FORMAT', 'ID'], output.style.bold));
  output.detail('─'.repeat(100));
  for (const { slug, name, format, id } of agents) output.line(toRow([slug, name, format, id]));
  output.line();
  output.detail(`${agents.length} agent(s)`);
}

/** In characters rather than code units. */
function widthOf(text: string): number {
  return [...text].length;
}
