import { resolve } from 'node:path';
import { printText, toIssue } from '@octavus/protocol';
import type { Api } from '../api/api.ts';
import type { Cli } from '../command.ts';
import { writeVariable } from '../config/write-variable.ts';
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
 * @param options.writeEnv variable of the env file that gets the agent's id, once it is known.
 * @returns the exit status: 130, as only an interruption ends it.
 */
export async function watchAndSync(
  cli: Cli,
  api: Api,
  { path, writeEnv }: { readonly path: string; readonly writeEnv: string | undefined },
): Promise<number> {
  const { output, signal } = cli;
  readAgentFolder(path, cli.cwd);
  const changes = await watchFolders([resolve(cli.cwd, path)], { signal });
  output.progress(`Watching ${path}. Ctrl-C stops.`);
  let isStored = writeEnv === undefined;
  const attempt = () =>
    report(cli, async () => {
      const agentId = await syncIfValid(cli, api, path);
      if (isStored || agentId === undefined) return;
      writeVariable(cli, { name: writeEnv!, value: agentId });
      isStored = true;
    });
  await attempt();
  for await (const _ of changes) await attempt();
  return exitCodes.interrupted;
}

/** What fails is told, and the next change tries again. */
async function report({ output, signal }: Cli, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (isInterruption(error, signal)) throw error;
    const failure = toFailure(error);
    if (output.isJson) output.jsonLine({ error: failure.message, code: failure.code, ...failure.fields });
    else output.fail(failure);
  }
}

/** @returns the agent's id; `undefined` when it is not valid. */
async function syncIfValid(cli: Cli, api: Api, path: string): Promise<string | undefined> {
  const { output } = cli;
  const { definition } = readAgentFolder(path, cli.cwd);
  if (!isValid(cli, path)) return undefined;
  const { action, remote } = await planSync(api, definition);
  const { slug } = definition.settings;
  if (action === 'unchanged' && remote) {
    output.info(`Unchanged: ${output.style.bold(slug)}`);
    return remote.id;
  }
  const { agentId, created } = await syncAgent(api, definition);
  if (output.isJson) output.jsonLine({ slug, agentId, created });
  output.success(`${created ? 'Created' : 'Updated'}: ${output.style.bold(slug)}`);
  return agentId;
}

function isValid(cli: Cli, path: string): boolean {
  const { errors, warnings, files } = validateFolder(cli, resolve(cli.cwd, path));
  if (errors.length === 0) return true;
  const report = toReport({ errors, warnings, files }, path);
  if (cli.output.isJson)
    cli.output.jsonLine({ error: 'The agent is not valid', code: 'UNKNOWN', issues: errors.map(toIssue) });
  else cli.output.stderr.write(printText([report], { hasColor: cli.output.errorHasColor }));
  return false;
}
