import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as after } from 'node:timers/promises';
import { promisify } from 'node:util';
import { type Measured, residentBytes, root, startProcess } from './process.ts';

const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: Record<string, string> };
const collecting = ['--import', './bench/collect-when-asked.ts'];
const listening = 'Octavus is listening on ';

/** A server on an empty database, the embedded one unless told otherwise, as `npm start` runs it. */
export interface BenchServer extends AsyncDisposable {
  readonly url: string;
  readonly pid: number;
  readonly key: string;
  /** Where the embedded database is, in `octavus.db`, and the files. */
  readonly dataDir: string;
  /** Collects its garbage. @returns the memory it then has. */
  collect(): Promise<NodeJS.MemoryUsage>;
}

/** @param extra more of its environment, such as another database. */
export async function startOctavus(
  modelUrl: string,
  extra: Readonly<Record<string, string>> = {},
): Promise<BenchServer> {
  const opened = new AsyncDisposableStack();
  const dataDir = await newDataDir(opened);
  const env = { ...environment(dataDir, modelUrl), ...extra };
  const args = [
    ...argumentsOf('admin'),
    'keys',
    'create',
    '--name',
    'bench',
    '--permissions',
    'agents,sessions',
    '--json',
  ];
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: root, env: { ...process.env, ...env } });
  const running = opened.use(await startProcess([...collecting, ...argumentsOf('start')], listening, env));
  return {
    url: urlOf(running),
    pid: running.pid,
    key: JSON.parse(stdout).key,
    dataDir,
    collect: running.collect,
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}

/** One start: how long until a request is answered, and the memory once nothing goes on any more. */
export interface StartFigures {
  readonly firstAnswerMs: number;
  readonly idleBytes: number;
}

/** Starts on the same data every time, so that the first start's migrations and compilation are not what is measured. */
export async function measureStarts(count: number): Promise<StartFigures[]> {
  await using opened = new AsyncDisposableStack();
  const env = environment(await newDataDir(opened), 'http://127.0.0.1:9/v1');
  const figures: StartFigures[] = [];
  for (let start = 0; start <= count; start += 1) {
    await using running = await startProcess(argumentsOf('start'), listening, env);
    const asked = performance.now();
    await (await fetch(`${urlOf(running)}/healthz`)).text();
    const firstAnswerMs = running.startedInMs + performance.now() - asked;
    await after(2000);
    if (start > 0) figures.push({ firstAnswerMs, idleBytes: residentBytes(running.pid) });
  }
  return figures;
}

/** What an npm script gives to Node.js. */
const argumentsOf = (script: string): string[] => scripts[script]?.split(' ').slice(1) ?? [];

async function newDataDir(opened: AsyncDisposableStack): Promise<string> {
  const dataDir = await mkdtemp(join(tmpdir(), 'octavus-bench-'));
  opened.defer(() => rm(dataDir, { recursive: true, force: true }));
  return dataDir;
}

function environment(dataDir: string, modelUrl: string): Record<string, string> {
  return {
    OCTAVUS_DATA_DIR: dataDir,
    PORT: '0',
    OCTAVUS_LOG_LEVEL: 'warn',
    OPENAI_COMPATIBLE_BENCH_BASE_URL: modelUrl,
  };
}

const urlOf = (running: Measured): string => running.line.slice(listening.length).replace('localhost', '127.0.0.1');
