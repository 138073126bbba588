import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { watch as openWatcher } from 'chokidar';

/** Quiet time after a change before it is acted upon: an editor saves in several steps. */
const debounceMs = 300;

export interface WatchOptions {
  readonly signal: AbortSignal;
  /** Name of files whose changes do not count. */
  readonly ignore?: string;
}

/**
 * Watches folders. Resolves once no change goes unseen any more: what is read from then on is followed up.
 *
 * @returns yields once per burst of changes, until the signal aborts; changes during the reader's work come after it.
 */
export async function watchFolders(
  folders: readonly string[],
  { signal, ignore }: WatchOptions,
): Promise<AsyncIterable<void>> {
  let changes = 0;
  let wake: () => void = () => undefined;
  const watcher = openWatcher([...folders], {
    ignoreInitial: true,
    ignored: (path) => isNoSource(path) || (ignore !== undefined && path.endsWith(ignore)),
  });
  watcher.on('all', () => {
    changes += 1;
    wake();
  });
  await once(watcher, 'ready');
  signal.addEventListener('abort', () => wake(), { once: true });

  async function* bursts(): AsyncGenerator<void, void> {
    try {
      while (!signal.aborted) {
        if (changes === 0) await new Promise<void>((resolve) => (wake = resolve));
        for (let seen = 0; seen !== changes && !signal.aborted; ) {
          seen = changes;
          await delay(debounceMs, undefined, { signal }).catch(() => undefined);
        }
        changes = 0;
        if (!signal.aborted) yield;
      }
    } finally {
      await watcher.close();
    }
  }
  return bursts();
}

/** Temporary files, those of editors, and what no agent is made of. */
function isNoSource(path: string): boolean {
  return /(\.tmp|~|\.sw[a-z]|[\\/]node_modules|[\\/]\.[^\\/.][^\\/]*)$/.test(path);
}
