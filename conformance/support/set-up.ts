import type { LLMock } from '@copilotkit/aimock';
import { afterAll, beforeAll } from 'vitest';
import { startServer, type TestServer } from '../server.ts';
import type { Api } from './api.ts';
import { startProviders } from './providers.ts';

/** What a suite talks to; filled before its first test. */
export interface Setting {
  readonly server: TestServer;
  /** Every permission on the default project. */
  readonly api: Api;
  readonly models: LLMock;
}

/** Something a suite starts besides, and the variables that point the server to it. */
export interface Extra {
  readonly env: Readonly<Record<string, string>>;
  dispose?(): Promise<void>;
}

/** One server and one provider stand-in for all tests of a file. */
export function setUp(prepare: () => Promise<Extra> | Extra = () => ({ env: {} })): Setting {
  const parts: { server?: TestServer; models?: LLMock } = {};
  const opened = new AsyncDisposableStack();
  beforeAll(async () => {
    const providers = opened.use(await startProviders());
    const extra = await prepare();
    opened.defer(() => extra.dispose?.());
    parts.models = providers.mock;
    parts.server = opened.use(await startServer({ ...providers.env, ...extra.env }));
  });
  afterAll(() => opened.disposeAsync());
  return {
    get server() {
      return started(parts.server);
    },
    get api() {
      return started(parts.server).api;
    },
    get models() {
      return started(parts.models);
    },
  };
}

function started<Part>(part: Part | undefined): Part {
  if (part === undefined) throw new Error('not started yet');
  return part;
}
