import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { root } from './process.ts';

/** One measurement of the harness: a line of its JSON, as its `suite.mjs` writes them. */
export interface Measurement {
  readonly rep: number;
  readonly system: string;
  /** Of a floor run: the system that is measured right after it. */
  readonly with?: string;
  readonly phase: string;
  readonly concurrency?: number;
  readonly streams?: number;
  // biome-ignore lint/suspicious/noExplicitAny: the harness describes its figures, and they differ by phase
  readonly [figure: string]: any;
}

export interface SuiteOptions {
  readonly repetitions: number;
  /** Of each load. */
  readonly seconds: number;
}

/** The folder of the harness: `BENCH_HARNESS`, or beside the checkout; `undefined` when it is not there. */
export function findHarness(): string | undefined {
  const folder = resolve(root, process.env.BENCH_HARNESS ?? '../shared/bench');
  return existsSync(join(folder, 'suite.mjs')) ? folder : undefined;
}

/** What each peer of the harness is measured as, by the folder its `peers/setup.sh` installs it in. The library comes right before Octavus. */
const systemsOf: Readonly<Record<string, readonly string[]>> = {
  aisdk: ['aisdk', 'octavus'],
  mastra: ['mastra', 'mastra-full'],
  voltagent: ['voltagent', 'voltagent-full'],
  langgraph: ['langgraph'],
};

/** Folders of `systemsOf`, which are the names of systems, too. */
export const peers = Object.keys(systemsOf);

function installedSystems(work: string): string[] {
  const installed = peers.filter((peer) => existsSync(join(work, peer, 'node_modules')));
  const systems = installed.flatMap((peer) => systemsOf[peer]!);
  return systems.includes('octavus') ? systems : ['octavus', ...systems];
}

/**
 * Runs the platform's benchmark harness over Octavus, the floor before it, and the peers that are installed in `BENCH_WORK`.
 * Its progress goes to standard error, and so does why a peer could not be measured.
 */
export async function runSuite(harness: string, { repetitions, seconds }: SuiteOptions): Promise<Measurement[]> {
  const work = process.env.BENCH_WORK ?? join(tmpdir(), 'agent-bench');
  await mkdir(work, { recursive: true });
  const folder = await mkdtemp(join(tmpdir(), 'octavus-suite-'));
  const out = join(folder, 'results.jsonl');
  const systems = installedSystems(work);
  const args = [
    '--systems',
    systems.join(','),
    '--reps',
    String(repetitions),
    '--duration',
    String(seconds),
    '--hold',
    '1000',
  ];
  const env = { ...process.env, OCTAVUS_ROOT: root, BENCH_WORK: work, BENCH_NODE: process.execPath };
  const child = spawn(process.execPath, [join(harness, 'suite.mjs'), ...args, '--out', out], {
    env,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const [code] = await once(child, 'exit');
  const lines = existsSync(out) ? readFileSync(out, 'utf8').split('\n').filter(Boolean) : [];
  await rm(folder, { recursive: true });
  const measurements = lines.map((line) => JSON.parse(line) as Measurement);
  const failed = measurements.find(
    ({ phase, system }) => phase === 'failed' && (system === 'octavus' || system === 'floor'),
  );
  if (code !== 0 || failed) throw new Error(`The harness failed: ${failed?.message ?? `exit status ${code}`}`);
  return measurements;
}
