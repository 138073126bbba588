import { existsSync } from 'node:fs';
import { dirname, join, relative, resolve as resolvePath } from 'node:path';
import type { LanguageModels } from '@octavus/core';
import { type AgentDefinition, type AgentPayload, printText, validateAgent } from '@octavus/protocol';
import { readModelsConfig } from '../agents/providers.ts';
import { findAgent } from '../agents/remote-agent.ts';
import { toReport, validateFolder } from '../agents/validate-locally.ts';
import type { Api } from '../api/api.ts';
import type { Cli } from '../command.ts';
import { CliFailure, FileFailure } from '../failures.ts';
import { isFile, listNames } from '../files/read-files.ts';
import type { Conversation } from './conversation.ts';
import { LocalConversation } from './local-conversation.ts';
import { openServerSession, ServerConversation } from './server-conversation.ts';

/** An agent that can be talked to, wherever it runs. */
export interface RunnableAgent {
  readonly definition: AgentDefinition;
  /** A session with this input; of a worker, the place its runs come from. */
  open(input: Readonly<Record<string, unknown>>): Promise<Conversation>;
  /** A session that exists. @throws CliFailure where sessions do not outlive the process */
  attach(sessionId: string): Conversation;
}

export interface FindOptions {
  /** Of a local run: answers every model call. */
  readonly model?: string;
  /** Of a local run: finds models. */
  readonly resolve?: LanguageModels['resolve'];
}

/** Whether a name is a folder's rather than a slug: it has a slash, or is `.` or `..`. */
export function isPath(name: string): boolean {
  return /[\\/]/.test(name) || /^\.\.?$/.test(name);
}

/**
 * The agent of a slug on the server, or of a folder, which runs in this process.
 *
 * @throws CliFailure when there is none, or it is not valid.
 */
export async function findRunnableAgent(cli: Cli, name: string, options: FindOptions = {}): Promise<RunnableAgent> {
  if (isPath(name)) return localAgent(cli, resolvePath(cli.cwd, name), options);
  return serverAgent(connectFor(cli, name), name);
}

function connectFor(cli: Cli, slug: string): Api {
  try {
    return cli.connect();
  } catch (error) {
    const isFolder = existsSync(resolvePath(cli.cwd, slug, 'settings.json'));
    if (!isFolder || !(error instanceof CliFailure)) throw error;
    throw new CliFailure(error.code, `${error.message} To run the folder here, write ./${slug}`);
  }
}

export async function serverAgent(api: Api, slug: string): Promise<RunnableAgent> {
  const found = await findAgent(api, slug);
  if (!found) throw new CliFailure('NOT_FOUND', `Agent not found: ${slug}`);
  const definition = compileRemote(found.definition);
  const agent = { id: found.id, definition };
  return {
    definition,
    open: async (input) =>
      definition.format === 'worker' ? new ServerConversation(api, agent) : openServerSession(api, agent, input),
    attach: (sessionId) => new ServerConversation(api, agent, sessionId),
  };
}

/** The server has accepted it, so what it names is there: providers, skills, other agents. */
function compileRemote(payload: AgentPayload): AgentDefinition {
  const providers = [...payload.protocol.matchAll(/([a-z0-9][a-z0-9-]*)\//g)].map(([, name]) => name!);
  const { definition, errors } = validateAgent(payload, { environment: { providers } });
  if (definition) return definition;
  throw new CliFailure('UNKNOWN', `This version of octavus does not understand the agent: ${errors[0]?.message ?? ''}`);
}

/** @param folder absolute. */
export function localAgent(cli: Cli, folder: string, { model, resolve }: FindOptions = {}): RunnableAgent {
  const definition = compileFolder(cli, folder);
  // Nobody watches a pipe: the offline model need not take a person's time there.
  const pace = cli.output.stdout.isTTY ? 'human' : 'instant';
  const models = { ...readModelsConfig(cli.env), offline: { pace } } as const;
  const findWorker = (slug: string) => findSibling(cli, folder, slug);
  const common = { models, findWorker, ...(model !== undefined && { model }), ...(resolve && { resolve }) };
  return {
    definition,
    open: async (input) => new LocalConversation(definition, { ...common, input }),
    attach: () => {
      throw new CliFailure('UNKNOWN', 'Sessions of a local run end with it: give the slug of an agent on the server');
    },
  };
}

/** @throws FileFailure when the folder holds no valid agent; its findings are on standard error by then. */
export function compileFolder(cli: Cli, folder: string): AgentDefinition {
  const { definition, errors, warnings, files } = validateFolder(cli, folder);
  const shown = relative(cli.cwd, folder) || '.';
  if (!definition) {
    const report = toReport({ errors, warnings, files }, shown);
    if (!cli.output.isJson) cli.output.stderr.write(printText([report], { hasColor: cli.output.errorHasColor }));
    throw new FileFailure(`The agent is not valid: ${errors[0]?.message ?? ''}`, folder);
  }
  return definition;
}

/** Workers lie beside the agent that calls them. What is wrong with others there is no matter of this agent. */
export function findSibling(cli: Cli, folder: string, slug: string): AgentDefinition | undefined {
  const parent = dirname(folder);
  for (const name of listNames(parent)) {
    const definition = tryCompile(cli, join(parent, name));
    if (definition?.slug === slug) return definition;
  }
  return undefined;
}

function tryCompile(cli: Cli, folder: string): AgentDefinition | undefined {
  try {
    return isFile(join(folder, 'settings.json')) ? validateFolder(cli, folder).definition : undefined;
  } catch (error) {
    if (error instanceof FileFailure) return undefined;
    throw error;
  }
}
