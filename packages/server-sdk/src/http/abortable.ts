const longestTimerMs = 2 ** 31 - 1;

/** What a timer can be set to: one that is longer, as `Infinity` is, would fire at once. */
export function timerMs(ms: number): number {
  return Math.min(ms, longestTimerMs);
}

/** Waits, and returns early when the signal is aborted. */
export async function delay(ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise<void>((resolve) => {
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, timerMs(ms));
    signal.addEventListener('abort', end);
  });
}

/** What the promise gives, or `aborted` as soon as the signal is; a promise that loses is ignored, its failure too. */
export async function orAborted<Value>(promise: Promise<Value>, signal: AbortSignal): Promise<Value | 'aborted'> {
  if (signal.aborted) {
    promise.catch(() => undefined);
    return 'aborted';
  }
  let stop: (() => void) | undefined;
  const aborted = new Promise<'aborted'>((resolve) => {
    stop = () => resolve('aborted');
    signal.addEventListener('abort', stop);
  });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    if (stop) signal.removeEventListener('abort', stop);
  }
}

/**
 * A generator that is told through a signal when to stop: when one of `options` says so, and when its reader leaves. A reader that
 * leaves while the generator waits for the network would otherwise wait with it.
 *
 * @param options.timeoutMs deadline from the first `next()` on, in milliseconds.
 */
export function stoppable<Item>(
  options: { signal?: AbortSignal; timeoutMs?: number },
  run: (signal: AbortSignal) => AsyncGenerator<Item>,
): AsyncGenerator<Item> {
  const controller = new AbortController();
  const generator = withDeadline(controller, options, run);
  const leave = generator.return.bind(generator);
  generator.return = (value) => {
    controller.abort();
    return leave(value);
  };
  return generator;
}

async function* withDeadline<Item>(
  controller: AbortController,
  { signal, timeoutMs }: { signal?: AbortSignal; timeoutMs?: number },
  run: (signal: AbortSignal) => AsyncGenerator<Item>,
): AsyncGenerator<Item> {
  const forward = () => controller.abort(signal?.reason);
  if (signal?.aborted) forward();
  signal?.addEventListener('abort', forward);
  const expire = () => controller.abort(new DOMException(`Took over ${timeoutMs} ms`, 'TimeoutError'));
  const timer = timeoutMs === undefined ? undefined : setTimeout(expire, timerMs(timeoutMs));
  try {
    yield* run(controller.signal);
  } finally {
    signal?.removeEventListener('abort', forward);
    clearTimeout(timer);
  }
}
