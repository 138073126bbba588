import type { StreamEvent } from '@octavus/core';

/**
 * Tells the late events of a run that was cut off from those of the run that follows on the same socket, where messages carry
 * no mark of their own. Only a run whose execution id is known can be told apart.
 */
export class StaleRuns {
  readonly #executionIds = new Set<string>();
  /** Events come from a run that was cut off, up to its end or the start of another run. */
  #isDraining = false;

  /** This run was cut off; what still comes of it is stale. */
  add(executionId: string | undefined): void {
    if (executionId === undefined) return;
    this.#executionIds.add(executionId);
    this.#isDraining = true;
  }

  /** Events of this execution are wanted again. */
  expect(executionId: string): void {
    this.#executionIds.delete(executionId);
    this.#isDraining = false;
  }

  /** The socket is gone and with it everything it could still deliver. */
  clear(): void {
    this.#executionIds.clear();
    this.#isDraining = false;
  }

  isStale(event: StreamEvent): boolean {
    if (event.type === 'start') this.#isDraining = this.#isOfCutRun(event);
    // An error may be all that comes of the new run, and a server that was told to stop a run says nothing more of it.
    if (event.type === 'error') this.#isDraining = false;
    const isStale = this.#isDraining || (event.type === 'finish' && this.#isOfCutRun(event));
    if (event.type === 'finish') this.#isDraining = false;
    return isStale;
  }

  #isOfCutRun({ executionId }: { readonly executionId?: string }): boolean {
    return executionId !== undefined && this.#executionIds.has(executionId);
  }
}
