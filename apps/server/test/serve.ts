import type { AddressInfo } from 'node:net';
import { OctavusError, type StreamEvent } from '@octavus/core';
import { pino } from 'pino';
import type { ApiKeyAccess, Principal } from '../src/access/api-keys.ts';
import type { Executions, Leg, TriggerRequest } from '../src/executions/executions.ts';
import { buildApp } from '../src/http/app.ts';
import type { Services } from '../src/services.ts';

/** A server on real HTTP whose services are what the test gives; the others throw. */
export interface TestServer extends AsyncDisposable {
  readonly url: string;
  readonly app: Awaited<ReturnType<typeof buildApp>>;
  /** `fetch` with a key that has all permissions, unless the headers say otherwise. */
  fetch(path: string, init?: RequestInit): Promise<Response>;
}

export const projectId = 'cp0larkspur00000000000aa';

/** Serves on a free port. Credentials: `all`, `agents`, `sessions`, `none`, each a key with those permissions of `projectId`. */
export async function serve(overrides: Partial<Services> = {}): Promise<TestServer> {
  const app = await buildApp({
    agents: unused,
    sessions: unused,
    executions: { running: 0 },
    apiKeys: fakeKeys,
    listModels: () => ({ providers: [], models: [] }),
    checkDatabase: async () => undefined,
    lifecycle: { isDraining: false },
    errorFormat: 'nested',
    logger: pino({ level: 'silent' }),
    ...overrides,
  } as Services);
  await app.listen({ host: '127.0.0.1', port: 0 });
  const url = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;
  return {
    url,
    app,
    fetch: (path, init = {}) =>
      fetch(`${url}${path}`, { ...init, headers: { authorization: 'Bearer all', ...(init.headers as object) } }),
    [Symbol.asyncDispose]: async () => {
      app.server.closeAllConnections();
      await app.close();
    },
  };
}

const unused = {} as never;

const principals: Readonly<Record<string, Principal>> = {
  all: { keyId: 'k1', projectId, permissions: ['agents', 'sessions', 'mint-tokens'] },
  agents: { keyId: 'k2', projectId, permissions: ['agents'] },
  sessions: { keyId: 'k3', projectId, permissions: ['sessions'] },
  'mint-tokens': { keyId: 'k4', projectId, permissions: ['mint-tokens'] },
};

const fakeKeys: ApiKeyAccess = {
  authenticate: async (credential) => {
    const principal = principals[credential];
    if (!principal) throw new OctavusError('UNAUTHORIZED');
    return principal;
  },
};

export function post(body: unknown, headers: Record<string, string> = {}): RequestInit {
  return { method: 'POST', headers, body: typeof body === 'string' ? body : JSON.stringify(body) };
}

/** Executions whose every leg has the given events. */
export function legsOf(events: (request: TriggerRequest) => Leg['events']): Pick<Services, 'executions'> {
  const trigger: Executions['trigger'] = async (request) => {
    const { sessionId, signal: stopped } = request;
    return { sessionId, executionId: 'exec_1', events: events(request), stopped };
  };
  return { executions: { ...(unused as Executions), running: 0, trigger } };
}

export function delta(text: string): StreamEvent {
  return { type: 'text-delta', id: 't1', delta: text };
}
