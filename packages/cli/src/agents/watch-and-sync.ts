import { resolve } from 'node:path';
import { printText, toIssue } from '@octavus/protocol';
import type { Api } from '../api/api.ts';
import type { Cli } from '../command.ts';
import { exitCodes, isInterruption, toFailure } from '../failures.ts';
import { watchFolders } from '../files/watch.ts';
import { readAgentFolder } from './agent-folder.ts';
import { planSync, syncAgent } from './sync-agent.ts';
import { toReport, validateFolder } from './validate-locally.ts';

/**
 * Syncs an agent now and after every change, until the user stops it. What is not valid is reported and not sent.
 *
 * With `--json` each sync is one line; failures too.
 *
 * @returns the exit status: 130, as only an interruption ends it.
 */
export async function watchAndSync(cli: Cli, api: Api, path: string): Promise<number> {
  const { output, signal } = cli;
  readAgentFolder(path, cli.cwd);
  const changes = await watchFolders([resolve(cli.cwd, path)], { signal });
  output.progress(`Watching ${path}. Ctrl-C stops.`);
  await syncIfValid(cli, api, path);
  for await (const _ of changes) await syncIfValid(cli, api, path);
  return exitCodes.interrupted;
}

async function syncIfValid(cli: Cli, api: Api, path: string): Promise<void> {
  const { output } = cli;
  try {
    const { definition } = readAgentFolder(path, cli.cwd);
    if (!isValid(cli, path)) return;
    const { action, remote } = await planSync(api, definition);
    const { slug } = definition.settings;
    if (action === 'unchanged' && remote) {
      output.info(`Unchanged: ${output.style.bold(slug)}`);
      return;
    }
    const { agentId, created } = await syncAgent(api, definition);
    if (output.isJson) output.jsonLine({ slug, agentId, created });
    output.success(`${created ? 'Created' : 'Updated'}: ${output.style.bold(slug)}`);
  } catch (error) {
    if (isInterruption(error, cli.signal)) throw error;
    const failure = toFailure(error);
    if (output.isJson) output.jsonLine({ error: failure.message, code: failure.code, ...failure.fields });
    else output.fail(failure);
  }
}

function isValid(cli: Cli, path: string): boolean {
  const { errors, warnings, files } = validateFolder(cli, resolve(cli.cwd, path));
  if (errors.length === 0) return true;
  const report = toReport({ errors, warnings, files }, path);
  if (cli.output.isJson)
    cli.output.jsonLine({ error: 'The agent is not valid', code: 'UNKNOWN', issues: errors.map(toIssue) });
  else cli.output.stderr.write(printText([report], { hasColor: cli.output.hasColor }));
  return false;
}
