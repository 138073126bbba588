import type { RecordedRequest, ScriptedAnswer } from '../scripted-server.ts';
import { deskProtocol } from '../temporary-folder.ts';

export const agentId = 'ca7k2m9qd4x1v8t3h6zw5n0p';
export const sessionId = 'cs5k2m9qd4x1v8t3h6zw5n0p';
export const key = 'oct_sk_0123456789abcdef';

/** What `anAgent('desk')` is on the server. */
const definition = {
  id: agentId,
  settings: { slug: 'desk', name: 'Front Desk', description: 'Greets', format: 'interactive' },
  protocol: deskProtocol,
  prompts: [
    { name: 'system', content: 'You greet guests.\n' },
    { name: 'user-message', content: '{{USER_MESSAGE}}\n' },
  ],
  references: [],
};
const times = { createdAt: '2026-02-11T08:00:00.000Z', updatedAt: '2026-03-01T16:20:05.412Z' };
const summary = {
  ...{ slug: 'desk', id: agentId, name: 'Front Desk', description: null, format: 'interactive' },
  ...{ ...times, projectId: 'cp0larkspur00000000000aa' },
};
const session = {
  ...{ id: sessionId, agent: { id: agentId, slug: 'desk', name: 'Front Desk', isArchived: false } },
  ...{ kind: 'interactive', status: 'idle', createdAt: times.createdAt, lastActivityAt: times.updatedAt },
};
const message = {
  ...{ id: 'm1', role: 'assistant', status: 'done', createdAt: times.createdAt },
  parts: [{ type: 'text', text: 'Good morning', status: 'done' }],
};
const skill = {
  ...{ id: 'ck6w3b8q5x0m2tr2d7y4n9h1', slug: 'packer', description: 'Packs', version: '1.0.0', visibility: 'private' },
  ...{ fileCount: 1, ...times },
};
/** A ZIP archive with one file. */
const archive = Buffer.from(
  'UEsDBBQAAAAAAAAAIVAAAAAAAAAAAAAAAAAFAAAAYS50eHRQSwECFAAUAAAAAAAAACFQAAAAAAAAAAAAAAAABQAAAAAAAAAAAAAAAAAAAAAAYS50eHRQSwUGAAAAAAEAAQAzAAAAIwAAAAAA',
  'base64',
);
const events = [
  { type: 'start', messageId: 'm1', executionId: 'exec_1', sessionId },
  { type: 'text-start', id: 't1' },
  { type: 'text-delta', id: 't1', delta: 'Good morning' },
  { type: 'text-end', id: 't1' },
  { type: 'finish', finishReason: 'stop', executionId: 'exec_1' },
];

type Answers = Readonly<Record<string, ScriptedAnswer>>;

const agent = `/api/agents/desk?by=slug`;
const one = `/api/agent-sessions/${sessionId}`;

/** What a healthy server answers, by method and path. */
function answers(url: string): Answers {
  const changed = { body: { agentId, message: 'Done' } };
  return {
    'GET /healthz': { body: { status: 'ok' } },
    'GET /readyz': { body: { status: 'ready' } },
    'POST /api/agents/validate': {
      body: {
        valid: true,
        errors: [],
        warnings: [{ message: 'Resources are deprecated', path: 'resources', severity: 'warning' }],
      },
    },
    'GET /api/agents': { body: { agents: [summary] } },
    [`GET ${agent}`]: { body: definition },
    [`GET /api/agents/${agentId}?by=slug`]: { status: 404, body: { error: 'Agent not found', code: 'NOT_FOUND' } },
    [`PATCH ${agent}`]: changed,
    [`DELETE ${agent}`]: changed,
    'GET /api/agent-sessions': { body: { sessions: [session] } },
    'POST /api/agent-sessions': { status: 201, body: { sessionId } },
    'GET /api/agent-sessions/none': { status: 404, body: { error: 'Session not found', code: 'NOT_FOUND' } },
    [`GET ${one}?format=ui`]: { body: { sessionId, agentId, status: 'active', messages: [message] } },
    [`GET ${one}/logs`]: {
      body: {
        sessionId,
        entries: [{ id: 'e1', timestamp: times.createdAt, type: 'trigger', triggerName: 'user-message' }],
        total: 1,
        truncated: false,
      },
    },
    [`POST ${one}/trigger`]: {
      type: 'text/event-stream',
      body: events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join(''),
    },
    [`POST ${one}/restore`]: { body: { sessionId, restored: true } },
    [`POST ${one}/abort`]: { body: { sessionId, aborted: true } },
    [`DELETE ${one}`]: { body: { sessionId, cleared: true } },
    'POST /api/files/upload-urls': {
      body: { files: [{ id: 'file-1', uploadUrl: `${url}/upload`, downloadUrl: 'https://files.example/file-1' }] },
    },
    'PUT /upload': { body: '' },
    'POST /api/tokens': { status: 201, body: { token: 'oct_et_x.y', jti: 'jti_1', expiresAt: times.createdAt } },
    'POST /api/tokens/revoke': { body: { revoked: true, jti: 'jti_1' } },
    'GET /api/skills': { body: { skills: [skill] } },
    'POST /api/skills': { status: 201, body: { skillId: skill.id, slug: 'packer', created: true } },
    'GET /api/skills/packer/archive?by=slug': { type: 'application/zip', body: archive },
  };
}

/** A request that no script foresees is refused, which no transcript shows. */
export function succeed({ method, url }: RecordedRequest, serverUrl: string): ScriptedAnswer {
  return answers(serverUrl)[`${method} ${url}`] ?? { status: 501, body: { error: `Not scripted: ${method} ${url}` } };
}
