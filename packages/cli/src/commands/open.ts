import { idPatterns } from '@octavus/core';
import { findAgent } from '../agents/remote-agent.ts';
import { type Cli, defineCommand } from '../command.ts';
import { CliFailure } from '../failures.ts';
import { openBrowser } from '../terminal/open-browser.ts';

export const open = defineCommand<[name: string]>({
  usage: 'open <slug|session>',
  summary: 'Open an agent or a session in the console; prints the address when there is no browser',
  run: async (cli, [name]) => {
    const { output } = cli;
    const url = await addressOf(cli, name);
    const isOpened = output.stdout.isTTY === true && !output.isJson && (await openBrowser(url, cli.env));
    if (output.isJson) output.json({ url });
    if (isOpened) output.info(`Opened ${output.style.path(url)}`);
    else output.line(url);
  },
});

/** What looks like the id of a session is one: no request is needed, and a key need not allow to read it. */
async function addressOf(cli: Cli, name: string): Promise<string> {
  if (idPatterns.resource.test(name)) return `${cli.apiUrl().value}/platform/sessions/${name}`;
  const api = cli.connect();
  const agent = await findAgent(api, name);
  if (!agent) throw new CliFailure('NOT_FOUND', `Agent not found: ${name}`);
  return `${api.url}/platform/agents/${encodeURIComponent(agent.id)}`;
}
