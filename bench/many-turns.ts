import { runLoad } from './load.ts';
import { toMarkdown } from './markdown.ts';
import { startProcess } from './process.ts';
import { startOctavus } from './server.ts';
import { octavusSystem, type System } from './system.ts';

const turns = 100_000;
const everyTurns = 5_000;
/** Until then caches fill, and the heap finds its size. */
const settledAfter = 50_000;
/** Samples between two columns of the table. */
const samplesPerColumn = 5;

/** Megabytes of the server after it collected its garbage. */
interface Sample {
  readonly turns: number;
  /** The JavaScript heap and what hangs on it. */
  readonly alive: number;
  readonly resident: number;
}

export interface ManyTurnsFigures {
  readonly samples: readonly Sample[];
  /** Megabytes per 10,000 turns, of a straight line through the samples once the memory has settled. */
  readonly slope: { readonly alive: number; readonly resident: number };
}

/** Does the server grow with what it has done? Another 50,000 turns after the first 50,000, of 50 tokens each in conversations of ten. */
export async function measureManyTurns(): Promise<ManyTurnsFigures> {
  await using model = await startProcess(['bench/model.ts'], 'model ');
  await using server = await startOctavus(model.line.slice('model '.length));
  const system = await octavusSystem(server.url, server.pid, server.key);
  const samples: Sample[] = [];
  for (let done = 0; done < turns; ) {
    done += await runSome(system, everyTurns);
    const { heapUsed, external, rss } = await server.collect();
    samples.push({ turns: done, alive: megabytes(heapUsed + external), resident: megabytes(rss) });
  }
  const settled = samples.filter((sample) => sample.turns >= settledAfter);
  return { samples, slope: { alive: slope(settled, 'alive'), resident: slope(settled, 'resident') } };
}

const megabytes = (bytes: number): number => bytes / 2 ** 20;

async function runSome(system: System, count: number): Promise<number> {
  let done = 0;
  while (done < count) {
    done += (await runLoad(system, { spec: { tokens: 50, pauseMs: 0 }, users: 32, seconds: 2, warmupSeconds: 0 }))
      .turns;
  }
  return done;
}

/** Least squares, per 10,000 turns. */
function slope(samples: readonly Sample[], figure: 'alive' | 'resident'): number {
  const mean = (of: (sample: Sample) => number) =>
    samples.reduce((sum, sample) => sum + of(sample), 0) / samples.length;
  const [x, y] = [mean((sample) => sample.turns), mean((sample) => sample[figure])];
  const covariance = mean((sample) => (sample.turns - x) * (sample[figure] - y));
  return (covariance / mean((sample) => (sample.turns - x) ** 2)) * 10_000;
}

/** A row for each run. */
export function describeManyTurns(runs: readonly ManyTurnsFigures[]) {
  return runs.map(({ samples, slope: { alive, resident } }) => ({
    ...Object.fromEntries(
      samples
        .filter((_, index) => index % samplesPerColumn === samplesPerColumn - 1)
        .map((sample, index) => [
          `${((index + 1) * samplesPerColumn * everyTurns) / 1000},000 turns MB`,
          `${sample.alive.toFixed(1)} (${sample.resident.toFixed(0)})`,
        ]),
    ),
    'per 10,000 turns MB': `${alive.toFixed(2)} (${resident.toFixed(2)})`,
  }));
}

if (import.meta.main) console.log(toMarkdown(describeManyTurns([await measureManyTurns()])));
