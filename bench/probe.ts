import { Agent } from 'node:http';
import { setTimeout as after } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';
import { get } from './reads.ts';

/**
 * Asks `/healthz` ten times a second on a connection of its own, in a thread of its own: the one that reads thousands of streams comes to
 * its answers late. Told to stop, it says how long each answer took, in milliseconds.
 */
const probeEveryMs = 100;
const agent = new Agent({ keepAlive: true });
const waits: number[] = [];
const told = new AbortController();

parentPort?.once('message', () => told.abort());
while (!told.signal.aborted) {
  const askedAt = performance.now();
  await get(`${workerData}/healthz`, {}, agent);
  waits.push(performance.now() - askedAt);
  await after(probeEveryMs);
}
agent.destroy();
parentPort?.postMessage(waits);
