import type { StopReason } from '@octavus/engine';

/** A leg that runs in this process. */
export interface RunningLeg {
  readonly sessionId: string;
  readonly executionId: string;
  readonly controller: AbortController;
  /** Resolves after its last commit, when the session is free. Never rejects. */
  readonly ended: Promise<void>;
}

/** The legs of this process, one per session: who can be stopped, and what a shutdown waits for. */
export class RunningLegs {
  readonly #legs = new Map<string, RunningLeg>();

  get size(): number {
    return this.#legs.size;
  }

  add(leg: RunningLeg): void {
    this.#legs.set(leg.sessionId, leg);
    void leg.ended.then(() => this.#legs.delete(leg.sessionId));
  }

  find(sessionId: string): RunningLeg | undefined {
    return this.#legs.get(sessionId);
  }

  stopAll(reason: StopReason): void {
    for (const { controller } of this.#legs.values()) controller.abort(reason);
  }

  /** Resolves when none is left. */
  async allEnded(): Promise<void> {
    await Promise.all([...this.#legs.values()].map((leg) => leg.ended));
  }
}
