import { median, runLoad } from './load.ts';
import { toMarkdown } from './markdown.ts';
import { residentBytes, startProcess } from './process.ts';
import { startOctavus } from './server.ts';
import { octavusSystem, type System } from './system.ts';

const turns = 50_000;
/** A sample is the median of what was seen during so many turns: garbage comes and goes in between. */
const everyTurns = 5_000;
const lookEveryMs = 100;
/** Until then caches fill, and the heap finds its size. */
const settledAfter = 15_000;

export interface ManyTurnsFigures {
  /** Turns so far, and resident megabytes then. */
  readonly samples: readonly { readonly turns: number; readonly megabytes: number }[];
  /** Of a straight line through the samples once the memory has settled. */
  readonly megabytesPer10000Turns: number;
}

/** Does the server grow with what it has done? 50,000 turns of 50 tokens in conversations of ten. */
export async function measureManyTurns(): Promise<ManyTurnsFigures> {
  await using model = await startProcess(['bench/model.ts'], 'model ');
  await using server = await startOctavus(model.line.slice('model '.length));
  const system = await octavusSystem(server.url, server.pid, server.key);
  const samples: { turns: number; megabytes: number }[] = [];
  for (let done = 0; done < turns; ) {
    const seen: number[] = [];
    const looking = setInterval(() => seen.push(residentBytes(server.pid) / 2 ** 20), lookEveryMs);
    done += await runSome(system, everyTurns);
    clearInterval(looking);
    samples.push({ turns: done, megabytes: median(seen) });
  }
  const settled = samples.filter((sample) => sample.turns >= settledAfter);
  return { samples, megabytesPer10000Turns: slope(settled) * 10_000 };
}

async function runSome(system: System, count: number): Promise<number> {
  let done = 0;
  while (done < count) {
    done += (await runLoad(system, { spec: { tokens: 50, pauseMs: 0 }, users: 32, seconds: 2, warmupSeconds: 0 }))
      .turns;
  }
  return done;
}

/** Least squares. */
function slope(samples: ManyTurnsFigures['samples']): number {
  const mean = (of: (sample: ManyTurnsFigures['samples'][number]) => number) =>
    samples.reduce((sum, sample) => sum + of(sample), 0) / samples.length;
  const [x, y] = [mean((sample) => sample.turns), mean((sample) => sample.megabytes)];
  const covariance = mean((sample) => (sample.turns - x) * (sample.megabytes - y));
  return covariance / mean((sample) => (sample.turns - x) ** 2);
}

/** A row for each run. */
export function describeManyTurns(runs: readonly ManyTurnsFigures[]) {
  return runs.map(({ samples, megabytesPer10000Turns }) => ({
    ...Object.fromEntries(
      samples
        .filter((_, index) => index % 2 === 1)
        .map((sample, index) => [`${(index + 1) * 2 * (everyTurns / 1000)},000 turns MB`, sample.megabytes.toFixed(0)]),
    ),
    'MB per 10,000 turns': megabytesPer10000Turns.toFixed(2),
  }));
}

if (import.meta.main) console.log(toMarkdown(describeManyTurns([await measureManyTurns()])));
