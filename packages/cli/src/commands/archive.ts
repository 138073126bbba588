import { agentChangedResponseSchema } from '@octavus/core';
import { agentPath } from '../agents/remote-agent.ts';
import { type Cli, defineCommand } from '../command.ts';
import { CliFailure } from '../failures.ts';
import { openQuestions } from '../terminal/ask.ts';

export const archive = defineCommand<[slug: string], { readonly confirm?: boolean }>({
  usage: 'archive <slug>',
  summary: 'Archive an agent: it leaves the list and its slug is free',
  configure: (parser) => {
    parser.option('--confirm', 'Ask first, on a terminal');
  },
  run: async (cli, [slug], { confirm }) => {
    const { output } = cli;
    const api = cli.connect();
    if (confirm && !(await isConfirmed(cli, slug))) throw new CliFailure('UNKNOWN', `Not archived: ${slug}`);
    output.info(`Archiving ${output.style.bold(slug)}...`);
    const { agentId } = await api.request('DELETE', agentPath(slug), { schema: agentChangedResponseSchema });
    if (output.isJson) output.json({ slug, agentId, archived: true });
    output.success(`Archived: ${output.style.bold(slug)}`);
    output.keyValue('Agent ID', agentId);
  },
});

async function isConfirmed(cli: Cli, slug: string): Promise<boolean> {
  if (!cli.stdin.isTTY) return true;
  using questions = openQuestions(cli);
  return /^y(es)?$/i.test((await questions.ask(`Archive ${slug}? [y/N] `)).trim());
}
