import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { afterAll, beforeAll } from 'vitest';

const root = join(import.meta.dirname, '../..');
const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: Record<string, string> };
const listening = 'Octavus is listening on ';

/** A server in a process of its own, as an operator starts it. */
export interface Octavus {
  readonly url: string;
  /** A key with all permissions on the default project. */
  readonly apiKey: string;
}

/** One server on an empty embedded database for all tests of a file. */
export function shareOctavus(): Octavus {
  const opened = new AsyncDisposableStack();
  let started: Octavus | undefined;
  beforeAll(async () => {
    started = await startOctavus(opened);
  });
  afterAll(() => opened.disposeAsync());
  const get = (): Octavus => {
    if (!started) throw new Error('the server has not started yet');
    return started;
  };
  return {
    get url() {
      return get().url;
    },
    get apiKey() {
      return get().apiKey;
    },
  };
}

async function startOctavus(opened: AsyncDisposableStack): Promise<Octavus> {
  const dataDir = await mkdtemp(join(tmpdir(), 'octavus-browser-'));
  opened.defer(() => rm(dataDir, { recursive: true, force: true }));
  const { PATH = '', HOME = '' } = process.env;
  const env = { PATH, HOME, OCTAVUS_DATA_DIR: dataDir, PORT: '0', OCTAVUS_LOG_LEVEL: 'warn' };
  const create = ['keys', 'create', '--name', 'browser', '--permissions', 'agents,sessions,mint-tokens', '--json'];
  const { stdout } = await promisify(execFile)(process.execPath, [...argumentsOf('admin'), ...create], {
    cwd: root,
    env,
  });
  const child = spawn(process.execPath, argumentsOf('start'), { cwd: root, env, stdio: ['ignore', 'pipe', 'inherit'] });
  opened.defer(() => stop(child));
  return { url: await untilListening(child), apiKey: JSON.parse(stdout).key };
}

/** What an npm script gives to Node.js. */
function argumentsOf(script: string): string[] {
  return scripts[script]?.split(' ').slice(1) ?? [];
}

async function untilListening(child: ChildProcess): Promise<string> {
  if (!child.stdout) throw new Error('the server has no standard output');
  for await (const line of createInterface({ input: child.stdout })) {
    if (!line.startsWith(listening)) continue;
    child.stdout.resume();
    return line.slice(listening.length);
  }
  throw new Error('the server ended before it listened');
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGTERM');
  await once(child, 'exit');
}
