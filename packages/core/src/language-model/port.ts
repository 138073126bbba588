import type { ModelRequest } from './request.ts';
import type { ModelStreamPart, ProviderFailure } from './stream.ts';

/** Kinds of files that a model may read natively. */
export type ModelMedia = 'image' | 'pdf' | 'video';

/** A model of a provider, ready to be called. */
export interface LanguageModel {
  /** Provider id, the part of the model id before the first `/`. */
  readonly provider: string;
  /** The full `provider/model-id`. */
  readonly id: string;
  /** What it reads besides text; absent: images and PDF. */
  readonly reads?: readonly ModelMedia[];
  /** Files that its provider's models made go back to it in the assistant's own messages; absent: nothing there but text and calls does. */
  readonly takesOwnFiles?: boolean;
  /** Tokens that prompt and answer may have together; absent: not known. */
  readonly contextWindow?: number;
  /**
   * Calls the model once.
   *
   * Yields what arrived together as one array, never empty, so that a burst of tokens costs one turn of the loop instead of one
   * promise each. A failure of the provider is the last part (`error`). An aborted call ends without `finish` or `error`.
   * A consumer that stops pulling slows the provider read down. At most `firstByteMs` (60 s) pass before the first byte and
   * `idleMs` (120 s) between bytes, else the call fails as `provider_timeout` (runtime-semantics.md 6.7).
   *
   * @throws only a fault of the adapter's own: the run ends as `internal_error`, with the fault for the host's log (16.2).
   */
  stream(request: ModelRequest, signal: AbortSignal): AsyncIterable<readonly ModelStreamPart[]>;
  /** The body that would go to the provider, for the execution log of traced sessions; secrets are not in it. */
  describeRequest(request: ModelRequest): unknown;
}

/** Finds models by id. The only thing the engine knows about providers. */
export interface LanguageModels {
  /**
   * @param id `provider/model-id` (protocol-language.md 2.9.1).
   * @returns the model, or the failure that the run reports: unknown provider, malformed id (`validation_error`), provider without
   *   credentials (`authentication_error`, `PROVIDER_NOT_CONFIGURED`, the message names the variable to set).
   */
  resolve(id: string): { readonly model: LanguageModel } | { readonly failure: ProviderFailure };
}
