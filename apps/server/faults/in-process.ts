import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { Clock } from '@octavus/engine';
import { pino } from 'pino';
import { issueApiKey } from '../src/access/api-keys.ts';
import { openDefaultProject } from '../src/access/default-project.ts';
import { readConfig } from '../src/config.ts';
import { buildApp } from '../src/http/app.ts';
import { type OpenServices, openServices } from '../src/services.ts';
import { type Client, createClient } from './client.ts';

/** Recovery is what settles a session after a fault; a suite of a thousand faults does not wait five seconds for each. */
const recoverEveryMs = 500;

export interface ServerPlace {
  readonly databaseUrl: string;
  readonly dataDir: string;
  /** Of a model server that the agents know as `strict/…`. */
  readonly modelUrl: string;
  /** `OCTAVUS_FILES_URL`; a directory in the data directory otherwise. */
  readonly filesUrl?: string;
  /** How far the server's clock is ahead, in milliseconds. */
  readonly aheadMs?: number;
}

/** The whole server on real HTTP, in this process so that its calls can be made to fail. */
export interface InProcessServer extends AsyncDisposable {
  readonly client: Client;
  readonly services: OpenServices;
  readonly projectId: string;
}

export async function openInProcess(place: ServerPlace): Promise<InProcessServer> {
  await using opened = new AsyncDisposableStack();
  const services = opened.use(await openParts(place));
  const { ids, clock, storage } = services;
  const project = await openDefaultProject({ projects: storage.projects, ids, clock });
  const permissions = ['agents', 'sessions', 'mint-tokens'] as const;
  const issued = { projectId: project.id, name: 'faults', permissions, keys: storage.apiKeys, ids, clock };
  const { key } = await issueApiKey(issued);
  const app = await buildApp(services);
  await app.listen({ host: '127.0.0.1', port: 0 });
  opened.defer(async () => {
    app.server.closeAllConnections();
    await services.executions.drain(0);
    await app.close();
  });
  const url = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;
  services.setPublicUrl(url);
  const parts = opened.move();
  return {
    client: createClient(url, key),
    services,
    projectId: project.id,
    [Symbol.asyncDispose]: () => parts.disposeAsync(),
  };
}

/** Without its HTTP side. What a process left running is closed when this resolves. */
export function openParts({
  databaseUrl,
  dataDir,
  modelUrl,
  filesUrl,
  aheadMs = 0,
}: ServerPlace): Promise<OpenServices> {
  const config = readConfig({
    DATABASE_URL: databaseUrl,
    OCTAVUS_DATA_DIR: dataDir,
    OCTAVUS_FILES_URL: filesUrl,
    OPENAI_COMPATIBLE_STRICT_BASE_URL: modelUrl,
  });
  const clock: Clock = {
    now: () => Date.now() + aheadMs,
    sleep: (ms, signal) => delay(ms, undefined, { signal }).catch(() => undefined),
  };
  return openServices(config, pino({ level: 'silent' }), 'a secret of the fault tests', { clock, recoverEveryMs });
}
