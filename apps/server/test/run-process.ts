import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const source = fileURLToPath(new URL('../src/', import.meta.url));

/** A data directory of its own for processes of one test. */
export async function openDataDir(): Promise<{ readonly path: string } & AsyncDisposable> {
  const path = await mkdtemp(join(tmpdir(), 'octavus-test-'));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

export interface Finished {
  readonly status: number | null;
  readonly out: string;
  readonly error: string;
}

/** Runs `src/<script>` as the commands of the repository do, without anything of this process's own configuration. */
export function startProcess(script: string, args: readonly string[], env: Record<string, string>): ChildProcess {
  return spawn(process.execPath, ['--conditions=octavus-source', join(source, script), ...args], {
    env: { PATH: process.env.PATH, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

export async function finish(child: ChildProcess): Promise<Finished> {
  let out = '';
  let error = '';
  child.stdout?.on('data', (chunk) => {
    out += chunk;
  });
  child.stderr?.on('data', (chunk) => {
    error += chunk;
  });
  const [status] = (await once(child, 'close')) as [number | null];
  return { status, out, error };
}

export interface RunningServer extends AsyncDisposable {
  readonly url: string;
  /** Everything on standard output until the server said that it listens. */
  readonly out: string;
  readonly child: ChildProcess;
  /** What came on standard error so far. */
  errorText(): string;
  /** Sends the signal and waits for the end. @returns the exit status. */
  stop(signal?: NodeJS.Signals): Promise<number | null>;
}

/** Starts the server on a free port and waits until it listens. */
export async function startServer(dataDir: string, env: Record<string, string> = {}): Promise<RunningServer> {
  const child = startProcess('main.js', [], { OCTAVUS_DATA_DIR: dataDir, PORT: '0', ...env });
  // All of its output has been read by then, which may come after its exit.
  const ended = once(child, 'close') as Promise<[number | null]>;
  let out = '';
  let error = '';
  child.stderr?.on('data', (chunk) => {
    error += chunk;
  });
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout?.on('data', (chunk) => {
      out += chunk;
      const listening = /Octavus is listening on (\S+)\n/.exec(out)?.[1];
      if (listening) resolve(listening);
    });
    child.once('exit', () => reject(new Error(`The server did not start: ${error}`)));
  });
  const stop = async (signal: NodeJS.Signals = 'SIGTERM') => {
    child.kill(signal);
    const [status] = await ended;
    return status;
  };
  return {
    url,
    out,
    child,
    errorText: () => error,
    stop,
    [Symbol.asyncDispose]: async () => {
      if (child.exitCode === null && child.signalCode === null) await stop('SIGKILL');
    },
  };
}
