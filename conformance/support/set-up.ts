import type { LLMock } from '@copilotkit/aimock';
import { afterAll, beforeAll } from 'vitest';
import { startServer, type TestServer } from '../server.ts';
import type { Api } from './api.ts';
import { type Providers, startProviders } from './providers.ts';

/** What a suite talks to; filled before its first test. */
export interface Setting {
  readonly server: TestServer;
  /** Every permission on the default project. */
  readonly api: Api;
  readonly models: LLMock;
}

/** One server and one provider stand-in for all tests of a file. */
export function setUp(env: Readonly<Record<string, string>> = {}): Setting {
  let providers: Providers | undefined;
  let server: TestServer | undefined;
  beforeAll(async () => {
    providers = await startProviders();
    server = await startServer({ ...providers.env, ...env });
  });
  afterAll(async () => {
    await server?.[Symbol.asyncDispose]();
    await providers?.[Symbol.asyncDispose]();
  });
  return {
    get server() {
      return started(server);
    },
    get api() {
      return started(server).api;
    },
    get models() {
      return started(providers).mock;
    },
  };
}

function started<Part>(part: Part | undefined): Part {
  if (part === undefined) throw new Error('not started yet');
  return part;
}
