import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type FSWatcher, watch as openWatcher } from 'chokidar';
import { FileFailure } from '../failures.ts';
import { reasonOf } from './system-errors.ts';

/** Quiet time after a change before it is acted upon: an editor saves in several steps. */
const debounceMs = 300;

/** Time between two looks whether a folder that is gone has come back. */
const lookMs = 500;

export interface WatchOptions {
  readonly signal: AbortSignal;
  /** A file, absolute, whose changes do not count: what is written after each change must not be one. */
  readonly ignore?: string;
}

/**
 * Watches folders. Resolves once no change goes unseen any more: what is read from then on is followed up.
 *
 * @param folders absolute. One that is moved away is watched again once it is back.
 * @returns yields once per burst of changes, until the signal aborts; changes during the reader's work come after it.
 * @throws FileFailure when the system does not let them be watched, also while changes are awaited.
 */
export async function watchFolders(
  folders: readonly string[],
  { signal, ignore }: WatchOptions,
): Promise<AsyncIterable<void>> {
  let changes = 0;
  let failure: FileFailure | undefined;
  let wake: () => void = () => undefined;
  const change = () => {
    changes += 1;
    wake();
  };
  const roots = new Set(folders);
  const watcher = openWatcher([...folders], {
    ignoreInitial: true,
    ignored: (path) => !roots.has(path) && (isNoSource(path) || resolve(path) === ignore),
  });
  watcher.on('all', change);
  const looking = followMoves(watcher, roots, change);
  const close = async () => {
    clearInterval(looking);
    await watcher.close();
  };
  await once(watcher, 'ready').catch(async (error: unknown) => {
    await close();
    throw cannotWatch(error);
  });
  watcher.on('error', (error) => {
    failure ??= cannotWatch(error);
    wake();
  });
  const stop = () => {
    wake();
    // Also when nobody ever asked for a change.
    void close();
  };
  if (signal.aborted) stop();
  else signal.addEventListener('abort', stop, { once: true });

  async function* bursts(): AsyncGenerator<void, void> {
    try {
      while (!signal.aborted) {
        if (changes === 0 && !failure) await new Promise<void>((resolve) => (wake = resolve));
        if (failure) throw failure;
        for (let seen = 0; seen !== changes && !signal.aborted; ) {
          seen = changes;
          await delay(debounceMs, undefined, { signal }).catch(() => undefined);
        }
        changes = 0;
        if (!signal.aborted) yield;
      }
    } finally {
      await close();
    }
  }
  return bursts();
}

/** A folder that goes takes its watch with it, and with the last watch the process would end: the timer keeps it and looks. */
function followMoves(watcher: FSWatcher, roots: ReadonlySet<string>, change: () => void): NodeJS.Timeout {
  const lost = new Set<string>();
  watcher.on('unlinkDir', (path) => roots.has(path) && lost.add(path));
  return setInterval(() => {
    for (const path of [...lost].filter((each) => existsSync(each))) {
      lost.delete(path);
      watcher.add(path);
      change();
    }
  }, lookMs);
}

/** Temporary files, those of editors, and what no agent is made of. */
function isNoSource(path: string): boolean {
  return /(\.tmp|~|\.sw[a-z]|[\\/]node_modules|[\\/]\.[^\\/.][^\\/]*)$/.test(path);
}

function cannotWatch(error: unknown): FileFailure {
  const isLimit = (error as NodeJS.ErrnoException).code === 'ENOSPC';
  const reason = isLimit ? 'the system watches no more files, raise fs.inotify.max_user_watches' : reasonOf(error);
  return new FileFailure(`Cannot watch for changes: ${reason}`, undefined, { cause: error });
}
