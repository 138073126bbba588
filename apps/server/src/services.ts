import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { createIds, type ErrorFormat, type Ids, type ListModelsResponse } from '@octavus/core';
import type { Clock } from '@octavus/engine';
import { createModels, type Models } from '@octavus/models';
import { type ApiKeyAccess, createApiKeyAccess } from './access/api-keys.ts';
import { type AgentService, createAgentService } from './agents/agents.ts';
import { AgentDefinitions } from './agents/definitions.ts';
import type { Config } from './config.ts';
import { createExecutions } from './executions/create-executions.ts';
import type { Executions } from './executions/executions.ts';
import { SessionCache } from './executions/session-cache.ts';
import type { Logger } from './logging.ts';
import { createSessionService, type SessionService } from './sessions/sessions.ts';
import { openStorage } from './storage/open-storage.ts';
import type { Storage } from './storage/storage.ts';

/** What the HTTP side is built on. */
export interface Services {
  readonly agents: AgentService;
  readonly sessions: SessionService;
  readonly executions: Executions;
  readonly apiKeys: ApiKeyAccess;
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
}

/** Opens every part once, in the order they need each other. Disposing closes them in the opposite order. */
export async function openServices(config: Config, logger: Logger): Promise<OpenServices> {
  await using opened = new AsyncDisposableStack();
  const storage = opened.use(await openStorage({ url: config.databaseUrl }));
  const { sessionTtlMs } = config;
  const clock = systemClock;
  const ids = createIds(randomBytes, clock.now);
  const models = createModels(config.models);
  const definitions = new AgentDefinitions(storage.agents);
  const cache = new SessionCache(storage.sessions);
  const findWorker = async () => undefined;
  const ports = { models, ids, clock, findWorker };
  const executions = opened.use(await createExecutions({ storage, definitions, cache, ports, logger, sessionTtlMs }));
  const parts = opened.move();
  return {
    storage,
    ids,
    clock,
    agents: createAgentService({ storage, definitions, ids, clock, providers: models.providers().map(({ id }) => id) }),
    sessions: createSessionService({ storage, definitions, cache, ids, clock, sessionTtlMs }),
    executions,
    apiKeys: createApiKeyAccess({ keys: storage.apiKeys, clock, logger }),
    listModels: () => toModelList(models),
    checkDatabase: () => storage.check(),
    lifecycle: { isDraining: false },
    errorFormat: config.errorFormat,
    logger,
    [Symbol.asyncDispose]: () => parts.disposeAsync(),
  };
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
