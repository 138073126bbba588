import { randomUUID } from 'node:crypto';
import type { ExecutionParts } from './execution-parts.ts';
import type { RunningLegs } from './running-legs.ts';
import { lockWaitMs } from './session-lock.ts';

/** How often a node that runs something looks whether another one asks it to stop. */
const lookEveryMs = 250;

/** How long a request counts: as long as whoever made it waits, and a little for clocks that differ. */
const validMs = lockWaitMs + 5_000;

/** Asks the node that runs a session's execution, whichever it is, to stop it (docs/decisions/0018). Dispose to take it back. */
export class StopElsewhere implements AsyncDisposable {
  readonly #parts: Pick<ExecutionParts, 'storage' | 'ports'>;
  readonly #ids: string[] = [];
  #executionId: string | undefined;

  constructor(parts: Pick<ExecutionParts, 'storage' | 'ports'>) {
    this.#parts = parts;
  }

  /** The execution that was asked to stop last. */
  get executionId(): string | undefined {
    return this.#executionId;
  }

  /** Nothing is waited for. Asks once for each execution. */
  async ask(sessionId: string, executionId: string): Promise<void> {
    if (this.#executionId === executionId) return;
    const { storage, ports } = this.#parts;
    const now = ports.clock.now();
    const id = randomUUID();
    await storage.stopRequests.add({ id, sessionId, executionId, expiresAt: now + validMs }, now);
    this.#ids.push(id);
    this.#executionId = executionId;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // One that stays expires.
    for (const id of this.#ids) await this.#parts.storage.stopRequests.remove(id).catch(() => undefined);
  }
}

/** Stops what runs in this process when another node asks for it. A node on which nothing runs asks the database nothing. */
export function watchStopRequests({ storage, ports, legs }: Pick<ExecutionParts, 'storage' | 'ports' | 'legs'>) {
  let looking: Promise<void> | undefined;
  const timer = setInterval(() => {
    if (legs.size === 0) return;
    looking ??= stopAsked(storage.stopRequests.list(ports.clock.now()), legs).finally(() => {
      looking = undefined;
    });
  }, lookEveryMs);
  timer.unref();
  return {
    [Symbol.asyncDispose]: async () => {
      clearInterval(timer);
      await looking;
    },
  };
}

/** Never rejects: the next look may find what this one could not. */
async function stopAsked(
  asked: Promise<readonly { readonly sessionId: string; readonly executionId: string }[]>,
  legs: RunningLegs,
): Promise<void> {
  for (const { sessionId, executionId } of await asked.catch(() => [])) {
    const leg = legs.find(sessionId);
    if (leg?.executionId === executionId) leg.controller.abort('abort');
  }
}
