import { once } from 'node:events';
import { Agent, type IncomingMessage } from 'node:http';
import { finished } from 'node:stream/promises';
import { setTimeout as after } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { type AnswerSpec, textOfAnswer } from './answer.ts';
import { post, quantile, textOf } from './load.ts';
import { toMarkdown } from './markdown.ts';
import { startProcess } from './process.ts';
import { startOctavus } from './server.ts';
import { octavusSystem, type System } from './system.ts';

/** More streams than two cores can serve, opened fast: ten tokens a second each, for ten seconds. */
const streams = 4_000;
const opensPerSecond = 400;
const answer: AnswerSpec = { tokens: 100, pauseMs: 100 };

export interface OverloadFigures {
  readonly streams: number;
  readonly complete: number;
  /** Answered 503 with `Retry-After`, before anything was stored. */
  readonly refused: number;
  /** Anything else: lost text, errors, broken connections. There must be none. */
  readonly lost: number;
  /** Of `/healthz` in the meantime, milliseconds. */
  readonly health: { readonly p50: number; readonly p99: number; readonly max: number };
}

export async function measureOverload(): Promise<OverloadFigures> {
  await using model = await startProcess(['bench/model.ts'], 'model ');
  await using server = await startOctavus(model.line.slice('model '.length));
  const system = await octavusSystem(server.url, server.pid, server.key);
  const ids: string[] = [];
  while (ids.length < streams) ids.push(...(await Promise.all(Array.from({ length: 50 }, () => system.open()))));
  const probe = new Worker(new URL('./probe.ts', import.meta.url), { workerData: server.url });
  const began = performance.now();
  const running = ids.map(async (id, index) => {
    await after(Math.max(0, began + (index * 1000) / opensPerSecond - performance.now()));
    return run(system, id);
  });
  const outcomes = await Promise.all(running);
  probe.postMessage('stop');
  const [answered] = (await once(probe, 'message')) as [number[]];
  const waits = answered.toSorted((one, other) => one - other);
  const count = (outcome: Outcome) => outcomes.filter((other) => other === outcome).length;
  return {
    streams,
    complete: count('complete'),
    refused: count('refused'),
    lost: count('lost'),
    health: { p50: quantile(waits, 0.5), p99: quantile(waits, 0.99), max: waits.at(-1) ?? Number.NaN },
  };
}

type Outcome = 'complete' | 'refused' | 'lost';

const agent = new Agent({ keepAlive: true });

async function run(system: System, id: string): Promise<Outcome> {
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
    '/healthz p50 ms': health.p50.toFixed(1),
    'p99 ms': health.p99.toFixed(1),
    'max ms': health.max.toFixed(1),
  }));
}

if (import.meta.main) console.log(toMarkdown(describeOverload([await measureOverload()])));
