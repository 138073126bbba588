import { setTimeout as delay } from 'node:timers/promises';
import type { Client } from './client.ts';

/** How long it may take until nothing runs any more that a fault cut off, or left in the queue. */
const settledWithinMs = 10_000;
const pollMs = 20;

type Say = (problem: string) => void;

/** Asks until the answer passes. @returns the last answer, whether it passes or not. */
async function poll(client: Client, path: string, passes: (answer: Awaited<ReturnType<Client['call']>>) => boolean) {
  const deadline = performance.now() + settledWithinMs;
  for (;;) {
    const answer = await client.call('GET', path);
    if (passes(answer) || performance.now() > deadline) return answer;
    await delay(pollMs);
  }
}

/** A run of a worker can be read, runs no more, and has the output that was acknowledged, if one was. */
export async function verifyRun(client: Client, runId: string, output: unknown, say: Say): Promise<void> {
  const path = `/api/agent-sessions/${runId}`;
  const { status, body } = await poll(client, path, (answer) => answer.body?.execution?.status !== 'running');
  if (status !== 200) return say(`worker run ${runId} was accepted, and reading it answers ${status}`);
  if (body.execution?.status === 'running') say(`worker run ${runId} is still running`);
  if (output === undefined) return;
  const { SAID } = body.variables;
  if (SAID !== output) say(`worker run ${runId} said ${JSON.stringify(output)}, has ${JSON.stringify(SAID)}`);
}

const terminal = ['completed', 'failed', 'cancelled'];

/** @returns the thread's status once all its messages were worked on. */
export async function waitForThread(client: Client, path: string): Promise<string> {
  const { body } = await poll(client, path, (answer) => terminal.includes(answer.body?.status));
  return body?.status;
}

/** A thread comes to an end, and heard what was accepted: each message once, in order. */
export async function verifyThread(client: Client, path: string, accepted: readonly string[], say: Say): Promise<void> {
  const status = await waitForThread(client, path);
  if (!terminal.includes(status)) say(`thread ${path} is still ${status}`);
  const { body } = await client.call('GET', path);
  const messages: { role: string; parts: { text?: string }[] }[] = body.messages;
  const heard = messages.filter(({ role }) => role === 'user').map(({ parts }) => parts[0]?.text ?? '');
  if (new Set(heard).size !== heard.length) say(`thread ${path} heard something twice: ${heard.join(', ')}`);
  const known = heard.filter((text) => accepted.includes(text));
  if (known.join() !== accepted.join())
    say(`thread ${path} accepted ${accepted.join(', ')}, heard ${heard.join(', ')}`);
}
