import { exitCodes } from './failures.ts';

/** What interrupted work throws. */
export class Interruption extends Error {
  override readonly name = 'AbortError';
}

/** Tells of signals, and can end: a process. */
export interface SignalSource {
  on(signal: 'SIGINT' | 'SIGTERM', listener: () => void): unknown;
  exit(status: number): void;
}

/** Tells of writes that failed: a stream. */
export interface ErrorSource {
  on(event: 'error', listener: (error: NodeJS.ErrnoException) => void): unknown;
}

/**
 * The first Ctrl-C (or SIGTERM) asks the command to stop; the second ends the process.
 *
 * @returns the signal that tells the command.
 */
export function stopOnSignals(host: SignalSource): AbortSignal {
  const controller = new AbortController();
  const stop = () => {
    if (controller.signal.aborted) host.exit(exitCodes.interrupted);
    controller.abort(new Interruption('Interrupted'));
  };
  host.on('SIGINT', stop);
  host.on('SIGTERM', stop);
  return controller.signal;
}

/** A reader that has read enough, such as `head`, is no failure of the command. */
export function whenPipeCloses(streams: readonly ErrorSource[], end: () => void): void {
  for (const stream of streams) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
      end();
    });
  }
}
