import { once } from 'node:events';
import { Agent, type IncomingMessage } from 'node:http';
import { finished } from 'node:stream/promises';
import { setTimeout as after } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { type AnswerSpec, textOfAnswer } from './answer.ts';
import { post, quantile, textOf } from './load.ts';
import { toMarkdown } from './markdown.ts';
import type { HealthWaits } from './probe.ts';
import { startProcess } from './process.ts';
import { startOctavus } from './server.ts';
import { octavusSystem, type System } from './system.ts';

/** More streams at once than two cores can serve, opened as fast as the harness does: ten tokens a second each, for twenty seconds. */
const streams = 4_000;
const opensPerSecond = 250;
const slowAnswer: AnswerSpec = { tokens: 200, pauseMs: 100 };
/** Turns before that, fifty at once: a server whose code is not compiled yet is not what is measured. */
const warmUpTurns = 1_000;
const shortAnswer: AnswerSpec = { tokens: 50, pauseMs: 2 };

export interface OverloadFigures {
  readonly streams: number;
  readonly complete: number;
  /** Answered 503 with `Retry-After` after a wait in line, before anything was stored. */
  readonly refused: number;
  /** Anything else: lost text, errors, broken connections. There must be none. */
  readonly lost: number;
  /** Of `/healthz` in the meantime, on a connection that is kept and on a new one for each request. */
  readonly health: { readonly kept: Waits; readonly fresh: Waits };
}

/** Milliseconds. */
interface Waits {
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

export async function measureOverload(): Promise<OverloadFigures> {
  await using model = await startProcess(['bench/model.ts'], 'model ');
  await using server = await startOctavus(model.line.slice('model '.length));
  const system = await octavusSystem(server.url, server.pid, server.key);
  for (let turns = 0; turns < warmUpTurns; turns += groupSize) {
    const group = await openSessions(system, groupSize);
    await Promise.all(group.map((id) => run(system, id, shortAnswer)));
  }
  const ids = await openSessions(system, streams);
  const probe = new Worker(new URL('./probe.ts', import.meta.url), { workerData: server.url });
  const began = performance.now();
  const running = ids.map(async (id, index) => {
    await after(Math.max(0, began + (index * 1000) / opensPerSecond - performance.now()));
    return run(system, id, slowAnswer);
  });
  const outcomes = await Promise.all(running);
  probe.postMessage('stop');
  const [{ kept, fresh }] = (await once(probe, 'message')) as [HealthWaits];
  const count = (outcome: Outcome) => outcomes.filter((other) => other === outcome).length;
  return {
    streams,
    complete: count('complete'),
    refused: count('refused'),
    lost: count('lost'),
    health: { kept: summarise(kept), fresh: summarise(fresh) },
  };
}

/** As many as are asked at the same time. */
const groupSize = 50;

async function openSessions(system: System, count: number): Promise<string[]> {
  const ids: string[] = [];
  while (ids.length < count) ids.push(...(await Promise.all(Array.from({ length: groupSize }, () => system.open()))));
  return ids;
}

function summarise(waits: readonly number[]): Waits {
  const sorted = waits.toSorted((one, other) => one - other);
  return { p50: quantile(sorted, 0.5), p99: quantile(sorted, 0.99), max: sorted.at(-1) ?? Number.NaN };
}

type Outcome = 'complete' | 'refused' | 'lost';

const agent = new Agent({ keepAlive: true });

async function run(system: System, id: string, answer: AnswerSpec): Promise<Outcome> {
  try {
    const response = await post(system, agent, id, answer);
    if (response.statusCode === 503) {
      response.resume();
      return response.headers['retry-after'] === undefined ? 'lost' : 'refused';
    }
    return (await readWhole(system, response)) === textOfAnswer(answer) ? 'complete' : 'lost';
  } catch {
    return 'lost';
  }
}

/** Decodes nothing before the end: this process and the server share two cores, and the server is what is measured. */
async function readWhole(system: System, response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  response.on('data', (chunk: Buffer) => chunks.push(chunk));
  await finished(response);
  return textOf(system, Buffer.concat(chunks).toString());
}

/** A row for each run. */
export function describeOverload(runs: readonly OverloadFigures[]) {
  return runs.map(({ streams: opened, complete, refused, lost, health }) => ({
    'streams asked for': opened,
    complete,
    'refused with 503': refused,
    lost,
    '/healthz p50 ms': health.kept.p50.toFixed(1),
    'p99 ms': health.kept.p99.toFixed(1),
    'new connection, p50 ms': health.fresh.p50.toFixed(1),
    'its p99 ms': health.fresh.p99.toFixed(1),
    'its max ms': health.fresh.max.toFixed(1),
  }));
}

if (import.meta.main) console.log(toMarkdown(describeOverload([await measureOverload()])));
