import {
  OctavusError,
  type WorkforceAcceptedResponse,
  type WorkforceMessageBody,
  type WorkforceStatus,
  type WorkforceThreadResponse,
} from '@octavus/core';
import { type Clock, checkTrigger, type Ids } from '@octavus/engine';
import type { Reach } from '../access/scope.ts';
import type { AgentDefinitions } from '../agents/definitions.ts';
import type { FileService } from '../files/files.ts';
import { newSession, type OpeningParts, prepareOpening } from '../sessions/new-session.ts';
import type { SessionService } from '../sessions/sessions.ts';
import type { Agent, SessionWithAgent, Storage } from '../storage/storage.ts';
import type { ThreadMessage } from '../storage/workforce.ts';
import { toThreadTrigger } from './thread-input.ts';
import type { ThreadRunner } from './thread-runner.ts';

/** Conversations with an agent that nobody waits for: messages are queued, runs go on by themselves (http-api.md 11). */
export interface ThreadService {
  /** Queues the first message of a new thread. @throws OctavusError NOT_FOUND, VALIDATION_ERROR */
  start(reach: Reach, agentId: string, body: WorkforceMessageBody): Promise<WorkforceAcceptedResponse>;
  /** Queues another message. @throws OctavusError NOT_FOUND, VALIDATION_ERROR */
  followUp(reach: Reach, key: ThreadKey, body: WorkforceMessageBody): Promise<WorkforceAcceptedResponse>;
  /** Messages in the v4 shape. @throws OctavusError NOT_FOUND */
  get(reach: Reach, key: ThreadKey): Promise<WorkforceThreadResponse>;
}

export interface ThreadKey {
  readonly agentId: string;
  readonly threadId: string;
}

interface ThreadServiceOptions {
  readonly storage: Pick<Storage, 'agents' | 'sessions' | 'threadRuns'>;
  readonly definitions: AgentDefinitions;
  readonly files: Pick<FileService, 'resolve'>;
  readonly sessions: Pick<SessionService, 'get'>;
  readonly runner: Pick<ThreadRunner, 'wake'>;
  readonly ports: OpeningParts['ports'];
  readonly ids: Pick<Ids, 'resource'>;
  readonly clock: Pick<Clock, 'now'>;
}

export function createThreadService(options: ThreadServiceOptions): ThreadService {
  const { storage, definitions, files, ports, sessions, runner, ids, clock } = options;

  async function getAgent(projectId: string, agentId: string): Promise<Agent> {
    const agent = await storage.agents.find(projectId, agentId);
    if (!agent || agent.archivedAt !== undefined) throw new OctavusError('NOT_FOUND', { resource: 'Agent' });
    if (agent.format === 'interactive') return agent;
    throw new OctavusError(
      'VALIDATION_ERROR',
      {},
      { message: 'This agent is a worker: it has no threads. Execute it instead.' },
    );
  }

  async function getThread(projectId: string, { agentId, threadId }: ThreadKey): Promise<SessionWithAgent> {
    const row = await storage.sessions.find(projectId, threadId);
    if (row?.kind === 'thread' && row.agentId === agentId && row.status === 'active') return row;
    throw new OctavusError('NOT_FOUND', { resource: 'Thread' });
  }

  /** The message with its files as we know them, once it is sure that the agent takes it. */
  async function checkMessage(reach: Reach, agent: Agent, body: WorkforceMessageBody): Promise<ThreadMessage> {
    const message = { message: body.message, files: await files.resolve(reach, body.files ?? [], 'files') };
    const definition = await definitions.get(agent.id, agent.version);
    checkTrigger(definition, toThreadTrigger(definition, message));
    return message;
  }

  return {
    start: async (reach, agentId, body) => {
      const agent = await getAgent(reach.projectId, agentId);
      const message = await checkMessage(reach, agent, body);
      const opening = await prepareOpening({ definitions, files, ports }, agent, {});
      const session = newSession(agent, opening, { id: ids.resource(), kind: 'thread', now: clock.now() });
      await storage.threadRuns.createThread(session, message);
      runner.wake(session.id);
      return { threadId: session.id, status: 'pending' };
    },
    followUp: async (reach, key, body) => {
      const agent = await getAgent(reach.projectId, key.agentId);
      const { id } = await getThread(reach.projectId, key);
      const added = await storage.threadRuns.add(id, await checkMessage(reach, agent, body), clock.now());
      if (!added) throw new OctavusError('NOT_FOUND', { resource: 'Thread' });
      runner.wake(id);
      return { threadId: id, status: added.isQueued ? 'queued' : 'running' };
    },
    get: async ({ projectId }, key) => {
      const { id } = await getThread(projectId, key);
      // Read first: messages may be newer than the status, never the other way round.
      const run = await storage.threadRuns.findCurrent(id);
      const session = await sessions.get(projectId, id, 'ui');
      if (session.status === 'expired') throw new OctavusError('NOT_FOUND', { resource: 'Thread' });
      const status: WorkforceStatus = run?.status ?? 'idle';
      const failureReason = status === 'failed' ? (run?.failureReason ?? interrupted) : null;
      return { threadId: id, status, failureReason, messages: session.messages };
    },
  };
}

/** What a caller is told of a run that a crash cut short. */
export const interrupted = 'The run was interrupted';
