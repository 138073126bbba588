import { relative, resolve } from 'node:path';
import { findAgentFolders } from '../agents/find-agent-folders.ts';
import { generateAgentTypes } from '../agents/generate-agent-types.ts';
import { type Cli, defineCommand } from '../command.ts';
import { exitCodes, isInterruption, toFailure, UsageFailure } from '../failures.ts';
import { watchFolders } from '../files/watch.ts';
import { writeOneFile } from '../files/write-files.ts';

interface TypesOptions {
  readonly out?: string;
  readonly watch?: boolean;
}

export const types = defineCommand<[paths: string[]], TypesOptions>({
  usage: 'types <path...>',
  summary: 'Write TypeScript for the inputs, triggers, tools and outputs of agents',
  configure: (parser) => {
    parser
      .option('--out <file>', 'Write into this file (default: standard output)')
      .option('--watch', 'Stay and write again on every change that is valid');
  },
  run: async (cli, [paths], { out, watch }) => {
    if (!watch) return write(cli, paths, out);
    if (out === undefined) throw new UsageFailure('--watch needs --out <file>');
    return watchAndWrite(cli, paths, out);
  },
});

function write(cli: Cli, paths: readonly string[], out: string | undefined): number {
  const { output } = cli;
  const folders = findAgentFolders(paths, cli.cwd);
  const { text, slugs } = generateAgentTypes(cli, folders);
  if (out === undefined) {
    if (output.isJson) output.json({ agents: slugs, types: text });
    else output.stdout.write(text);
    return exitCodes.success;
  }
  const file = resolve(cli.cwd, out);
  writeOneFile(file, text);
  if (output.isJson) output.json({ agents: slugs, file });
  output.success(`Types of ${slugs.join(', ')} in ${output.style.path(relative(cli.cwd, file) || file)}`);
  return exitCodes.success;
}

async function watchAndWrite(cli: Cli, paths: readonly string[], out: string): Promise<number> {
  const { output, signal } = cli;
  const folders = findAgentFolders(paths, cli.cwd);
  const changes = await watchFolders(folders, { signal, ignore: resolve(cli.cwd, out) });
  output.progress('Watching. Ctrl-C stops.');
  const attempt = () => {
    try {
      write(cli, folders, out);
    } catch (error) {
      if (isInterruption(error, signal)) throw error;
      output.fail(toFailure(error));
    }
  };
  attempt();
  for await (const _ of changes) attempt();
  return exitCodes.interrupted;
}
