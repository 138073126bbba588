import type { Connection } from './connection.ts';
import { openConnection } from './dialects/index.ts';
import { StorageOpenError, unavailable } from './errors.ts';
import { assertMigrated, migrate } from './migrate.ts';
import { accountsRepository } from './repositories/accounts.ts';
import { agentKeysRepository } from './repositories/agent-keys.ts';
import { agentsRepository } from './repositories/agents.ts';
import { apiKeysRepository } from './repositories/api-keys.ts';
import { filesRepository } from './repositories/files.ts';
import { idempotencyRepository } from './repositories/idempotency.ts';
import { identityProvidersRepository } from './repositories/identity-providers.ts';
import { linksRepository } from './repositories/links.ts';
import { membersRepository } from './repositories/members.ts';
import { nodesRepository } from './repositories/nodes.ts';
import { projectsRepository } from './repositories/projects.ts';
import { sessionsRepository } from './repositories/sessions.ts';
import { signInsRepository } from './repositories/sign-ins.ts';
import { skillsRepository } from './repositories/skills.ts';
import { stopRequestsRepository } from './repositories/stop-requests.ts';
import { threadRunsRepository } from './repositories/thread-runs.ts';
import { tokensRepository } from './repositories/tokens.ts';
import { usageRepository } from './repositories/usage.ts';
import type { Storage } from './storage.ts';

const checkTimeoutMs = 2_000;

interface OpenStorageOptions {
  /** `DATABASE_URL`: `file:` or `postgres://`. */
  readonly url: string;
  /** Bring the schema up to date; otherwise an older schema is refused. Default true. */
  readonly migrate?: boolean;
}

/**
 * Opens the database and brings its schema up to date.
 *
 * @throws StorageOpenError, with a sentence for the operator, when the database cannot be used or was used by a newer release.
 */
export async function openStorage({ url, migrate: migrates = true }: OpenStorageOptions): Promise<Storage> {
  const connection = await openConnection(url);
  await closingOnFailure(connection, async () => (migrates ? migrate(connection) : assertMigrated(connection)));
  return toStorage(connection);
}

/**
 * Brings the schema of a database up to date.
 *
 * @returns the names of the migrations applied, oldest first.
 * @throws StorageOpenError as `openStorage` does.
 */
export async function migrateStorage(url: string): Promise<string[]> {
  const connection = await openConnection(url);
  const applied = await closingOnFailure(connection, migrate);
  await connection.close();
  return applied;
}

async function closingOnFailure<T>(connection: Connection, work: (connection: Connection) => Promise<T>): Promise<T> {
  try {
    return await work(connection);
  } catch (cause) {
    await connection.close();
    throw cause instanceof StorageOpenError ? cause : connection.toOpenError(cause);
  }
}

function toStorage(connection: Connection): Storage {
  let closing: Promise<void> | undefined;
  return {
    dialect: connection.dialect,
    projects: projectsRepository(connection),
    apiKeys: apiKeysRepository(connection),
    agents: agentsRepository(connection),
    sessions: sessionsRepository(connection),
    nodes: nodesRepository(connection),
    stopRequests: stopRequestsRepository(connection),
    files: filesRepository(connection),
    idempotency: idempotencyRepository(connection),
    tokens: tokensRepository(connection),
    identityProviders: identityProvidersRepository(connection),
    accounts: accountsRepository(connection),
    signIns: signInsRepository(connection),
    links: linksRepository(connection),
    members: membersRepository(connection),
    usage: usageRepository(connection),
    agentKeys: agentKeysRepository(connection),
    threadRuns: threadRunsRepository(connection),
    skills: skillsRepository(connection),
    check: () => check(connection),
    [Symbol.asyncDispose]: () => (closing ??= connection.close()),
  };
}

async function check({ read }: Connection): Promise<void> {
  const { promise: timeout, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(unavailable(new Error('The database took too long'))), checkTimeoutMs);
  try {
    await Promise.race([read.selectFrom('schema_version').select('version').limit(1).execute(), timeout]);
  } finally {
    clearTimeout(timer);
  }
}
