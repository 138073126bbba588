import { type ContinuationRequest, OctavusError, type TriggerRequest as TriggerFields } from '@octavus/core';
import {
  checkTrigger,
  findActiveExecution,
  findExecution,
  matchContinuation,
  runContinuation,
  runTrigger,
  type SessionState,
} from '@octavus/engine';
import type { Reach } from '../access/scope.ts';
import type { SessionWithAgent } from '../storage/storage.ts';
import { type ExecutionParts, getUsableSession } from './execution-parts.ts';
import type { Leg, TriggerRequest } from './executions.ts';
import { type LegOpening, type Outputs, openLeg } from './open-leg.ts';
import { portsFor } from './worker-ports.ts';

/** Accepts a trigger or a continuation (runtime-semantics.md 2): all checks, then one commit, then the events. */
export async function acceptTrigger(request: TriggerRequest, parts: ExecutionParts): Promise<Leg> {
  const { body } = request;
  const session = await getUsableSession(parts, request);
  const prepareTurn =
    body.kind === 'trigger'
      ? await prepareTriggerTurn(request, body, session, parts)
      : await prepareContinuation(request, body, session, parts);
  const lock = await parts.locks.acquire(session.id);
  try {
    assertAwaited(request.signal);
    const reload = () => getUsableSession(parts, request);
    return await openLeg(
      request,
      { session: lock.hasWaited ? await reload() : session, lock, reload, prepareTurn },
      parts,
    );
  } catch (error) {
    lock[Symbol.dispose]();
    throw error;
  }
}

/** Whoever left while the session was busy does not get an execution. */
export function assertAwaited(signal: AbortSignal): void {
  if (signal.aborted) throw new OctavusError('SESSION_BUSY', { retryAfterSeconds: 2 });
}

async function prepareTriggerTurn(
  request: TriggerRequest,
  body: TriggerFields,
  session: SessionWithAgent,
  parts: ExecutionParts,
): Promise<LegOpening['prepareTurn']> {
  const run = await prepareTrigger({ ...request, body }, session, parts);
  const { threadRun: seq } = request;
  return async (current, signal) => {
    const state = await parts.cache.read(current);
    return {
      kind: 'run',
      state,
      outputs: run(state, signal),
      ...(seq !== undefined && { rowStep: (executionId) => ({ threadRun: { seq, executionId } }) }),
    };
  };
}

/** Starts the run of a trigger that was checked. */
export type RunTrigger = (
  state: SessionState,
  signal: AbortSignal,
  options?: Pick<TriggerFields, 'rollbackAfterMessageId'>,
) => Outputs;

/** What can be refused without the lock: archived agent, unknown trigger, bad input, a file that is not there. */
export async function prepareTrigger(
  request: Pick<TriggerRequest, 'projectId' | 'scope' | 'isTraced' | 'requestId'> & {
    readonly body: Omit<TriggerFields, 'kind'>;
  },
  session: Pick<SessionWithAgent, 'agentId' | 'agent'>,
  parts: ExecutionParts,
): Promise<RunTrigger> {
  if (session.agent.isArchived) throw new OctavusError('NOT_FOUND', { resource: 'Agent' });
  const { body, isTraced, requestId } = request;
  const { version } = session.agent;
  const definition = await parts.definitions.get(session.agentId, version);
  const checked = checkTrigger(definition, body);
  const trigger = { ...checked, input: await parts.files.resolve(request, checked.input, 'input') };
  return (state, signal, { rollbackAfterMessageId } = body) =>
    runTrigger(
      {
        state,
        definition,
        agentVersion: version,
        trigger,
        sender: body.sender,
        rollbackAfterMessageId,
        isTraced,
        requestId,
      },
      portsFor(request, state.sessionId, parts),
      signal,
    );
}

/** An unknown execution or file is refused without the lock; whether it waits for these results is decided with it. */
export async function prepareContinuation(
  request: Pick<TriggerRequest, 'projectId' | 'scope' | 'requestId'>,
  body: ContinuationRequest,
  session: SessionWithAgent,
  parts: ExecutionParts,
): Promise<LegOpening['prepareTurn']> {
  const known = await parts.cache.read(session);
  const target = body.executionId === undefined ? findActiveExecution(known) : findExecution(known, body.executionId);
  if (!target) throw new OctavusError('EXECUTION_NOT_FOUND');
  const toolResults = await resolveFiles(request, body.toolResults, parts);
  return async (current, signal) => {
    const state = await parts.cache.read(current);
    const match = matchContinuation(state, { ...body, toolResults });
    if (!('results' in match)) {
      throw new OctavusError(match.kind === 'not-found' ? 'EXECUTION_NOT_FOUND' : 'EXECUTION_NOT_RESUMABLE');
    }
    const definition = await parts.definitions.get(current.agentId, match.agentVersion);
    const ports = portsFor(request, state.sessionId, parts);
    const outputs = runContinuation({ state, definition, match, requestId: request.requestId }, ports, signal);
    return { kind: 'run', state, outputs };
  };
}

/** Tool results whose files are ours as we know them; what a tool returned besides them is its own business. */
async function resolveFiles(reach: Reach, results: ContinuationRequest['toolResults'], parts: ExecutionParts) {
  const files = results.map((result) => ({ files: result.files }));
  const resolved = await parts.files.resolve(reach, files, 'toolResults');
  return results.map((result, index) => ({ ...result, ...resolved[index] }));
}
