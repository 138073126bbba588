import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { type Api, createApi } from './support/api.ts';
import { openDatabase } from './support/database.ts';

const root = join(import.meta.dirname, '..');
const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: Record<string, string> };
const startTimeoutMs = 30_000;
const listening = 'Octavus is listening on ';

/** A credential made by the operator commands. */
export interface ApiKey {
  readonly id: string;
  readonly key: string;
  readonly name: string;
  readonly permissions: readonly string[];
  readonly projectId: string;
}

/** The real server in a process of its own, on an empty database. */
export interface TestServer extends AsyncDisposable {
  /** Of the process that runs now. */
  readonly url: string;
  /** The process that runs now. */
  readonly process: ChildProcess;
  /** A client with every permission on the default project. */
  readonly api: Api;
  /** Runs `admin <command>` against the server's database and returns what it prints. */
  admin(...command: readonly string[]): Promise<string>;
  createKey(permissions: string, project?: string): Promise<ApiKey>;
  /** Everything the process wrote so far, both streams. */
  output(): string;
  /** Sends SIGTERM and waits for the exit code. */
  stop(): Promise<number | null>;
  /** Ends the process by `signal` and starts another on the same data, which listens on a port of its own. */
  restart(signal: 'SIGTERM' | 'SIGKILL'): Promise<void>;
}

/**
 * Starts `apps/server` as an operator does and waits for its last start-up line.
 *
 * @param env variables on top of the database's; nothing of this process' environment but PATH and HOME reaches the server.
 */
export async function startServer(env: Readonly<Record<string, string>> = {}): Promise<TestServer> {
  const database = await openDatabase();
  const fullEnv = {
    ...pick(process.env, ['PATH', 'HOME']),
    OCTAVUS_LOG_LEVEL: 'warn',
    ...database.env,
    PORT: '0',
    ...env,
  };
  const admin = (...command: readonly string[]) => runAdmin(command, fullEnv);
  const createKey = async (permissions: string, project?: string): Promise<ApiKey> => {
    const scope = project === undefined ? [] : ['--project', project];
    return JSON.parse(
      await admin('keys', 'create', '--name', 'conformance', '--permissions', permissions, ...scope, '--json'),
    );
  };

  const start = async () => ({ key: await createKey('agents,sessions'), first: await run(fullEnv) });
  const { key, first } = await start().catch(async (error: unknown) => {
    await database[Symbol.asyncDispose]();
    throw error;
  });
  let current = first;
  return {
    get url() {
      return current.url;
    },
    get process() {
      return current.process;
    },
    get api() {
      return createApi(current.url, key.key);
    },
    admin,
    createKey,
    output: () => current.output(),
    stop: () => stopProcess(current.process),
    async restart(signal) {
      await stopProcess(current.process, signal);
      current = await run(fullEnv);
    },
    async [Symbol.asyncDispose]() {
      await stopProcess(current.process);
      await database[Symbol.asyncDispose]();
    },
  };
}

interface Running {
  readonly url: string;
  readonly process: ChildProcess;
  readonly output: () => string;
}

async function run(env: Record<string, string>): Promise<Running> {
  const child = spawn(process.execPath, argumentsOf('start'), {
    cwd: root,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = collectOutput(child);
  try {
    return { url: await untilListening(child, output), process: child, output };
  } catch (error) {
    await stopProcess(child);
    throw error;
  }
}

/** What an npm script gives to Node.js; without npm in between, signals reach the server itself. */
function argumentsOf(script: string): string[] {
  const [command, ...args] = scripts[script]?.split(' ') ?? [];
  if (command !== 'node') throw new Error(`npm script ${script} does not run node`);
  return args;
}

async function runAdmin(command: readonly string[], env: Record<string, string>): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, [...argumentsOf('admin'), ...command], {
    cwd: root,
    env,
  });
  return stdout;
}

function collectOutput(child: ChildProcess): () => string {
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
    });
  }
  return () => text;
}

/** @returns where it listens. */
async function untilListening(child: ChildProcess, output: () => string): Promise<string> {
  if (!child.stdout) throw new Error('the server has no standard output');
  const tooLong = setTimeout(() => child.kill('SIGKILL'), startTimeoutMs);
  try {
    for await (const line of createInterface({ input: child.stdout })) {
      if (line.startsWith(listening)) return `http://127.0.0.1:${new URL(line.slice(listening.length)).port}`;
    }
  } finally {
    clearTimeout(tooLong);
  }
  throw new Error(`the server did not start:\n${output()}`);
}

async function stopProcess(child: ChildProcess, signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
  if (child.exitCode === null && child.signalCode === null) {
    child.kill(signal);
    await once(child, 'exit');
  }
  return child.exitCode;
}

function pick(env: NodeJS.ProcessEnv, names: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]])));
}
