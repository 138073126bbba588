import { randomBytes } from 'node:crypto';
import { postgresDatabase, postgresUrl } from '../apps/server/test/databases.ts';
import { type LoadResult, median, runLoad } from './load.ts';
import { toMarkdown } from './markdown.ts';
import { startProcess } from './process.ts';
import { startOctavus } from './server.ts';
import { octavusSystem } from './system.ts';

export interface PostgresFigures {
  readonly sqlite: readonly LoadResult[];
  readonly postgres: readonly LoadResult[];
}

const load = { spec: { tokens: 50, pauseMs: 0 }, users: 32, seconds: 4, warmupSeconds: 2 };

/**
 * The CPU that the server needs for a turn on either database, in turn; PostgreSQL's own processes are not counted.
 *
 * @returns `undefined` when `OCTAVUS_TEST_POSTGRES_URL` names no PostgreSQL.
 */
export async function measurePostgres(repetitions: number): Promise<PostgresFigures | undefined> {
  if (!postgresUrl) return undefined;
  await using model = await startProcess(['bench/model.ts'], 'model ');
  const modelUrl = model.line.slice('model '.length);
  await using database = await postgresDatabase();
  await using embedded = await startOctavus(modelUrl);
  await using shared = await startOctavus(modelUrl, {
    DATABASE_URL: database.url,
    OCTAVUS_SECRET: randomBytes(32).toString('hex'),
  });
  const systems = {
    sqlite: await octavusSystem(embedded.url, embedded.pid, embedded.key),
    postgres: await octavusSystem(shared.url, shared.pid, shared.key),
  };
  const results = { sqlite: [] as LoadResult[], postgres: [] as LoadResult[] };
  for (let repetition = 0; repetition < repetitions; repetition += 1) {
    results.sqlite.push(await runLoad(systems.sqlite, load));
    results.postgres.push(await runLoad(systems.postgres, load));
  }
  return results;
}

export function describePostgres({ sqlite, postgres }: PostgresFigures) {
  const of = (results: readonly LoadResult[], figure: (result: LoadResult) => number) => median(results.map(figure));
  const ratios = postgres.map((result, index) => result.cpuMsPerTurn / (sqlite[index]?.cpuMsPerTurn ?? Number.NaN));
  return [
    {
      'CPU ms/turn, SQLite': of(sqlite, (result) => result.cpuMsPerTurn).toFixed(2),
      PostgreSQL: of(postgres, (result) => result.cpuMsPerTurn).toFixed(2),
      '×': median(ratios).toFixed(2),
      'turns/s, SQLite': of(sqlite, (result) => result.turnsPerSecond).toFixed(0),
      'turns/s, PostgreSQL': of(postgres, (result) => result.turnsPerSecond).toFixed(0),
    },
  ];
}

if (import.meta.main) {
  const figures = await measurePostgres(3);
  console.log(figures ? toMarkdown(describePostgres(figures)) : 'OCTAVUS_TEST_POSTGRES_URL names no PostgreSQL.');
}
