import { findAgent, type RemoteAgent } from '../agents/remote-agent.ts';
import { defineCommand } from '../command.ts';
import { CliFailure } from '../failures.ts';
import type { Output } from '../output.ts';

export const get = defineCommand<[slug: string]>({
  usage: 'get <slug>',
  summary: 'Get agent details by slug',
  run: async (cli, [slug]) => {
    const { output } = cli;
    const agent = await findAgent(cli.connect(), slug);
    if (!agent) throw new CliFailure('NOT_FOUND', `Agent not found: ${slug}`);
    if (output.isJson) output.json({ ...agent.definition, id: agent.id });
    else print(output, agent);
  },
});

function print(output: Output, { id, definition: { settings, prompts } }: RemoteAgent): void {
  output.line();
  output.success(`Agent: ${output.style.bold(settings.name)}`);
  output.line();
  output.keyValue('Slug', settings.slug);
  output.keyValue('ID', id);
  output.keyValue('Format', settings.format);
  if (settings.description) output.keyValue('Description', settings.description);
  output.line();
  output.keyValue('Prompts', prompts.map(({ name }) => name).join(', ') || '(none)');
}
