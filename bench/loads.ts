import type { AnswerSpec } from './answer.ts';
import { type LoadResult, median, runLoad } from './load.ts';
import { startProcess } from './process.ts';
import { startOctavus } from './server.ts';
import { floorSystem, octavusSystem } from './system.ts';

/** The kinds of load; each is measured on the floor and on Octavus in turn, so that both meet the same moment of a shared machine. */
interface Phase {
  readonly name: string;
  readonly spec: AnswerSpec;
  readonly users: number;
}

const phases: readonly Phase[] = [
  { name: '50 tokens at once, 1 user', spec: { tokens: 50, pauseMs: 0 }, users: 1 },
  { name: '50 tokens at once, 8 users', spec: { tokens: 50, pauseMs: 0 }, users: 8 },
  { name: '50 tokens at once, 32 users', spec: { tokens: 50, pauseMs: 0 }, users: 32 },
  { name: '50 tokens, one every 10 ms, 32 users', spec: { tokens: 50, pauseMs: 10 }, users: 32 },
];

export interface LoadRow {
  readonly phase: string;
  readonly floor: readonly LoadResult[];
  readonly octavus: readonly LoadResult[];
}

export async function measureLoads(repetitions: number, seconds: number): Promise<LoadRow[]> {
  await using model = await startProcess(['bench/model.ts'], 'model ');
  const modelUrl = model.line.slice('model '.length);
  await using floorProcess = await startProcess(['bench/floor.ts'], 'floor ', { MODEL_URL: modelUrl });
  await using server = await startOctavus(modelUrl);
  const floor = floorSystem(floorProcess.line.slice('floor '.length), floorProcess.pid);
  const octavus = await octavusSystem(server.url, server.pid, server.key);
  const rows: LoadRow[] = [];
  for (const { name, spec, users } of phases) {
    const results = { floor: [] as LoadResult[], octavus: [] as LoadResult[] };
    for (let repetition = 0; repetition < repetitions; repetition += 1) {
      const options = { spec, users, seconds, warmupSeconds: 2 };
      results.floor.push(await runLoad(floor, options));
      results.octavus.push(await runLoad(octavus, options));
    }
    rows.push({ phase: name, ...results });
  }
  return rows;
}

const megabytes = (bytes: number) => `${(bytes / 1024 / 1024).toFixed(0)} MiB`;

/** Every figure is the median of the repetitions; the ratio is that of the pairs measured one after the other. */
export function describeLoad({ phase, floor, octavus }: LoadRow): Record<string, string | number> {
  const of = (results: readonly LoadResult[], figure: (result: LoadResult) => number) => median(results.map(figure));
  const ratios = octavus.map((result, index) => result.cpuMsPerTurn / (floor[index]?.cpuMsPerTurn ?? Number.NaN));
  return {
    load: phase,
    'floor CPU ms/turn': of(floor, (result) => result.cpuMsPerTurn).toFixed(2),
    'CPU ms/turn': of(octavus, (result) => result.cpuMsPerTurn).toFixed(2),
    '× floor': median(ratios).toFixed(1),
    'turns/s': of(octavus, (result) => result.turnsPerSecond).toFixed(0),
    'first text p50 ms': of(octavus, (result) => result.firstTextMs.p50).toFixed(1),
    'p99 ms': of(octavus, (result) => result.firstTextMs.p99).toFixed(1),
    RSS: megabytes(of(octavus, (result) => result.residentBytes)),
  };
}
