import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { finish, openDataDir, startProcess } from '../test/run-process.ts';
import { faultAgent } from './agent.ts';
import { type Client, createClient } from './client.ts';
import { serveStrictModel } from './strict-model.ts';

const mainScript = fileURLToPath(new URL('../src/main.js', import.meta.url));

export type ServerEnvironment = Readonly<Record<string, string>>;

/** The server as a process of its own. */
export interface ServerProcess {
  readonly url: string;
  readonly child: ChildProcess;
  /** When it said that it listens, on the clock of `performance.now`. */
  readonly readyAt: number;
  kill(): Promise<void>;
  /** What came on standard error so far. */
  errors(): string;
}

export function spawnServer(env: ServerEnvironment): ChildProcess {
  return spawn(process.execPath, ['--conditions=octavus-source', mainScript], {
    env: { PATH: process.env.PATH, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

/** Resolves when the server listens. */
export async function startServerProcess(env: ServerEnvironment): Promise<ServerProcess> {
  const child = spawnServer(env);
  const exited = once(child, 'exit');
  let out = '';
  let errors = '';
  child.stderr?.on('data', (chunk) => {
    errors += chunk;
  });
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout?.on('data', (chunk) => {
      out += chunk;
      const listening = /Octavus is listening on (\S+)\n/.exec(out)?.[1];
      if (listening) resolve(listening);
    });
    exited.then(() => reject(new Error(`The server did not start: ${errors}`)), reject);
  });
  const kill = async () => {
    child.kill('SIGKILL');
    await exited;
  };
  return { url, child, readyAt: performance.now(), kill, errors: () => errors };
}

/** An API key that may do everything the suites do. */
export async function makeKey(env: ServerEnvironment): Promise<string> {
  const args = ['keys', 'create', '--name', 'faults', '--permissions', 'agents,sessions', '--json'];
  const { out, error } = await finish(startProcess('admin/main.ts', args, env));
  if (error) throw new Error(error);
  return (JSON.parse(out) as { key: string }).key;
}

/** A server process with a model, the agent of the suites and a client; it can be killed and started again. */
export interface RealServer extends AsyncDisposable {
  readonly client: Client;
  readonly key: string;
  readonly child: ChildProcess;
  kill(): Promise<void>;
  /** Starts it again on the same data; `client` is that of the new process. */
  restart(): Promise<void>;
}

interface RealServerOptions {
  /** Default: an SQLite file in the data directory. */
  readonly databaseUrl?: string;
  /** Default: one of its own. */
  readonly dataDir?: string;
  /** Of an earlier server on the same database, which made the agent, too. */
  readonly key?: string;
}

export async function openRealServer({ databaseUrl, dataDir, key: known }: RealServerOptions): Promise<RealServer> {
  await using opened = new AsyncDisposableStack();
  const dir = opened.use(await openDataDir());
  const model = opened.use(await serveStrictModel());
  const env = {
    OCTAVUS_DATA_DIR: dataDir ?? join(dir.path, 'data'),
    ...(databaseUrl !== undefined && { DATABASE_URL: databaseUrl }),
    OCTAVUS_SECRET: 'a secret of the fault tests',
    OCTAVUS_LOG_LEVEL: 'silent',
    OPENAI_COMPATIBLE_STRICT_BASE_URL: model.url,
    PORT: '0',
  };
  let server = await startServerProcess(env);
  opened.defer(() => server.kill());
  const key = known ?? (await makeKey(env));
  let client = createClient(server.url, key);
  if (known === undefined) await client.call('POST', '/api/agents', faultAgent);
  const parts = opened.move();
  return {
    get client() {
      return client;
    },
    key,
    get child() {
      return server.child;
    },
    kill: () => server.kill(),
    restart: async () => {
      server = await startServerProcess(env);
      client = createClient(server.url, key);
    },
    [Symbol.asyncDispose]: () => parts.disposeAsync(),
  };
}
