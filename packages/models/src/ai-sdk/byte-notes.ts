const notes = new WeakMap<AbortSignal, () => void>();

/**
 * Lets a call hear of the bytes of its answer. The libraries hand on nothing of ours but the signal, so the signal is what the call is
 * known by.
 *
 * @param note called when the head of the answer is there and for every piece that follows.
 */
export function onBytes(signal: AbortSignal, note: () => void): void {
  notes.set(signal, note);
}

/** Whom to tell of the bytes of the call with this signal. */
export function byteNote(signal: AbortSignal | null | undefined): () => void {
  return (signal && notes.get(signal)) ?? noop;
}

function noop(): void {}
