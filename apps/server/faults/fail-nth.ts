import { mkdir } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { join } from 'node:path';
import { openDataDir } from '../test/run-process.ts';
import type { TestDatabase } from '../test/suites/storage.ts';
import { faultWorker } from './agent.ts';
import { breakFiles } from './break-files.ts';
import { type InProcessServer, openInProcess } from './in-process.ts';
import { Injector } from './injector.ts';
import { Ledger } from './ledger.ts';
import { scenarios } from './scenarios.ts';
import { report } from './settings.ts';
import { Faulted, Stage } from './stage.ts';
import { serveStrictModel } from './strict-model.ts';

interface FailOptions {
  readonly name: string;
  readonly database: TestDatabase;
  /** The kinds of faults of this database, which is broken already: what decides when each happens. */
  readonly databaseFaults: Readonly<Record<string, Injector>>;
  /** A bucket, which is broken already, in place of the directory: its faults alone are played, in its scenarios. */
  readonly bucket?: {
    readonly url: string;
    readonly faults: Readonly<Record<string, Injector>>;
    readonly scenarios: typeof scenarios;
  };
}

/**
 * Lets every database, file and provider call of every scenario fail once, at each position, on one server that has to survive them all.
 *
 * @returns what was wrong; empty when every promise held.
 */
export async function failEveryCall({ name, database, databaseFaults, bucket }: FailOptions): Promise<string[]> {
  await using dir = await openDataDir();
  const ownFaults = { ...databaseFaults, files: new Injector(), provider: new Injector() };
  const faultsByKind: Readonly<Record<string, Injector>> = bucket?.faults ?? ownFaults;
  const played = bucket?.scenarios ?? scenarios;
  let providerFaults = 0;
  await using model = await serveStrictModel((response) => {
    if (!ownFaults.provider.hit()) return false;
    providerFaults += 1;
    failProvider(response, providerFaults);
    return true;
  });
  await mkdir(join(dir.path, 'files'));
  using _files = await breakFiles(ownFaults.files, join(dir.path, 'files'));
  await using server = await openInProcess({
    ...{ databaseUrl: database.url, dataDir: dir.path, modelUrl: model.url },
    ...(bucket && { filesUrl: bucket.url }),
  });
  const ledger = new Ledger({ toleratesErrors: true });
  for (const agent of [faultWorker, ledger.agent]) await server.client.call('POST', '/api/agents', agent);
  const startedAt = performance.now();
  const faults: Record<string, number> = {};
  for (const [kind, injector] of Object.entries(faultsByKind)) {
    faults[kind] = 0;
    for (const [title, scenario] of Object.entries(played)) {
      for (let position = 1; ledger.problems.length === 0; position += 1) {
        const isDone = await playOnce({ server, ledger, injector, position, scenario });
        if (ledger.problems.length > 0) ledger.problems.unshift(`${kind}, "${title}", call ${position}:`);
        if (isDone) break;
        faults[kind] += 1;
      }
    }
  }
  await ledger.verifyAll(server.client, performance.now());
  report(`fail the n-th call, ${name}`, {
    scenarios: Object.keys(played).length,
    ...faults,
    sessions: ledger.acknowledged.sessions,
    seconds: Math.round((performance.now() - startedAt) / 1000),
    problems: ledger.problems.length + model.problems.length,
  });
  return [...ledger.problems, ...model.problems];
}

interface Play {
  readonly server: InProcessServer;
  readonly ledger: Ledger;
  readonly injector: Injector;
  readonly position: number;
  scenario(stage: Stage): Promise<void>;
}

/** @returns whether the scenario has fewer calls than `position`. */
async function playOnce({ server: { client }, ledger, injector, position, scenario }: Play): Promise<boolean> {
  const stage = new Stage(client, ledger);
  injector.arm(position);
  let outcome: 'done' | Error = 'done';
  try {
    await scenario(stage);
  } catch (error) {
    outcome = error as Error;
  }
  injector.disarm();
  if (outcome !== 'done' && !(outcome instanceof Faulted)) throw outcome;
  ledger.expect(outcome === 'done' || injector.hasFired, `without a fault: ${outcome}`);
  for (const session of stage.sessions) {
    // What could not be stored as ended is closed by recovery; verifying waits for that as long as is promised.
    await ledger.verifySession(client, session);
    await stage.mustWork(session);
  }
  for (const verify of stage.claims) await verify();
  await ledger.verifyFiles(client);
  return !injector.hasFired;
}

/** Each way in its turn: no answer, an error, an answer that breaks off. */
function failProvider(response: ServerResponse, count: number): void {
  if (count % 3 === 0) response.destroy();
  else if (count % 3 === 1) response.writeHead(500).end('{}');
  else {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write('data: {"id":"c","choices":[{"index":0,"delta":{"content":""}}]}\n\n', () => response.destroy());
  }
}
