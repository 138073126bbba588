import {
  type ContinuationRequest,
  OctavusError,
  type StreamEvent,
  type TriggerRequest as TriggerFields,
} from '@octavus/core';
import {
  checkTrigger,
  findActiveExecution,
  findExecution,
  matchContinuation,
  type Output,
  type RunEnding,
  runContinuation,
  runTrigger,
  type SessionState,
} from '@octavus/engine';
import { isExpired } from '../sessions/expiry.ts';
import type { SessionWithAgent } from '../storage/storage.ts';
import { type ExecutionParts, getSession } from './execution-parts.ts';
import type { Leg, TriggerRequest } from './executions.ts';
import { recoverSession } from './recovery.ts';
import { lockWaitMs, type SessionLock } from './session-lock.ts';
import { streamLeg } from './stream-leg.ts';

type Outputs = AsyncGenerator<readonly Output[], RunEnding>;

/** Starts the run of a request on a state; throws what the state makes impossible. */
type StartRun = (session: SessionWithAgent, state: SessionState, signal: AbortSignal) => Promise<Outputs> | Outputs;

/** How long to wait between looks at a session that another node holds. */
const otherNodePollMs = 100;

/** Accepts a trigger or a continuation (runtime-semantics.md 2): all checks, then one commit, then the events. */
export async function acceptTrigger(request: TriggerRequest, parts: ExecutionParts): Promise<Leg> {
  const { body } = request;
  const session = await getUsableSession(request, parts);
  const startRun =
    body.kind === 'trigger'
      ? await prepareTrigger(request, body, session, parts)
      : await prepareContinuation(request, body, session, parts);
  const lock = await parts.locks.acquire(session.id);
  try {
    const current = lock.hasWaited ? await getUsableSession(request, parts) : session;
    return await openLeg(request, current, { lock, startRun }, parts);
  } catch (error) {
    lock[Symbol.dispose]();
    throw error;
  }
}

async function getUsableSession(request: TriggerRequest, parts: ExecutionParts): Promise<SessionWithAgent> {
  const session = await getSession(parts, request.projectId, request.sessionId);
  if (session.kind === 'worker') {
    throw new OctavusError(
      'VALIDATION_ERROR',
      {},
      { message: 'This is a worker run: it cannot be triggered. Execute the worker agent again.' },
    );
  }
  if (isExpired(session, { now: parts.ports.clock.now(), ttlMs: parts.sessionTtlMs }))
    throw new OctavusError('SESSION_EXPIRED');
  return session;
}

/** What can be refused without the lock: archived agent, unknown trigger, bad input, a file that is not there. */
async function prepareTrigger(
  request: TriggerRequest,
  body: TriggerFields,
  session: SessionWithAgent,
  parts: ExecutionParts,
): Promise<StartRun> {
  if (session.agent.isArchived) throw new OctavusError('NOT_FOUND', { resource: 'Agent' });
  const { version } = session.agent;
  const definition = await parts.definitions.get(session.agentId, version);
  const checked = checkTrigger(definition, body);
  const trigger = { ...checked, input: await parts.files.resolve(request.projectId, checked.input, 'input') };
  return (_session, state, signal) =>
    runTrigger(
      {
        state,
        definition,
        agentVersion: version,
        trigger,
        sender: body.sender,
        rollbackAfterMessageId: body.rollbackAfterMessageId,
        isTraced: request.isTraced,
        requestId: request.requestId,
      },
      parts.ports,
      signal,
    );
}

/** An unknown execution or file is refused without the lock; whether it waits for these results is decided with it. */
async function prepareContinuation(
  request: TriggerRequest,
  body: ContinuationRequest,
  session: SessionWithAgent,
  parts: ExecutionParts,
): Promise<StartRun> {
  const known = await parts.cache.read(session);
  const target = body.executionId === undefined ? findActiveExecution(known) : findExecution(known, body.executionId);
  if (!target) throw new OctavusError('EXECUTION_NOT_FOUND');
  const toolResults = await resolveFiles(request.projectId, body.toolResults, parts);
  return async (current, state, signal) => {
    const match = matchContinuation(state, { ...body, toolResults });
    if (!('results' in match)) {
      throw new OctavusError(match.kind === 'not-found' ? 'EXECUTION_NOT_FOUND' : 'EXECUTION_NOT_RESUMABLE');
    }
    const definition = await parts.definitions.get(current.agentId, match.agentVersion);
    return runContinuation({ state, definition, match, requestId: request.requestId }, parts.ports, signal);
  };
}

/** Tool results whose files are ours as we know them; what a tool returned besides them is its own business. */
async function resolveFiles(projectId: string, results: ContinuationRequest['toolResults'], parts: ExecutionParts) {
  const files = results.map((result) => ({ files: result.files }));
  const resolved = await parts.files.resolve(projectId, files, 'toolResults');
  return results.map((result, index) => ({ ...result, ...resolved[index] }));
}

interface HeldSession {
  readonly lock: SessionLock;
  readonly startRun: StartRun;
}

async function openLeg(
  request: TriggerRequest,
  session: SessionWithAgent,
  held: HeldSession,
  parts: ExecutionParts,
): Promise<Leg> {
  const deadline = parts.ports.clock.now() + lockWaitMs;
  let current = session;
  for (;;) {
    if (current.execution?.status === 'running') await recoverSession(current, parts);
    const leg = await tryOpenLeg(request, current, held, parts);
    if (leg !== 'busy') return leg;
    if (parts.ports.clock.now() >= deadline) throw new OctavusError('SESSION_BUSY', { retryAfterSeconds: 2 });
    await parts.ports.clock.sleep(otherNodePollMs, request.signal);
    current = await getUsableSession(request, parts);
  }
}

/** @returns `busy` when another node wrote or holds the session: look again. */
async function tryOpenLeg(
  request: TriggerRequest,
  session: SessionWithAgent,
  { lock, startRun }: HeldSession,
  parts: ExecutionParts,
): Promise<Leg | 'busy'> {
  const controller = new AbortController();
  const state = await parts.cache.read(session);
  const outputs = await startRun(session, state, controller.signal);
  const writer = parts.openWriter(session, state);
  const first = await outputs.next();
  const opening = await writeOpening(writer, first.done ? [] : first.value);
  if (opening === 'busy') {
    await outputs.return({ ending: 'aborted' });
    return 'busy';
  }
  const { promise: ended, resolve: end } = Promise.withResolvers<void>();
  const unlink = followSignal(request.signal, controller);
  parts.legs.add({ sessionId: session.id, controller, ended });
  const events = streamLeg({
    opening,
    outputs,
    writer,
    controller,
    requestId: request.requestId,
    logger: parts.logger,
    onEnd: ({ isSettled }) => {
      unlink();
      if (!isSettled) parts.unsettled.set(session.id, session.projectId);
      lock[Symbol.dispose]();
      end();
    },
  });
  return { sessionId: session.id, executionId: executionIdOf(opening), events, stopped: controller.signal };
}

async function writeOpening(
  writer: ReturnType<ExecutionParts['openWriter']>,
  outputs: readonly Output[],
): Promise<readonly StreamEvent[] | 'busy'> {
  try {
    return await writer.write(outputs);
  } catch (error) {
    if (OctavusError.isInstance(error) && error.code === 'SESSION_BUSY') return 'busy';
    throw error;
  }
}

/** Aborts the controller when the caller's signal does. @returns a function that ends the connection between the two. */
function followSignal(signal: AbortSignal, controller: AbortController): () => void {
  const stop = () => controller.abort(signal.reason);
  if (signal.aborted) stop();
  signal.addEventListener('abort', stop, { once: true });
  return () => signal.removeEventListener('abort', stop);
}

function executionIdOf(opening: readonly StreamEvent[]): string {
  const start = opening.find((event) => event.type === 'start');
  return start?.executionId ?? '';
}
