import { once } from 'node:events';
import { join } from 'node:path';
import { openDataDir } from '../test/run-process.ts';
import type { TestDatabase } from '../test/suites/storage.ts';
import { createClient } from './client.ts';
import { Ledger } from './ledger.ts';
import { createRandom, type Random } from './random.ts';
import { makeKey, type ServerEnvironment, spawnServer, startServerProcess } from './real-server.ts';
import { report, settings } from './settings.ts';
import { serveStrictModel } from './strict-model.ts';
import { User } from './user.ts';

const users = 6;
/** The longest that the server is under load before it is killed, in milliseconds. */
const longestLoadMs = 400;
/** Sessions, files and agents of all rounds are compared again after as many. */
const roundsPerFullCheck = 100;

interface KillOptions {
  readonly name: 'sqlite' | 'postgres';
  readonly database: TestDatabase;
  /** Looks at the database itself. @returns what is wrong. */
  inspect(databaseUrl: string): Promise<string[]>;
}

/**
 * Kills the real server again and again while clients use it, and compares what they were told with what is there after each restart.
 *
 * @returns what was wrong; empty when every promise held.
 */
export async function killRepeatedly({ name, database, inspect }: KillOptions): Promise<string[]> {
  const random = createRandom(settings.seed + (name === 'sqlite' ? 0 : 1));
  await using dir = await openDataDir();
  await using model = await serveStrictModel();
  const env = {
    DATABASE_URL: database.url,
    OCTAVUS_DATA_DIR: dir.path,
    OCTAVUS_SECRET: 'a secret of the fault tests',
    OCTAVUS_LOG_LEVEL: 'error',
    OPENAI_COMPATIBLE_STRICT_BASE_URL: model.url,
    PORT: '0',
    // Spares compiling the same sources for every start.
    NODE_COMPILE_CACHE: join(dir.path, 'compiled'),
  };
  const ledger = new Ledger();
  const everyone = Array.from({ length: users }, (_, index) => {
    return new User(`${'abcdef'[index]}`, createRandom(random.integer(0, 2 ** 31)), ledger);
  });
  let key: string | undefined;
  const startedAt = performance.now();
  for (let round = 0; round <= settings.kills && ledger.problems.length === 0; round += 1) {
    if (random.chance(0.1)) await killWhileStarting(env, random);
    const server = await startServerProcess(env);
    await using _killed = { [Symbol.asyncDispose]: server.kill };
    key ??= await makeKey(env);
    const client = createClient(server.url, key);
    if (round === 0) await client.call('POST', '/api/agents', ledger.agent);
    const isLast = round === settings.kills;
    if (isLast || round % roundsPerFullCheck === 0) await ledger.verifyAll(client, server.readyAt);
    else await ledger.verify(client, server.readyAt);
    if (isLast) break;
    const load = Promise.all(everyone.map((user) => user.run(client)));
    await Promise.race([momentToKill(random, ledger), load]);
    await server.kill();
    await load;
    // There is no reason to log an error.
    ledger.problems.push(
      ...server
        .errors()
        .split('\n')
        .filter((line) => line !== ''),
    );
  }
  const problems = [...ledger.problems, ...model.problems, ...(await inspect(database.url))];
  report(`kill ${name}`, {
    kills: settings.kills,
    ...ledger.acknowledged,
    agents: ledger.agents.size,
    'longest settled ms': Math.round(ledger.longestSettledMs),
    seconds: Math.round((performance.now() - startedAt) / 1000),
    problems: problems.length,
  });
  return problems;
}

/** Either a moment in time, or right after an acknowledgement. */
function momentToKill(random: Random, ledger: Ledger): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  if (random.chance(0.5)) {
    setTimeout(resolve, random.next() * longestLoadMs);
    return promise;
  }
  let left = random.integer(1, 120);
  const tooLong = setTimeout(resolve, longestLoadMs * 5);
  ledger.onEvent = () => {
    left -= 1;
    if (left > 0) return;
    clearTimeout(tooLong);
    ledger.onEvent = () => undefined;
    resolve();
  };
  return promise;
}

/** A start is a moment like any other: it migrates, recovers, generates. */
async function killWhileStarting(env: ServerEnvironment, random: Random): Promise<void> {
  const child = spawnServer(env);
  const exited = once(child, 'exit');
  await new Promise((resolve) => setTimeout(resolve, random.integer(100, 1_200)));
  child.kill('SIGKILL');
  await exited;
}
