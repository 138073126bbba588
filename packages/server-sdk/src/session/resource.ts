/**
 * Receives what an agent writes to a resource of this name.
 *
 * @deprecated Tools do the same with an answer; resources still work.
 */
export abstract class Resource {
  /** Name in the protocol. */
  abstract readonly name: string;
  /** Nobody waits for it; what it throws goes to `onCallbackError`. */
  abstract onUpdate(value: unknown): Promise<void> | void;
}
