import { setTimeout as delay } from 'node:timers/promises';
import { watch as openWatcher } from 'chokidar';

/** Quiet time after a change before it is acted upon: an editor saves in several steps. */
const debounceMs = 300;

/**
 * Yields once per burst of changes below the folders, until the signal aborts. Changes during the caller's work are reported after it.
 *
 * @param onReady called when changes are seen from here on.
 */
export async function* watchFolders(
  folders: readonly string[],
  { signal, onReady }: { readonly signal: AbortSignal; readonly onReady?: () => void },
): AsyncGenerator<void, void> {
  let changes = 0;
  let wake: () => void = () => undefined;
  const watcher = openWatcher([...folders], { ignoreInitial: true, ignored: isNoSource });
  watcher.on('all', () => {
    changes += 1;
    wake();
  });
  if (onReady) watcher.on('ready', onReady);
  const stop = () => wake();
  signal.addEventListener('abort', stop);
  try {
    while (!signal.aborted) {
      if (changes === 0) await new Promise<void>((resolve) => (wake = resolve));
      if (signal.aborted) return;
      for (let seen = 0; seen !== changes; ) {
        seen = changes;
        await delay(debounceMs, undefined, { signal }).catch(() => undefined);
      }
      changes = 0;
      if (!signal.aborted) yield;
    }
  } finally {
    signal.removeEventListener('abort', stop);
    await watcher.close();
  }
}

/** Temporary files, those of editors, and what no agent is made of. */
function isNoSource(path: string): boolean {
  return /(\.tmp|~|\.sw[a-z]|[\\/]node_modules|[\\/]\.[^\\/.][^\\/]*)$/.test(path);
}
