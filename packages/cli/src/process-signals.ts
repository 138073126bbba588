import { exitCodes } from './failures.ts';
import { reasonOf } from './files/system-errors.ts';

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

/** A stream that a command writes to and that may fail. */
export interface Writing extends ErrorSource {
  write(text: string): unknown;
}

/**
 * Ends the process when nobody takes what it says: a reader that has read enough, such as `head`, is no failure; a full disk is one.
 */
export function endWithOutput(
  { stdout, stderr }: { readonly stdout: Writing; readonly stderr: Writing },
  end: (status: number) => void,
): void {
  const onError = (tell: (reason: string) => void) => (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') return end(exitCodes.success);
    tell(reasonOf(error));
    end(exitCodes.failure);
  };
  stdout.on(
    'error',
    onError((reason) => stderr.write(`✗ Cannot write to standard output: ${reason}\n`)),
  );
  stderr.on(
    'error',
    onError(() => undefined),
  );
}
