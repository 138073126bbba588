import { randomUUID } from 'node:crypto';
import type { LogEntry } from '@octavus/core';
import type { Change } from '@octavus/engine';
import type {
  Agent,
  AgentVersion,
  ApiKey,
  LeaseStep,
  Project,
  SessionCommit,
  SessionRow,
  Storage,
  StoredFile,
} from '../../src/storage/storage.ts';

/** A test on a storage of its own, and where its database is. */
export type TestStorage = (title: string, work: (storage: Storage, url: string) => Promise<void>) => void;

/** The moment in which the tests take place. */
export const now = 1_772_616_600_000;

/** Names one that no other test uses. */
export function anId(): string {
  return randomUUID().replaceAll('-', '');
}

export function aProject(overrides: Partial<Project> = {}): Project {
  return { id: anId(), slug: anId(), name: 'Nursery', createdAt: now, ...overrides };
}

export function aKey(projectId: string, overrides: Partial<ApiKey> = {}): ApiKey {
  return {
    id: anId(),
    projectId,
    name: 'ci',
    prefix: 'oct_sk_abcde',
    digest: anId(),
    permissions: ['agents', 'sessions'],
    createdAt: now,
    lastUsedAt: undefined,
    expiresAt: undefined,
    revokedAt: undefined,
    ...overrides,
  };
}

export function anAgent(projectId: string, overrides: Partial<Agent> = {}): Agent {
  return {
    id: anId(),
    projectId,
    slug: 'greenhouse-guide',
    name: 'Greenhouse Guide',
    description: undefined,
    format: 'interactive',
    version: 1,
    createdAt: now,
    updatedAt: now,
    archivedAt: undefined,
    ...overrides,
  };
}

export function aVersion(
  { id, version, slug, name, format }: Agent,
  overrides: Partial<AgentVersion> = {},
): AgentVersion {
  return {
    agentId: id,
    version,
    settings: { slug, name, format },
    protocol: 'agent:\n  model: offline/echo\n',
    prompts: [{ name: 'system', content: 'You look after {{VISITOR}} — 🌿' }],
    references: [{ name: 'frost-dates', description: 'First and last frost', content: '# Frost\n' }],
    createdAt: now,
    ...overrides,
  };
}

export function aSession(agent: Agent, overrides: Partial<SessionRow> = {}): SessionRow {
  return {
    id: anId(),
    projectId: agent.projectId,
    agentId: agent.id,
    kind: 'interactive',
    status: 'active',
    input: { NURSERY_NAME: 'Larkspur' },
    opening: { variables: { COUNT: 0 }, resources: {} },
    journalLength: 0,
    execution: undefined,
    createdAt: now,
    updatedAt: now,
    lastActivityAt: now,
    ...overrides,
  };
}

/** An upload that has not arrived. */
export function aFile({ id: sessionId, projectId }: SessionRow, overrides: Partial<StoredFile> = {}): StoredFile {
  return {
    id: anId(),
    projectId,
    sessionId,
    filename: 'fern “sick”.png',
    mediaType: 'image/png',
    sizeBytes: 2 ** 33,
    createdAt: now,
    uploadedAt: undefined,
    checkAt: now + 900_000,
    ...overrides,
  };
}

/** A project with an agent. */
export async function storedAgent(storage: Storage, overrides: Partial<Agent> = {}): Promise<Agent> {
  const project = aProject();
  await storage.projects.create(project);
  const agent = anAgent(project.id, overrides);
  await storage.agents.create(agent, aVersion(agent));
  return agent;
}

/** `count` sessions of one agent. */
export async function storedSessions(storage: Storage, count: number): Promise<SessionRow[]> {
  const agent = await storedAgent(storage);
  const sessions = Array.from({ length: count }, () => aSession(agent));
  await Promise.all(sessions.map((session) => storage.sessions.create(session)));
  return sessions;
}

export async function storedSession(storage: Storage): Promise<SessionRow> {
  const [session] = await storedSessions(storage, 1);
  return session!;
}

export function aChange(value: number | string): Change {
  return { change: 'variable-set', name: 'COUNT', value };
}

export function aLogEntry(id: string, type = 'message'): LogEntry {
  return { id, type, timestamp: new Date(now).toISOString() };
}

interface CommitOptions {
  readonly length: number;
  readonly kind: LeaseStep['kind'];
  readonly nodeId: string;
  readonly at: number;
  readonly changes: readonly Change[];
  readonly log: readonly LogEntry[];
  readonly set: Partial<SessionCommit['set']>;
}

/** A claim by `node-a` on an empty journal, with one change, unless told otherwise. */
export function aCommit({ id }: { id: string }, options: Partial<CommitOptions> = {}): SessionCommit {
  const { length = 0, kind = 'claim', nodeId = 'node-a', at = now, log = [], set = {} } = options;
  return {
    sessionId: id,
    expectedLength: length,
    changes: options.changes ?? [aChange(length)],
    log,
    lease: { kind, nodeId, now: at },
    set: { updatedAt: at, ...set },
  };
}

/** A commit that changes nothing but the lease; its outcome tells who may write. */
export async function outcomeOf(storage: Storage, commit: SessionCommit): Promise<'committed' | 'conflict'> {
  const [outcome] = await storage.sessions.commit([commit]);
  return outcome!;
}
