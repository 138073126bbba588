import { type ExecuteWorkerBody, OctavusError } from '@octavus/core';
import { normaliseTools, runWorker } from '@octavus/engine';
import { newSession, prepareOpening } from '../sessions/new-session.ts';
import type { Agent, SessionWithAgent } from '../storage/storage.ts';
import { assertAwaited, prepareContinuation } from './accept.ts';
import { type ExecutionParts, hasExpired } from './execution-parts.ts';
import type { ExecuteRequest, Leg } from './executions.ts';
import { openEmpty } from './open-empty.ts';
import { openLeg, type Turn, tryOpenLeg } from './open-leg.ts';
import { portsFor } from './worker-ports.ts';

type StartBody = Extract<ExecuteWorkerBody, { type: 'start' }>;
type ContinueBody = Extract<ExecuteWorkerBody, { type: 'continue' }>;

/** Runs a worker agent on its own, or continues such a run (http-api.md 8). */
export async function executeWorker(request: ExecuteRequest, parts: ExecutionParts): Promise<Leg> {
  const { body } = request;
  const agent = await findWorkerAgent(request, parts);
  return body.type === 'start' ? startRun(request, body, agent, parts) : continueRun(request, body, agent, parts);
}

/** @throws OctavusError NOT_FOUND, for an archived agent only where a run is to start; VALIDATION_ERROR for another kind of agent. */
async function findWorkerAgent(
  { projectId, agent: { key, by }, body }: ExecuteRequest,
  { storage: { agents } }: ExecutionParts,
): Promise<Agent> {
  const agent = by === 'slug' ? await agents.findBySlug(projectId, key) : await agents.find(projectId, key);
  const isGone = agent?.archivedAt !== undefined && body.type === 'start';
  if (!agent || isGone) throw new OctavusError('NOT_FOUND', { resource: 'Agent' });
  if (agent.format === 'worker') return agent;
  const message = 'This agent is not a worker: create a session and send triggers to it.';
  throw new OctavusError('VALIDATION_ERROR', {}, { message, issues: [{ path: 'id', message }] });
}

/** The run is a session whose id is the worker's and the execution's; it exists from the first commit on. */
async function startRun(request: ExecuteRequest, body: StartBody, agent: Agent, parts: ExecutionParts): Promise<Leg> {
  const { scope, requestId, isTraced } = request;
  const opening = await prepareOpening(parts, agent, { input: body.input, scope });
  const definition = await parts.definitions.get(agent.id, agent.version);
  const { ids, clock } = parts.ports;
  const row = newSession(agent, opening, { id: ids.resource(), kind: 'worker', now: clock.now() });
  const session = { ...row, agent: { version: agent.version, isArchived: false } };
  const state = openEmpty(row);
  const dynamicTools = normaliseTools(body.dynamicToolSchemas ?? []);
  const run = { state, definition, agentVersion: agent.version, dynamicTools, isTraced, requestId };
  const lock = await parts.locks.acquire(row.id);
  const prepareTurn = async (_session: SessionWithAgent, signal: AbortSignal): Promise<Turn> => ({
    kind: 'run',
    state,
    outputs: runWorker(run, portsFor(request, row.id, parts), signal),
    rowStep: () => ({ create: row }),
  });
  try {
    return await tryOpenLeg(request, { session, lock, prepareTurn }, parts);
  } catch (error) {
    lock[Symbol.dispose]();
    throw error;
  }
}

async function continueRun(
  request: ExecuteRequest,
  { executionId, toolResults }: ContinueBody,
  agent: Agent,
  parts: ExecutionParts,
): Promise<Leg> {
  const reload = () => getRun(request.projectId, { executionId, agentId: agent.id }, parts);
  const session = await reload();
  const body = { kind: 'continuation' as const, executionId, toolResults };
  const prepareTurn = await prepareContinuation(request, body, session, parts);
  const lock = await parts.locks.acquire(session.id);
  try {
    assertAwaited(request.signal);
    const current = lock.hasWaited ? await reload() : session;
    return await openLeg(request, { session: current, lock, reload, prepareTurn }, parts);
  } catch (error) {
    lock[Symbol.dispose]();
    throw error;
  }
}

/** @throws OctavusError EXECUTION_NOT_FOUND, also for the run of another agent; SESSION_EXPIRED */
async function getRun(
  projectId: string,
  { executionId, agentId }: { readonly executionId: string; readonly agentId: string },
  parts: ExecutionParts,
): Promise<SessionWithAgent> {
  const row = await parts.storage.sessions.find(projectId, executionId);
  if (row?.kind !== 'worker' || row.agentId !== agentId) throw new OctavusError('EXECUTION_NOT_FOUND');
  if (hasExpired(row, parts)) throw new OctavusError('SESSION_EXPIRED');
  return row;
}
