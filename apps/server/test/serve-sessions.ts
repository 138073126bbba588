import { mkdtemp, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { createEventDecoder, type LanguageModels, type StreamEvent } from '@octavus/core';
import { checkEventGrammar, type ScriptedModels, type ScriptedStep, scriptedModels } from '@octavus/engine/testing';
import { createModels } from '@octavus/models';
import { pino } from 'pino';
import { issueApiKey } from '../src/access/api-keys.ts';
import { openDefaultProject } from '../src/access/default-project.ts';
import { readConfig } from '../src/config.ts';
import { createPasswords } from '../src/console/passwords.ts';
import { buildApp } from '../src/http/app.ts';
import type { GuardedDownload } from '../src/net/guarded-download.ts';
import { type OpenServices, openServices } from '../src/services.ts';
import { openStorage } from '../src/storage/open-storage.ts';
import type { Storage } from '../src/storage/storage.ts';

// biome-ignore lint/suspicious/noExplicitAny: tests look at what came without saying what it may be
type Json = any;

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Json;
}

export interface StreamAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly events: readonly StreamEvent[];
  /** When it is no stream. */
  readonly body: Json;
}

/** A stream that is read event by event. */
export interface OpenLeg {
  readonly headers: Headers;
  /** Reads up to the first event that passes, and returns it. */
  until(passes: (event: StreamEvent) => boolean): Promise<StreamEvent>;
  /** Reads to the end of a stream that may be aborted. @returns every event, those read before included; they keep to the grammar. */
  rest(): Promise<readonly StreamEvent[]>;
  disconnect(): void;
}

/** What `open` throws when the answer is no stream. */
export class RefusedLeg extends Error {
  override readonly name = 'RefusedLeg';
  readonly status: number;

  constructor(status: number, body: string) {
    super(body);
    this.status = status;
  }

  get code(): string {
    return JSON.parse(this.message).code;
  }
}

/** A whole server on real HTTP and a real database, whose models follow a script and whose clock can be turned. */
export interface SessionServer extends AsyncDisposable {
  readonly url: string;
  readonly services: OpenServices;
  readonly models: ScriptedModels;
  readonly projectId: string;
  /** API key with every permission but minting. */
  readonly key: string;
  /** The agent of `deskProtocol`. */
  readonly agentId: string;
  /** Moves the clock on. */
  advance(ms: number): void;
  call(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
  /** Posts and reads the whole event stream, which keeps to the grammar. */
  stream(path: string, body: unknown, headers?: Record<string, string>): Promise<StreamAnswer>;
  /** Posts and reads nothing yet. */
  open(path: string, body: unknown, leave?: AbortSignal): Promise<OpenLeg>;
  createAgent(settings: object, protocol: string): Promise<string>;
  createSession(input?: unknown): Promise<string>;
}

export interface ServeSessionsOptions {
  readonly databaseUrl: string;
  readonly steps?: readonly ScriptedStep[];
  readonly sessionTtlMs?: number;
  /** `OCTAVUS_FILES_URL`; a directory of its own otherwise. */
  readonly filesUrl?: string;
  /** Finds models in place of the script. */
  readonly resolve?: LanguageModels['resolve'];
  /** Fetches what identity providers publish, in place of the guarded way. */
  readonly download?: GuardedDownload;
  /** Stands between the server and its storage. */
  readonly wrap?: (storage: Storage) => Storage;
}

/** A desk that answers, looks orders up on the caller's side, and counts. */
export const deskProtocol = `
input:
  NAME: { type: string, optional: true }
variables:
  MOOD: { type: string, default: calm }
resources:
  NOTES: { type: string, default: none }
triggers:
  user-message:
    input:
      USER_MESSAGE: { type: string }
tools:
  find-order:
    description: Finds an order
    display: stream
    parameters:
      order: { type: string }
agent:
  model: anthropic/claude-sonnet-4-5
  system: system
  input: [NAME]
  tools: [find-order]
  agentic: true
handlers:
  user-message:
    Add:
      block: add-message
      role: user
      prompt: user-message
      input: [USER_MESSAGE]
    Answer:
      block: next-message
`;

export const prompts = [
  { name: 'system', content: 'You sit at the desk of {{NAME}}.' },
  { name: 'user-message', content: '{{USER_MESSAGE}}' },
];

export async function serveSessions(options: ServeSessionsOptions): Promise<SessionServer> {
  const { databaseUrl, steps = [], sessionTtlMs = 60_000, wrap = (storage) => storage } = options;
  await using opened = new AsyncDisposableStack();
  const dataDir = await mkdtemp(join(tmpdir(), 'octavus-sessions-'));
  opened.defer(() => rm(dataDir, { recursive: true }));
  const models = scriptedModels(steps);
  let offsetMs = 0;
  const now = () => Date.now() + offsetMs;
  const sleep = (ms: number, signal: AbortSignal) => delay(ms, undefined, { signal }).catch(() => undefined);
  const config = readConfig({
    DATABASE_URL: databaseUrl,
    OCTAVUS_DATA_DIR: dataDir,
    OCTAVUS_FILES_URL: options.filesUrl,
  });
  const services = opened.use(
    await openServices({ ...config, sessionTtlMs }, pino({ level: 'silent' }), 'a secret of the tests', {
      clock: { now, sleep },
      // What a hash costs has a test of its own.
      passwords: createPasswords({ n: 2, r: 1, p: 1 }),
      models: { ...createModels(), resolve: options.resolve ?? models.resolve },
      ...(options.download && { download: options.download }),
      open: async (storageOptions) => wrap(await openStorage(storageOptions)),
    }),
  );
  const { projectId, key } = await aKey(services);
  const app = await buildApp(services);
  await app.listen({ host: '127.0.0.1', port: 0, backlog: 4096 });
  opened.defer(async () => {
    app.server.closeAllConnections();
    await services.executions.drain(0);
    await app.close();
  });
  const url = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;
  const authorization = { authorization: `Bearer ${key}` };

  async function send(method: string, path: string, body: unknown, init: RequestInit = {}): Promise<Response> {
    const headers = { ...authorization, ...(init.headers as Record<string, string>) };
    return fetch(url + path, { ...init, method, headers, ...(body !== undefined && { body: JSON.stringify(body) }) });
  }

  const call: SessionServer['call'] = async (method, path, body, headers = {}) => {
    const response = await send(method, path, body, { headers });
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: text === '' ? undefined : JSON.parse(text) };
  };

  const stream: SessionServer['stream'] = async (path, body, sent = {}) => {
    const response = await send('POST', path, body, { headers: { 'x-octavus-sdk-version': '4', ...sent } });
    const { status, headers } = response;
    const text = await response.text();
    if (status !== 200) return { status, headers, events: [], body: JSON.parse(text) };
    const events = createEventDecoder().decode(text);
    checkEventGrammar(events, { kind: kindOf(path) });
    return { status, headers, events, body: undefined };
  };

  const open: SessionServer['open'] = async (path, body, leave = new AbortController().signal) => {
    const controller = new AbortController();
    const signal = AbortSignal.any([controller.signal, leave]);
    const response = await send('POST', path, body, { signal, headers: { 'x-octavus-sdk-version': '4' } });
    if (response.status !== 200) throw new RefusedLeg(response.status, await response.text());
    const leg = readLeg(response);
    const rest = async () => {
      const events = await leg.rest();
      checkEventGrammar(events, { kind: kindOf(path), isAborted: true });
      return events;
    };
    return { ...leg, rest, disconnect: () => controller.abort() };
  };

  const createAgent: SessionServer['createAgent'] = async (settings, protocol) => {
    const { status, body } = await call('POST', '/api/agents', { settings, protocol, prompts });
    if (status !== 201) throw new Error(JSON.stringify(body));
    return body.agentId;
  };

  // A second server on the same database finds the agent that the first one made.
  const existing = await services.storage.agents.findBySlug(projectId, 'desk');
  const agentId =
    existing?.id ?? (await createAgent({ slug: 'desk', name: 'Desk', format: 'interactive' }, deskProtocol));
  const parts = opened.move();
  return {
    url,
    services,
    models,
    projectId,
    key,
    agentId,
    advance: (ms) => {
      offsetMs += ms;
    },
    call,
    stream,
    open,
    createAgent,
    createSession: async (input) => {
      const { status, body } = await call('POST', '/api/agent-sessions', { agentId, input });
      if (status !== 201) throw new Error(JSON.stringify(body));
      return body.sessionId;
    },
    [Symbol.asyncDispose]: () => parts.disposeAsync(),
  };
}

function kindOf(path: string): 'worker' | 'session' {
  return path.includes('/execute') ? 'worker' : 'session';
}

function readLeg(response: Response): Omit<OpenLeg, 'disconnect'> {
  const decoder = createEventDecoder();
  const reader = response.body!.getReader();
  const events: StreamEvent[] = [];
  let seen = 0;
  const readOn = async (): Promise<boolean> => {
    const { done, value } = await reader.read();
    events.push(...(done ? decoder.end() : decoder.decode(value)));
    return !done;
  };
  return {
    headers: response.headers,
    until: async (passes) => {
      for (;;) {
        for (; seen < events.length; seen += 1) if (passes(events[seen]!)) return events[seen++]!;
        if (!(await readOn())) throw new Error(`The stream ended first: ${JSON.stringify(events)}`);
      }
    },
    rest: async () => {
      while (await readOn());
      return events;
    },
  };
}

async function aKey({ storage, ids, clock }: OpenServices): Promise<{ projectId: string; key: string }> {
  const project = await openDefaultProject({ projects: storage.projects, ids, clock });
  const permissions = ['agents', 'sessions'] as const;
  const issued = { projectId: project.id, name: 'tests', permissions, keys: storage.apiKeys, ids, clock };
  const { key } = await issueApiKey(issued);
  return { projectId: project.id, key };
}
