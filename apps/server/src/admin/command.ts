import { randomBytes } from 'node:crypto';
import type { ParseArgsOptionsConfig } from 'node:util';
import { createIds, type Ids } from '@octavus/core';
import { defaultProject, openDefaultProject } from '../access/default-project.ts';
import type { DataConfig } from '../backup/place.ts';
import { type Config, publicUrl } from '../config.ts';
import type { Account } from '../storage/account-storage.ts';
import { openStorage } from '../storage/open-storage.ts';
import type { Agent, Project, Storage } from '../storage/storage.ts';

/** One operator command. */
export interface Command {
  /** What follows the name: options and arguments. */
  readonly usage: string;
  readonly summary: string;
  /** Its options, besides `--json` and `--help`. */
  readonly options: ParseArgsOptionsConfig;
  /** Names of its arguments; all are required. */
  readonly positionals: readonly string[];
  /** @throws UsageError when the arguments make no sense. */
  run(args: CommandArgs, context: CommandContext): Promise<CommandResult>;
}

export interface CommandArgs {
  readonly values: Readonly<Record<string, unknown>>;
  readonly positionals: readonly string[];
}

export interface CommandContext {
  readonly databaseUrl: string;
  /** Public address of the server, for links. */
  readonly baseUrl: string;
  /** Where the server keeps its data. */
  readonly config: DataConfig;
  readonly ids: Ids;
  readonly now: () => number;
}

interface CommandResult {
  /** The one line of `--json`. */
  readonly json: unknown;
  /** What people read otherwise. */
  readonly text: string;
}

/** The command line makes no sense, or names something that does not exist; the message says what would be right. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export function createContext(config: DataConfig & Pick<Config, 'baseUrl' | 'port'>): CommandContext {
  const { databaseUrl, port } = config;
  return {
    databaseUrl,
    baseUrl: publicUrl(config, port),
    config,
    ids: createIds(randomBytes, Date.now),
    now: Date.now,
  };
}

/** Opens the database of the server, which may be running, for one command. */
export async function withStorage<Result>(
  { databaseUrl }: CommandContext,
  work: (storage: Storage) => Promise<Result>,
): Promise<Result> {
  await using storage = await openStorage({ url: databaseUrl });
  return await work(storage);
}

/** @returns the text of a required option. @throws UsageError when it is missing or blank. */
export function requireOption({ values }: CommandArgs, name: string): string {
  const value = values[name];
  if (typeof value === 'string' && value.trim() !== '') return value.trim();
  throw new UsageError(`--${name} is missing`);
}

/** The project of `--project SLUG`. The default one is made when it is missing. @throws UsageError when there is no such project. */
export async function getProject(
  { values }: CommandArgs,
  { projects }: Storage,
  { ids, now }: CommandContext,
): Promise<Project> {
  const slug = typeof values.project === 'string' ? values.project : defaultProject.slug;
  if (slug === defaultProject.slug) return openDefaultProject({ projects, ids, clock: { now } });
  const project = await projects.findBySlug(slug);
  if (project) return project;
  throw new UsageError(`There is no project "${slug}": create it with projects create ${slug} --name NAME`);
}

/** The account of the argument EMAIL. @throws UsageError when there is none. */
export async function getAccount({ positionals: [email = ''] }: CommandArgs, { accounts }: Storage): Promise<Account> {
  const account = await accounts.findByEmail(email.trim().toLowerCase());
  if (account) return account;
  throw new UsageError(`Nobody has an account with the email "${email}": see users list`);
}

/** An agent of the project by its id or slug. @throws UsageError when there is none. */
export async function getAgent({ agents }: Storage, projectId: string, named: string): Promise<Agent> {
  const agent = (await agents.find(projectId, named)) ?? (await agents.findBySlug(projectId, named));
  if (agent && agent.archivedAt === undefined) return agent;
  throw new UsageError(`There is no agent "${named}" in the project`);
}
