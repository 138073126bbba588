import { OctavusError, type StreamEvent } from '@octavus/core';
import type { Output, RunEnding, SessionState } from '@octavus/engine';
import type { SessionWithAgent } from '../storage/storage.ts';
import type { ExecutionParts } from './execution-parts.ts';
import type { Leg } from './executions.ts';
import { LegEvents } from './leg-events.ts';
import { recoverSession } from './recovery.ts';
import type { SessionLock } from './session-lock.ts';
import type { RowStep, SessionWriter } from './session-writer.ts';
import { untilFree } from './until-free.ts';

export type Outputs = AsyncGenerator<readonly Output[], RunEnding>;

/** What a request makes of a session: a run on a state, or the events of a turn that is stored already. */
export type Turn =
  | {
      readonly kind: 'run';
      readonly state: SessionState;
      readonly outputs: Outputs;
      /** What is stored with the acceptance besides. */
      readonly rowStep?: (executionId: string) => RowStep;
    }
  | { readonly kind: 'replay'; readonly executionId: string; readonly events: readonly StreamEvent[] };

/** What a request wants of a session it holds the lock of. */
export interface LegOpening<Session extends SessionWithAgent = SessionWithAgent> {
  readonly session: Session;
  readonly lock: SessionLock;
  /** Reads the session again. */
  reload(): Promise<Session>;
  /** Throws what the session makes impossible; nothing is stored yet. */
  prepareTurn(session: Session, signal: AbortSignal): Promise<Turn>;
}

interface LegRequest {
  readonly requestId: string;
  readonly signal: AbortSignal;
}

/**
 * Opens a leg on a stored session; an execution whose node died is closed first. The lock is handed on when the leg is over, or when
 * this throws.
 *
 * @throws OctavusError SESSION_BUSY when another node holds the session for as long as a lock is waited for.
 */
export async function openLeg<Session extends SessionWithAgent>(
  request: LegRequest,
  opening: LegOpening<Session>,
  parts: ExecutionParts,
): Promise<Leg> {
  let known: Session | undefined = opening.session;
  const { clock } = parts.ports;
  return untilFree({ clock, lock: opening.lock, signal: request.signal }, async () => {
    let session = known ?? (await opening.reload());
    known = undefined;
    if (session.execution?.status === 'running') {
      await recoverSession(session, parts);
      session = await opening.reload();
    }
    return tryOpenLeg(request, { ...opening, session }, parts);
  });
}

/** As `openLeg`, for a session on which nothing runs. @throws OctavusError SESSION_BUSY when another node wrote, holds or made it. */
export async function tryOpenLeg<Session extends SessionWithAgent>(
  request: LegRequest,
  { session, lock, prepareTurn }: Omit<LegOpening<Session>, 'reload'>,
  parts: ExecutionParts,
): Promise<Leg> {
  const controller = new AbortController();
  const turn = await prepareTurn(session, controller.signal);
  if (turn.kind === 'replay') {
    lock[Symbol.dispose]();
    return { sessionId: session.id, executionId: turn.executionId, events: once(turn.events), stopped: request.signal };
  }
  await parts.lease.ensure();
  const writer = parts.openWriter(session, turn.state);
  const first = await turn.outputs.next();
  const opening = await writeOpening(writer, first.done ? [] : first.value, turn);
  const executionId = executionIdOf(opening);
  const { promise: ended, resolve: end } = Promise.withResolvers<void>();
  const unlink = followSignal(request.signal, controller);
  parts.legs.add({ sessionId: session.id, executionId, controller, ended });
  const events = new LegEvents({
    opening,
    outputs: turn.outputs,
    writer,
    workerId: turn.state.kind === 'worker' ? session.id : undefined,
    controller,
    requestId: request.requestId,
    logger: parts.logger,
    onEnd: () => {
      unlink();
      lock[Symbol.dispose]();
      end();
    },
  });
  return { sessionId: session.id, executionId, events, stopped: controller.signal };
}

async function writeOpening(
  writer: SessionWriter,
  first: readonly Output[],
  { outputs, rowStep }: Extract<Turn, { kind: 'run' }>,
): Promise<readonly StreamEvent[]> {
  try {
    return await writer.write(first, rowStep?.(executionIdOf(first)));
  } catch (error) {
    await outputs.return({ ending: 'aborted' });
    throw error;
  }
}

async function* once(events: readonly StreamEvent[]): AsyncGenerator<readonly StreamEvent[]> {
  yield events;
}

/** Aborts the controller when the caller's signal does. @returns a function that ends the connection between the two. */
function followSignal(signal: AbortSignal, controller: AbortController): () => void {
  const stop = () => controller.abort(signal.reason);
  if (signal.aborted) stop();
  signal.addEventListener('abort', stop, { once: true });
  return () => signal.removeEventListener('abort', stop);
}

function executionIdOf(outputs: readonly Output[]): string {
  const start = outputs.find((output) => 'type' in output && output.type === 'start');
  if (start && 'executionId' in start && start.executionId) return start.executionId;
  throw new OctavusError('INTERNAL_ERROR', {}, { message: 'A leg began without its start' });
}
