import type { Logger } from '../logging.ts';
import type { Nodes } from '../storage/storage.ts';
import { isDeadHere, makeNodeId } from './node-identity.ts';

/** How long a node that stopped renewing keeps its sessions, and how often it renews (runtime-semantics.md 13). */
export const leaseMs = 30_000;
const renewEveryMs = 10_000;
/** How often it looks whether to renew: a renewal that failed is tried again then. */
const lookEveryMs = 1_000;
/** A node stops this long before another may take over, so that its last writes do not come too late. */
const stopBeforeMs = 5_000;

interface NodeLeaseOptions {
  readonly nodes: Nodes;
  readonly now: () => number;
  readonly logger: Pick<Logger, 'warn' | 'error'>;
}

/**
 * This process's lease on all sessions it writes: one row, renewed for all of them at once, so that its cost does not grow with the
 * number of running executions. Every commit checks it again in the database; a process that lost it cannot write.
 */
export class NodeLease implements AsyncDisposable {
  readonly nodeId = makeNodeId();
  readonly #options: NodeLeaseOptions;
  #onLost: () => void = () => undefined;
  #expiresAt = 0;
  #timer: NodeJS.Timeout | undefined;
  #renewing: Promise<void> | undefined;
  #hasFailed = false;

  private constructor(options: NodeLeaseOptions) {
    this.#options = options;
  }

  static async open(options: NodeLeaseOptions): Promise<NodeLease> {
    const lease = new NodeLease(options);
    await lease.#renew();
    lease.#timer = setInterval(() => lease.#tick(), lookEveryMs);
    lease.#timer.unref();
    return lease;
  }

  /** Drops the leases of dead processes of this machine, so that a restart does not wait for them to run out. */
  async dropDead(): Promise<void> {
    const { nodes } = this.#options;
    for (const { id } of await nodes.list()) if (id !== this.nodeId && isDeadHere(id)) await nodes.remove(id);
  }

  /** Called when the lease could not be renewed in time: whatever runs must stop. */
  onLost(listener: () => void): void {
    this.#onLost = listener;
  }

  /**
   * Makes sure that the lease has not run out before something is accepted under it: a machine that slept wakes up with an old one.
   *
   * @throws OctavusError SERVICE_UNAVAILABLE
   */
  async ensure(): Promise<void> {
    if (this.#isEnding) await this.#renew();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#timer);
    await this.#renewing;
    await this.#options.nodes.remove(this.nodeId);
  }

  async #renew(): Promise<void> {
    const expiresAt = this.#options.now() + leaseMs;
    await this.#options.nodes.renew(this.nodeId, expiresAt);
    this.#expiresAt = expiresAt;
  }

  get #isEnding(): boolean {
    return this.#options.now() >= this.#expiresAt - stopBeforeMs;
  }

  /** Also when a renewal hangs: whether the lease still holds is a matter of the clock, not of its answer. */
  #tick(): void {
    if (this.#isEnding) this.#onLost();
    const isDue = this.#options.now() >= this.#expiresAt - leaseMs + renewEveryMs;
    if (isDue) this.#renewing ??= this.#tryToRenew();
  }

  /** Never rejects. */
  async #tryToRenew(): Promise<void> {
    try {
      await this.#renew();
      this.#hasFailed = false;
    } catch (cause) {
      if (!this.#hasFailed) this.#options.logger.warn({ err: cause }, 'The lease of this node could not be renewed');
      this.#hasFailed = true;
    } finally {
      this.#renewing = undefined;
    }
  }
}
