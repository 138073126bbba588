import { Agent } from 'node:http';
import { setTimeout as after } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';
import { get } from './reads.ts';

/**
 * Asks `/healthz` on a connection that it keeps, and on a new one each time, in a thread of its own: the one that reads thousands of
 * streams comes to its answers late. Told to stop, it says how long each answer took.
 */
export interface HealthWaits {
  /** Milliseconds. */
  readonly kept: number[];
  readonly fresh: number[];
}

const pauseMs = 50;
const told = new AbortController();

parentPort?.once('message', () => told.abort());
const [kept, fresh] = await Promise.all([ask(new Agent({ keepAlive: true })), ask(new Agent({ keepAlive: false }))]);
parentPort?.postMessage({ kept, fresh } satisfies HealthWaits);

async function ask(agent: Agent): Promise<number[]> {
  const waits: number[] = [];
  while (!told.signal.aborted) {
    const askedAt = performance.now();
    await get(`${workerData}/healthz`, {}, agent);
    waits.push(performance.now() - askedAt);
    await after(pauseMs);
  }
  agent.destroy();
  return waits;
}
