import { createHash } from 'node:crypto';
import { OctavusError, type StartSessionBody } from '@octavus/core';
import { type Change, fold, type Output, type SessionState } from '@octavus/engine';
import { canonicalJson } from '../canonical-json.ts';
import { findSessionAgent, newSession, prepareOpening } from '../sessions/new-session.ts';
import type { Agent, SessionStart, SessionWithAgent } from '../storage/storage.ts';
import { assertAwaited, prepareTrigger, type RunTrigger } from './accept.ts';
import { dropExpired, type ExecutionParts, hasExpired } from './execution-parts.ts';
import type { Leg, StartRequest } from './executions.ts';
import { openEmpty } from './open-empty.ts';
import { type LegOpening, type Outputs, openLeg, type Turn, tryOpenLeg } from './open-leg.ts';
import { replayExecution } from './replay-execution.ts';
import { restoredChange } from './restore.ts';
import { isBusy } from './until-free.ts';

type StartedSession = SessionWithAgent & { readonly start: SessionStart };

/** What makes two starts the same one; digests in lower-case hex. */
type StartIdentity = Pick<SessionStart, 'key' | 'body'>;

/** Creates a session and fires its first trigger, once per idempotency key (http-api.md 6.8). */
export async function startSession(request: StartRequest, parts: ExecutionParts): Promise<Leg> {
  const { projectId, body } = request;
  const agent = await findSessionAgent(parts.storage, projectId, body.agentId);
  if (body.idempotencyKey === undefined) return startNew(request, agent, undefined, parts);
  const identity = identify(agent.id, body, body.idempotencyKey);
  const started = (await findStarted(agent, identity, parts)) ?? (await startOnce(request, agent, identity, parts));
  return 'events' in started ? started : startAgain(request, started, identity, parts);
}

function identify(agentId: string, { input, trigger }: StartSessionBody, key: string): StartIdentity {
  const { triggerName, input: triggerInput } = trigger;
  const body = canonicalJson({ agentId, input: input ?? {}, triggerName, triggerInput: triggerInput ?? {} });
  return { key: digest(JSON.stringify(key)), body: digest(body) };
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

async function findStarted(
  { id: agentId, projectId }: Agent,
  { key }: StartIdentity,
  { storage }: ExecutionParts,
): Promise<StartedSession | undefined> {
  return storage.sessions.findStarted({ projectId, agentId, key });
}

/** Of those that come at once one creates the session; the others get what it created. */
async function startOnce(
  request: StartRequest,
  agent: Agent,
  identity: StartIdentity,
  parts: ExecutionParts,
): Promise<Leg | StartedSession> {
  using _lock = await parts.locks.acquire(`start ${agent.id} ${identity.key}`);
  const found = await findStarted(agent, identity, parts);
  if (found) return found;
  try {
    return await startNew(request, agent, identity, parts);
  } catch (error) {
    const made = isBusy(error) ? await findStarted(agent, identity, parts) : undefined;
    if (made) return made;
    throw error;
  }
}

async function startNew(
  request: StartRequest,
  agent: Agent,
  identity: StartIdentity | undefined,
  parts: ExecutionParts,
): Promise<Leg> {
  assertAwaited(request.signal);
  const opening = await prepareOpening(parts, agent, { input: request.body.input, scope: request.scope });
  const row = newSession(agent, opening, { id: parts.ports.ids.resource(), now: parts.ports.clock.now() });
  const session = { ...row, agent: { version: agent.version, isArchived: false } };
  const run = await prepareTrigger({ ...request, body: request.body.trigger }, session, parts);
  const state = openEmpty(row);
  const lock = await parts.locks.acquire(session.id);
  const prepareTurn = async (_session: SessionWithAgent, signal: AbortSignal): Promise<Turn> => ({
    kind: 'run',
    state,
    outputs: run(state, signal),
    rowStep: (executionId) => ({ create: { ...row, ...(identity && { start: { ...identity, executionId } }) } }),
  });
  try {
    return await tryOpenLeg(request, { session, lock, prepareTurn }, parts);
  } catch (error) {
    lock[Symbol.dispose]();
    throw error;
  }
}

/** A start whose session exists: the table of http-api.md 6.8. */
async function startAgain(
  request: StartRequest,
  { id, projectId, agentId }: StartedSession,
  identity: StartIdentity,
  parts: ExecutionParts,
): Promise<Leg> {
  const reload = async () => {
    const session = await parts.storage.sessions.findStarted({ projectId, agentId, key: identity.key });
    if (!session) throw new OctavusError('NOT_FOUND', { resource: 'Session' });
    return session;
  };
  try {
    const lock = await parts.locks.acquire(id);
    try {
      assertAwaited(request.signal);
      const prepareTurn: LegOpening<StartedSession>['prepareTurn'] = (session, signal) =>
        decideTurn(request, { session, identity, signal }, parts);
      return await openLeg(request, { session: await reload(), lock, reload, prepareTurn }, parts);
    } catch (error) {
      lock[Symbol.dispose]();
      throw error;
    }
  } catch (error) {
    throw isBusy(error) ? new OctavusError('SESSION_BUSY', { retryAfterSeconds: 2, sessionId: id }) : error;
  }
}

interface Situation {
  readonly session: StartedSession;
  readonly identity: StartIdentity;
  readonly signal: AbortSignal;
}

async function decideTurn(request: StartRequest, situation: Situation, parts: ExecutionParts): Promise<Turn> {
  const { session, identity, signal } = situation;
  const prepareRun = () => prepareTrigger({ ...request, body: request.body.trigger }, session, parts);
  if (hasExpired(session, parts)) return reopen(request, situation, await prepareRun(), parts);
  const state = await parts.cache.read(session);
  if (session.start.body !== identity.body) return { kind: 'run', state, outputs: (await prepareRun())(state, signal) };
  const replay = await replayExecution(session, session.start.executionId, parts);
  if (replay) return replay;
  if (state.execution?.executionId !== session.start.executionId) throw superseded();
  return {
    kind: 'run',
    state,
    outputs: (await prepareRun())(state, signal, { rollbackAfterMessageId: null }),
    rowStep: (executionId) => ({ reopen: { startExecutionId: executionId } }),
  };
}

/** The first turn came to nothing and newer ones followed: to run it now would put it after them. */
function superseded(): OctavusError {
  const message = 'The session that this key started has gone on since: send a trigger to it instead';
  return new OctavusError('EXECUTION_NOT_RESUMABLE', {}, { message });
}

/** The expired session once more, empty, with the input of this request. */
async function reopen(
  request: StartRequest,
  { session, signal }: Situation,
  run: RunTrigger,
  parts: ExecutionParts,
): Promise<Turn> {
  const agent = { id: session.agentId, projectId: session.projectId, version: session.agent.version };
  const opening = await prepareOpening(parts, agent, { input: request.body.input, scope: request.scope });
  await dropExpired(session, parts);
  const before = openEmpty(session);
  const restored = restoredChange(opening, { messages: [], todos: [] });
  return {
    kind: 'run',
    state: before,
    outputs: startingWith(restored, fold(before, restored), (state) => run(state, signal)),
    rowStep: (executionId) => ({ reopen: { ...opening, startExecutionId: executionId } }),
  };
}

/** The run on the state after a change, with the change in front of its first outputs. */
async function* startingWith(change: Change, after: SessionState, run: (state: SessionState) => Outputs): Outputs {
  const outputs = run(after);
  try {
    const first = await outputs.next();
    if (first.done) return first.value;
    yield [change, ...first.value] satisfies readonly Output[];
    return yield* outputs;
  } finally {
    await outputs.return({ ending: 'aborted' });
  }
}
