import type { Logger } from '../logging.ts';
import type { DueFile, Storage } from '../storage/storage.ts';
import { checkOfFile, endOfFiles } from './lifetime.ts';
import type { FileStore } from './stores/store.ts';

const everyMs = 60 * 60 * 1000;
/** Files looked at with one query. */
const batchSize = 200;
/** No upload takes as long: what is older was cut off by the end of its process. */
const leftoverMs = 60 * 60 * 1000;

interface SweepOptions {
  readonly files: Storage['files'];
  readonly store: FileStore;
  readonly now: () => number;
  /** Idle time after which a session expires, in milliseconds. */
  readonly sessionTtlMs: number;
  readonly logger: Pick<Logger, 'warn'>;
}

/** Sweeps at once and every hour, in the background. Disposing waits for the batch that is under way. */
export function startFileSweeper(options: SweepOptions): AsyncDisposable {
  const stopping = new AbortController();
  let running: Promise<void> = Promise.resolve();
  const tick = () => {
    running = sweepFiles(options, stopping.signal).catch((cause) =>
      options.logger.warn({ err: cause }, 'Files will be swept again in an hour'),
    );
  };
  tick();
  const timer = setInterval(tick, everyMs);
  timer.unref();
  return {
    [Symbol.asyncDispose]: async () => {
      clearInterval(timer);
      stopping.abort();
      await running;
    },
  };
}

/**
 * Removes what nobody needs any more (http-api.md 7.3): uploads that never arrived, files whose session expired seven days ago, and what
 * cut-off writes left. Safe on several nodes at once, and when it is cut off itself: bytes go before the row that tells of them.
 *
 * @param signal ends it after the batch that is under way.
 */
export async function sweepFiles(options: SweepOptions, signal: AbortSignal): Promise<void> {
  const { files, store, now } = options;
  await store.removeLeftovers(now() - leftoverMs);
  while (!signal.aborted) {
    const due = await files.listDue(now(), batchSize);
    await sweepBatch(due, options);
    if (due.length < batchSize) return;
  }
}

async function sweepBatch(due: readonly DueFile[], options: SweepOptions): Promise<void> {
  const kept: { id: string; checkAt: number }[] = [];
  const removed: string[] = [];
  for (const file of due) {
    const checkAt = await nextCheck(file, options);
    if (checkAt !== undefined) {
      kept.push({ id: file.id, checkAt });
      continue;
    }
    await options.store.remove(file.id);
    removed.push(file.id);
  }
  await options.files.postpone(kept);
  await options.files.remove(removed);
}

/** @returns undefined when the file has to go. */
async function nextCheck(
  file: DueFile,
  { files, store, now, sessionTtlMs }: SweepOptions,
): Promise<number | undefined> {
  const at = now();
  const end = endOfFiles(file.session, { now: at, ttlMs: sessionTtlMs });
  if (end !== undefined && end <= at) return undefined;
  const checkAt = end ?? checkOfFile(at);
  if (file.uploadedAt !== undefined) return checkAt;
  // Clients may have sent the bytes to the store without our seeing it.
  await using content = await store.open(file.id);
  const isThere = content?.sizeBytes === file.sizeBytes && (await files.markUploaded(file.id, { at, checkAt }));
  return isThere ? checkAt : undefined;
}
