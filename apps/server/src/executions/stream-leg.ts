import { errorEvent, type StreamEvent } from '@octavus/core';
import type { Output, RunEnding } from '@octavus/engine';
import type { Logger } from '../logging.ts';
import type { SessionWriter } from './session-writer.ts';

type Outputs = AsyncGenerator<readonly Output[], RunEnding>;

interface StreamLegOptions {
  /** Events of the accepted first commit. */
  readonly opening: readonly StreamEvent[];
  /** The run, past its first outputs. */
  readonly outputs: Outputs;
  readonly writer: SessionWriter;
  /** Stops the run. */
  readonly controller: AbortController;
  readonly requestId: string;
  readonly logger: Pick<Logger, 'error'>;
  /** Called once, after the last commit. An execution whose end could not be stored is left to recovery. */
  readonly onEnd: () => void;
}

/**
 * The events of an accepted leg, each array after the commit of the facts in it.
 *
 * A reader that leaves early stops the run; its last outputs are stored all the same before this generator returns.
 */
export async function* streamLeg(options: StreamLegOptions): AsyncGenerator<readonly StreamEvent[]> {
  const { outputs, writer, controller, onEnd } = options;
  let isSettled = false;
  try {
    yield options.opening;
    let next = await outputs.next();
    for (; !next.done; next = await outputs.next()) {
      const events = await writer.write(next.value);
      if (events.length > 0) yield events;
    }
    logFault(options, next.value);
    await writer.settle();
    isSettled = true;
  } catch (cause) {
    yield [reportFailure(options, cause)];
  } finally {
    if (!isSettled) await finishRun(outputs, writer, controller);
    onEnd();
  }
}

/** What broke inside the engine is told to the caller as an internal error; the cause stays here. */
function logFault({ logger, requestId }: StreamLegOptions, { cause }: RunEnding): void {
  if (cause !== undefined) logger.error({ err: cause, requestId }, 'An execution failed inside the server');
}

/** The database failed or the lease is lost: the run cannot go on, and its end cannot be stored here and now. */
function reportFailure({ controller, logger, requestId }: StreamLegOptions, cause: unknown): StreamEvent {
  controller.abort('lease-lost');
  logger.error({ err: cause, requestId }, 'An execution was cut off because it could not be stored');
  return errorEvent({ code: 'INTERNAL_ERROR', details: { requestId }, retryable: true });
}

/** Stores the end of a run that was stopped, where it can be stored. Never rejects. */
async function finishRun(outputs: Outputs, writer: SessionWriter, controller: AbortController): Promise<void> {
  const isCutOff = controller.signal.aborted && controller.signal.reason === 'lease-lost';
  if (!controller.signal.aborted) controller.abort('disconnect');
  try {
    for await (const rest of outputs) if (!isCutOff) await writer.write(rest);
    await writer.settle();
  } catch {
    // Recovery closes it.
  }
}
