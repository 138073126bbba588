import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { createIds, type ErrorFormat, type Ids, type ListModelsResponse } from '@octavus/core';
import type { Clock } from '@octavus/engine';
import { createModels, estimateFee, type Models } from '@octavus/models';
import { type AgentKeyAccess, createAgentKeyAccess } from './access/agent-keys.ts';
import { type ApiKeyAccess, createApiKeyAccess } from './access/api-keys.ts';
import { createFederatedTokens, type FederatedTokens } from './access/federation/federated-tokens.ts';
import { createScopes, type Scopes } from './access/scope.ts';
import { createTokenService, type TokenService } from './access/tokens.ts';
import { type AgentService, createAgentService } from './agents/agents.ts';
import { AgentDefinitions } from './agents/definitions.ts';
import { type Config, publicUrl } from './config.ts';
import { createAccountService } from './console/accounts.ts';
import type { ConsoleServices } from './console/console.ts';
import { createPasswords, type Passwords } from './console/passwords.ts';
import { listProviders, testProvider } from './console/providers.ts';
import { startUsageCounter } from './console/usage.ts';
import { createExecutions } from './executions/create-executions.ts';
import type { Executions } from './executions/executions.ts';
import { SessionCache } from './executions/session-cache.ts';
import { createFileService, type FileService } from './files/files.ts';
import { createSignedUrls, type SignedUrls } from './files/signed-urls.ts';
import { openFileStore } from './files/stores/index.ts';
import type { FileStore } from './files/stores/store.ts';
import { startFileSweeper } from './files/sweeper.ts';
import { createIdempotency, type Idempotency } from './idempotency/idempotency.ts';
import { createImages } from './images/images.ts';
import type { Logger } from './logging.ts';
import { createGuardedDownload, type GuardedDownload } from './net/guarded-download.ts';
import { deriveKey } from './secret.ts';
import { createSessionService, type SessionService } from './sessions/sessions.ts';
import { startSessionSweeper } from './sessions/sweeper.ts';
import { createSkillService, type SkillService } from './skills/skills.ts';
import { openStorage } from './storage/open-storage.ts';
import type { Storage } from './storage/storage.ts';
import { openSearchBackend } from './web-search/index.ts';
import { createWebSearch } from './web-search/web-search.ts';
import { recoverRun, runThread } from './workforce/run-thread.ts';
import { ThreadRunner } from './workforce/thread-runner.ts';
import { createThreadService, type ThreadService } from './workforce/threads.ts';

/** What the HTTP side is built on. */
export interface Services {
  readonly agents: AgentService;
  readonly sessions: SessionService;
  readonly executions: Executions;
  readonly files: FileService;
  readonly fileUrls: SignedUrls;
  readonly apiKeys: ApiKeyAccess;
  readonly tokens: TokenService;
  readonly skills: SkillService;
  readonly federation: FederatedTokens;
  readonly agentKeys: AgentKeyAccess;
  readonly scopes: Scopes;
  readonly threads: ThreadService;
  readonly idempotency: Idempotency;
  readonly console: ConsoleServices;
  listModels(): ListModelsResponse;
  /** Resolves when the database answers. @throws OctavusError SERVICE_UNAVAILABLE */
  checkDatabase(): Promise<void>;
  readonly lifecycle: Lifecycle;
  readonly errorFormat: ErrorFormat;
  readonly logger: Logger;
}

/** Where the process is in its life. */
interface Lifecycle {
  /** Set when the process was told to stop. */
  isDraining: boolean;
}

/** The services of a running process, with the parts that only its start and stop need. */
export interface OpenServices extends Services, AsyncDisposable {
  readonly storage: Storage;
  readonly ids: Ids;
  readonly clock: Clock;
  /** Says where the server is reached once it listens: the system may have chosen the port. */
  setPublicUrl(url: string): void;
}

/** Parts of the world that a host, or a test, brings itself. */
interface OtherParts {
  readonly clock?: Clock;
  readonly models?: Models;
  readonly open?: typeof openStorage;
  /** Fetches what identity providers publish. */
  readonly download?: GuardedDownload;
  readonly passwords?: Passwords;
  /** How often what a dead process left behind is looked for, in milliseconds. */
  readonly recoverEveryMs?: number;
}

/**
 * Opens every part once, in the order they need each other. Disposing closes them in the opposite order.
 *
 * @param secret from `openSecret`.
 */
export async function openServices(
  config: Config,
  logger: Logger,
  secret: string,
  {
    clock = systemClock,
    models = createModels(config.models),
    open = openStorage,
    download = createGuardedDownload(),
    passwords = createPasswords(),
    recoverEveryMs,
  }: OtherParts = {},
): Promise<OpenServices> {
  await using opened = new AsyncDisposableStack();
  const storage = opened.use(await open({ url: config.databaseUrl }));
  const { sessionTtlMs } = config;
  const ids = createIds(randomBytes, clock.now);
  let baseUrl = publicUrl(config, config.port);
  const fileUrls = createSignedUrls({ key: deriveKey(secret, 'file urls'), baseUrl: () => baseUrl, now: clock.now });
  const store = opened.use(await openFileStore(config.filesUrl));
  warnOfUnusableStore(store, logger);
  const files = createFileService({ storage, store, urls: fileUrls, ids, clock, sessionTtlMs });
  opened.use(startFileSweeper({ files: storage.files, store, now: clock.now, sessionTtlMs, logger }));
  const definitions = new AgentDefinitions(storage.agents);
  const cache = new SessionCache(storage.sessions);
  const webSearch = config.webSearch && createWebSearch(openSearchBackend(config.webSearch));
  const ports = {
    models,
    media: models.media,
    ids,
    clock,
    estimateFee,
    images: createImages(logger),
    ...(webSearch && { webSearch }),
  };
  const usage = opened.use(startUsageCounter({ storage, now: clock.now, logger }));
  const onLegStored = usage.count;
  const executions = opened.use(
    await createExecutions({
      ...{ storage, definitions, cache, files, ports, logger, sessionTtlMs, onLegStored },
      ...(recoverEveryMs !== undefined && { recoverEveryMs }),
    }),
  );
  const idempotency = opened.use(
    createIdempotency({
      requests: storage.idempotency,
      encryptionKey: deriveKey(secret, 'idempotent answers'),
      now: clock.now,
      logger,
    }),
  );
  const accounts = createAccountService({ storage, ids, clock, passwords });
  opened.use(startSessionSweeper({ storage, cache, now: clock.now, sessionTtlMs, logger }));
  const sessions = createSessionService({ storage, definitions, cache, files, ports, ids, clock, sessionTtlMs });
  const threadParts = { storage, executions, definitions, cache, clock };
  const runner = opened.use(
    new ThreadRunner({
      runs: storage.threadRuns,
      nodeId: executions.nodeId,
      now: clock.now,
      logger,
      ...(recoverEveryMs !== undefined && { lookEveryMs: recoverEveryMs }),
      run: (run, signal) => runThread(run, threadParts, signal),
      recover: (run) => recoverRun(run, threadParts),
    }),
  );
  runner.start();
  const parts = opened.move();
  return {
    storage,
    ids,
    clock,
    setPublicUrl: (url) => {
      baseUrl = url;
    },
    agents: createAgentService({ storage, definitions, ids, clock, providers: models.providers().map(({ id }) => id) }),
    sessions,
    executions,
    files,
    fileUrls,
    idempotency,
    apiKeys: createApiKeyAccess({ keys: storage.apiKeys, clock, logger }),
    tokens: createTokenService({ storage, signingKey: deriveKey(secret, 'ephemeral tokens'), ids, clock }),
    skills: createSkillService({
      skills: storage.skills,
      encryptionKey: deriveKey(secret, 'skill secrets'),
      ids,
      clock,
    }),
    federation: createFederatedTokens({ storage, download, clock, logger }),
    agentKeys: createAgentKeyAccess(storage.agentKeys),
    scopes: createScopes(storage),
    console: {
      storage,
      accounts,
      usage,
      ids,
      clock,
      sessionTtlMs,
      filesKind: config.filesUrl.startsWith('s3:') ? 's3' : 'disk',
      fileOrigin: async () => store.direct?.origin() ?? new URL(baseUrl).origin,
      baseUrl: () => baseUrl,
      listProviders: () => listProviders(models, config.models),
      testProvider: (providerId, model) => testProvider(models, providerId, model),
    },
    threads: createThreadService({ storage, definitions, files, ports, sessions, runner, ids, clock }),
    listModels: () => toModelList(models),
    checkDatabase: () => storage.check(),
    lifecycle: { isDraining: false },
    errorFormat: config.errorFormat,
    logger,
    [Symbol.asyncDispose]: () => parts.disposeAsync(),
  };
}

/** Signing addresses needs no answer of the store, so a wrong bucket would show only when clients fail to upload. */
function warnOfUnusableStore(store: FileStore, logger: Logger): void {
  store
    .check()
    .catch((cause) => logger.warn({ err: cause }, 'The file store does not answer: check OCTAVUS_FILES_URL'));
}

function toModelList(models: Models): ListModelsResponse {
  const providers = models.providers().map(({ id, configured }) => ({ id, configured }));
  const list = models
    .list()
    .map(({ id, provider, name, capabilities }) => ({ id, provider, name, capabilities: [...capabilities] }));
  return { providers, models: list };
}

const systemClock: Clock = {
  now: Date.now,
  sleep: (ms, signal) => delay(ms, undefined, { signal }).catch(() => undefined),
};
