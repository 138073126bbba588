import { type AgentFolder, readAgentFolder } from '../agents/agent-folder.ts';
import { describeChanges } from '../agents/compare.ts';
import { findAllAgentFolders } from '../agents/find-agent-folders.ts';
import { planSync, type SyncPlan, type SyncResult, syncAgent } from '../agents/sync-agent.ts';
import { watchAndSync } from '../agents/watch-and-sync.ts';
import type { Api } from '../api/api.ts';
import { type Cli, defineCommand } from '../command.ts';
import { assertVariableName, writeVariable } from '../config/write-variable.ts';
import { exitCodes, isInterruption, toFailure, UsageFailure } from '../failures.ts';

interface SyncOptions {
  readonly all?: string;
  readonly dryRun?: boolean;
  readonly check?: boolean;
  readonly watch?: boolean;
  readonly writeEnv?: string;
}

export const sync = defineCommand<[path: string | undefined], SyncOptions>({
  usage: 'sync [path]',
  summary: 'Sync agent to platform (creates or updates)',
  configure: (parser) => {
    parser
      .option('--all <root>', 'Sync every folder below that has a settings.json, workers first')
      .option('--dry-run', 'Show what would change, change nothing')
      .option('--check', 'As --dry-run, and exit 3 when something would change')
      .option('--watch', 'Stay and sync again on every change that is valid')
      .option('--write-env <name>', 'Store the agent id as NAME= in the env file (.env, or that of --env)');
  },
  run: async (cli, [path], options) => {
    assertSensible(path, options);
    const api = cli.connect();
    if (options.all !== undefined) return syncAll(cli, api, options.all, options);
    if (options.watch) return watchAndSync(cli, api, { path: path!, writeEnv: options.writeEnv });
    return syncOne(cli, api, path!, options);
  },
});

/** @throws UsageFailure for options that contradict each other: nothing is sent that somebody wanted to see first */
function assertSensible(path: string | undefined, { all, dryRun, check, watch, writeEnv }: SyncOptions): void {
  if (path === undefined && all === undefined) throw new UsageFailure("missing required argument 'path'");
  if (path !== undefined && all !== undefined) throw new UsageFailure('give a path or --all <root>, not both');
  if (all !== undefined && (watch || writeEnv !== undefined)) {
    throw new UsageFailure('--watch and --write-env take one agent, not --all');
  }
  if ((dryRun || check) && (watch || writeEnv !== undefined)) {
    throw new UsageFailure('--dry-run and --check change nothing: leave out --watch and --write-env');
  }
  if (writeEnv !== undefined) assertVariableName(writeEnv);
}

async function syncOne(cli: Cli, api: Api, path: string, options: SyncOptions): Promise<number> {
  const { output } = cli;
  const agent = readAgent(cli, path);
  if (options.dryRun || options.check) {
    const plan = await planSync(api, agent.definition);
    if (output.isJson) output.json(planFields(agent, plan));
    printPlan(cli, agent, plan);
    return statusOf([plan], options);
  }
  const result = await send(cli, api, agent);
  if (options.writeEnv !== undefined) writeVariable(cli, { name: options.writeEnv, value: result.agentId });
  if (output.isJson) output.json(resultFields(agent, result));
  return exitCodes.success;
}

/** One failing agent does not keep the others back. */
async function syncAll(cli: Cli, api: Api, root: string, options: SyncOptions): Promise<number> {
  const { output } = cli;
  const agents: object[] = [];
  const plans: SyncPlan[] = [];
  let hasFailed = false;
  const folders = findAllAgentFolders(root, cli.cwd).map((folder) => attempt(() => readAgent(cli, folder), folder));
  for (const { value: agent, error, folder } of folders.sort(workersFirst)) {
    try {
      if (!agent) throw error;
      if (options.dryRun || options.check) {
        const plan = await planSync(api, agent.definition);
        plans.push(plan);
        agents.push(planFields(agent, plan));
        printPlan(cli, agent, plan);
      } else agents.push(resultFields(agent, await send(cli, api, agent)));
    } catch (problem) {
      if (isInterruption(problem, cli.signal)) throw problem;
      const failure = toFailure(problem);
      hasFailed = true;
      agents.push({ folder, error: failure.message, code: failure.code, ...failure.fields });
      if (!output.isJson) output.fail(failure);
    }
  }
  if (output.isJson) output.json({ agents });
  return hasFailed ? exitCodes.failure : statusOf(plans, options);
}

interface Attempt {
  readonly folder: string;
  readonly value?: AgentFolder;
  readonly error?: unknown;
}

function attempt(read: () => AgentFolder, folder: string): Attempt {
  try {
    return { folder, value: read() };
  } catch (error) {
    return { folder, error };
  }
}

/** An agent that names a worker is valid only once the worker is there. */
function workersFirst(a: Attempt, b: Attempt): number {
  const rank = ({ value }: Attempt) => (value?.definition.settings.format === 'worker' ? 0 : 1);
  return rank(a) - rank(b);
}

function readAgent({ output, cwd }: Cli, path: string): AgentFolder {
  output.info(`Reading agent from ${output.style.path(path)}...`);
  const agent = readAgentFolder(path, cwd);
  for (const warning of agent.warnings) output.warning(warning);
  return agent;
}

async function send({ output }: Cli, api: Api, { definition }: AgentFolder): Promise<SyncResult> {
  const { slug } = definition.settings;
  output.info(`Syncing ${output.style.bold(slug)}...`);
  const result = await syncAgent(api, definition);
  output.success(`${result.created ? 'Created' : 'Updated'}: ${output.style.bold(slug)}`);
  output.keyValue('Agent ID', result.agentId);
  return result;
}

function planFields({ definition }: AgentFolder, { action, changes, remote }: SyncPlan): object {
  const { slug } = definition.settings;
  return {
    slug,
    ...(remote && { agentId: remote.id }),
    action,
    changes: changes.map(({ path, kind }) => ({ path, kind })),
  };
}

function resultFields({ definition }: AgentFolder, { agentId, created }: SyncResult): object {
  return { slug: definition.settings.slug, agentId, created };
}

const planTitles = { create: 'Would create', update: 'Would update', unchanged: 'Unchanged' } as const;

function printPlan({ output }: Cli, { definition }: AgentFolder, { action, changes }: SyncPlan): void {
  output.success(`${planTitles[action]}: ${output.style.bold(definition.settings.slug)}`);
  for (const line of describeChanges(changes)) output.detail(`  ${line}`);
}

function statusOf(plans: readonly SyncPlan[], { check }: SyncOptions): number {
  const hasDrift = plans.some(({ action }) => action !== 'unchanged');
  return check && hasDrift ? exitCodes.differences : exitCodes.success;
}
