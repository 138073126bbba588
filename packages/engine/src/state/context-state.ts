/**
 * How a thread's history differs from what its model reads of it, and what its provider was found not to take (runtime-semantics.md 8).
 * Stored messages never change; this is applied to them anew for every request.
 */
export interface ContextState {
  /** Reasoning up to here is left out. */
  readonly thinnedTo?: Mark;
  /** Results of tools up to here are previews. */
  readonly shortenedTo?: Mark;
  /** The watermark: up to here the summary stands for the messages. */
  readonly summarizedTo?: Mark;
  readonly summary?: string;
  /** The prompt of the newest step whose provider counted it. */
  readonly measured?: { readonly tokens: number; readonly chars: number };
  /** Images that are larger, or more, than this were refused. */
  readonly imageLimits?: ImageLimits;
  /** Images that were logged as scaled down, by id or address. */
  readonly adaptedImages?: readonly string[];
}

export interface ImageLimits {
  /** Longest side in pixels. */
  readonly maxDimension?: number;
  /** Images in one request. */
  readonly maxCount?: number;
}

/** The end of a step of a message; of a user message there is step 0 alone. */
export interface Mark {
  readonly messageId: string;
  readonly step: number;
}

/** @returns the state without what refers to messages that are gone. */
export function forgetMessages(context: ContextState, isKept: (messageId: string) => boolean): ContextState {
  const { thinnedTo, shortenedTo, summarizedTo, imageLimits, adaptedImages } = context;
  const marks = [thinnedTo, shortenedTo, summarizedTo].filter((mark) => mark !== undefined);
  if (marks.every(({ messageId }) => isKept(messageId))) return context;
  return { ...(imageLimits && { imageLimits }), ...(adaptedImages && { adaptedImages }) };
}
