import { mkdir } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { join } from 'node:path';
import { openDataDir } from '../test/run-process.ts';
import type { TestDatabase } from '../test/suites/storage.ts';
import { breakFiles } from './break-files.ts';
import { type InProcessServer, openInProcess } from './in-process.ts';
import { Injector } from './injector.ts';
import { Ledger } from './ledger.ts';
import { scenarios } from './scenarios.ts';
import { report } from './settings.ts';
import { Faulted, Stage } from './stage.ts';
import { serveStrictModel } from './strict-model.ts';

/** Of one kind of calls: makes them fail by the injector until disposed. */
type Break = (injector: Injector) => Disposable | Promise<Disposable>;

interface FailOptions {
  readonly name: string;
  readonly database: TestDatabase;
  /** The kinds of faults of this database. */
  readonly breakDatabase: Readonly<Record<string, Break>>;
}

/**
 * Lets every database, file and provider call of every scenario fail once, at each position, on one server that has to survive them all.
 *
 * @returns what was wrong; empty when every promise held.
 */
export async function failEveryCall({ name, database, breakDatabase }: FailOptions): Promise<string[]> {
  await using dir = await openDataDir();
  const provider = new Injector();
  let providerFaults = 0;
  await using model = await serveStrictModel((response) => {
    if (!provider.hit()) return false;
    providerFaults += 1;
    failProvider(response, providerFaults);
    return true;
  });
  await mkdir(join(dir.path, 'files'));
  await using server = await openInProcess({ databaseUrl: database.url, dataDir: dir.path, modelUrl: model.url });
  const ledger = new Ledger({ toleratesErrors: true });
  await server.client.call('POST', '/api/agents', ledger.agent);
  const startedAt = performance.now();
  const faults: Record<string, number> = {};
  const runKind = async (kind: string, injector: Injector) => {
    faults[kind] = 0;
    for (const [title, scenario] of Object.entries(scenarios)) {
      for (let position = 1; ledger.problems.length === 0; position += 1) {
        const isDone = await playOnce({ server, ledger, injector, position, scenario });
        if (ledger.problems.length > 0) ledger.problems.unshift(`${kind}, "${title}", call ${position}:`);
        if (isDone) break;
        faults[kind] += 1;
      }
    }
  };
  for (const [kind, breaks] of Object.entries(breakDatabase)) {
    const injector = new Injector();
    using _broken = await breaks(injector);
    await runKind(kind, injector);
  }
  {
    const injector = new Injector();
    using _broken = await breakFiles(injector, join(dir.path, 'files'));
    await runKind('files', injector);
  }
  await runKind('provider', provider);
  await ledger.verifyAll(server.client, performance.now());
  report(`fail the n-th call, ${name}`, {
    scenarios: Object.keys(scenarios).length,
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
async function playOnce({ server, ledger, injector, position, scenario }: Play): Promise<boolean> {
  const stage = new Stage(server.client, ledger);
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
    await settle(server, session.id);
    await ledger.verifySession(server.client, session);
    await stage.mustWork(session);
  }
  await ledger.verifyFiles(server.client);
  return !injector.hasFired;
}

/** What cannot be stored stays open until recovery comes round, five seconds later at most, or until the session is used: here, at once. */
async function settle({ client }: InProcessServer, sessionId: string): Promise<void> {
  const { body } = await client.call('GET', `/api/agent-sessions/${sessionId}`);
  if (body.execution?.status !== 'running') return;
  await client.call('POST', `/api/agent-sessions/${sessionId}/abort`);
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
