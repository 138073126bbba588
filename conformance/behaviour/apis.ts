import { json, stream } from '../support/scripted-server.ts';
import { delta, finish, type Scenario, type Sdk, type Setting } from './scenario.ts';

const agent = {
  id: 'a1',
  slug: 'desk',
  name: 'Desk',
  description: null,
  format: 'interactive',
  createdAt: '2026-01-01T00:00:00.000Z',
  updatedAt: '2026-01-01T00:00:00.000Z',
  projectId: 'p1',
};
const message = { id: 'm', role: 'user', parts: [], status: 'done', createdAt: '2026-01-01T00:00:00.000Z' };
const expired = { sessionId: 's1', agentId: 'a1', status: 'expired', createdAt: '2026-01-01T00:00:00.000Z' };

/** What a call gives and what it sent. */
async function call({ client, requests }: Setting, run: (client: Setting['client']) => Promise<unknown>) {
  const value = await run(client).catch((error: Error & { status?: number; code?: string }) => ({
    thrown: error.name,
    status: error.status,
    code: error.code,
    message: error.name === 'ApiError' ? error.message : undefined,
  }));
  return { value, sent: requests.map(({ method, path, body }) => ({ method, path, body })) };
}

const apiScenario = (
  name: string,
  body: unknown,
  run: (client: Setting['client']) => Promise<unknown>,
  status = 200,
): Scenario => ({
  name,
  answers: [json(status, body)],
  run: (_, setting) => call(setting, run),
});

const pure = (name: string, run: (sdk: Sdk) => unknown): Scenario => ({ name, run });

const textOf = async (sdk: Sdk, events: AsyncIterable<never>) => new Response(sdk.toSSEStream(events)).text();
async function* eventsOf(...events: readonly object[]): AsyncGenerator<never> {
  yield* events as never[];
}
const errorOf = (sdk: Sdk, errorType: string, source = 'platform') =>
  new sdk.OctavusError({ errorType, message: 'm', source, retryable: true } as never);

/** Everything that is not a session's stream. */
export const apiScenarios: readonly Scenario[] = [
  apiScenario('agents are listed', { agents: [agent] }, (client) => client.agents.list()),
  apiScenario(
    'an agent is read',
    {
      id: 'a1',
      settings: { slug: 'desk', name: 'Desk', format: 'worker' },
      protocol: '',
      prompts: [{ name: 'p', content: 'c' }],
    },
    (client) => client.agents.get('a1'),
  ),
  apiScenario(
    'a session is created',
    { sessionId: 's1' },
    (client) => client.agentSessions.create('a1', { A: 1 }),
    201,
  ),
  apiScenario(
    'a session is created without input',
    { sessionId: 's1' },
    (client) => client.agentSessions.create('a1'),
    201,
  ),
  apiScenario('an expired session', expired, (client) => client.agentSessions.get('s1')),
  apiScenario('messages', { sessionId: 's1', agentId: 'a1', messages: [message] }, (client) =>
    client.agentSessions.getMessages('s1'),
  ),
  apiScenario('a restore', { sessionId: 's1', restored: true }, (client) =>
    client.agentSessions.restore('s1', [{ ...message, createdAt: new Date(0) }] as never, { A: 1 }),
  ),
  apiScenario(
    'upload addresses',
    { files: [{ id: 'f', uploadUrl: 'http://u/', downloadUrl: 'http://d/' }] },
    (client) => client.files.getUploadUrls('s1', [{ filename: 'a', mediaType: 'b/c', size: 1 }]),
  ),
  apiScenario('a flat error', { error: 'Bad key', code: 'UNAUTHORIZED' }, (client) => client.agents.list(), 401),
  apiScenario('an answer of another shape', { agents: [{}] }, (client) => client.agents.list()),
  {
    ...apiScenario(
      'a nested error',
      { error: { code: 'UNAUTHORIZED', message: 'Bad key' } },
      (client) => client.agents.list(),
      401,
    ),
    run: async (_, setting) => (await call(setting, (client) => client.agents.list())).value,
    differs: {
      published: { thrown: 'ApiError', status: 401, message: 'Request failed: Unauthorized' },
      ours: { thrown: 'ApiError', status: 401, code: 'UNAUTHORIZED', message: 'Bad key' },
      because: 'the shape of the REST documentation is understood too',
    },
  },
  {
    name: 'headers',
    answers: [json(200, { agents: [] })],
    run: async (_, { client, requests }) => {
      await client.agents.list();
      const {
        authorization,
        'content-type': type,
        'x-octavus-sdk-version': version = null,
      } = requests[0]?.headers ?? {};
      return {
        authorization,
        type,
        version,
        getHeaders: client.getHeaders().Authorization,
        baseUrl: client.baseUrl.endsWith('/'),
      };
    },
    differs: {
      published: {
        authorization: 'Bearer key',
        type: 'application/json',
        version: null,
        getHeaders: 'Bearer key',
        baseUrl: false,
      },
      ours: {
        authorization: 'Bearer key',
        type: 'application/json',
        version: '4',
        getHeaders: 'Bearer key',
        baseUrl: false,
      },
      because: 'as in 6.x: the version asks for the current shapes',
    },
  },

  pure('events as an event stream', (sdk) => textOf(sdk, eventsOf(delta, finish))),
  pure('a source that throws', async (sdk) => {
    async function* broken(): AsyncGenerator<never> {
      yield delta as never;
      throw new Error('Broken');
    }
    return textOf(sdk, broken());
  }),
  {
    name: 'ids in paths',
    answers: [stream(finish)],
    run: async (_, { client, requests }) => {
      await Array.fromAsync(client.agentSessions.attach('a b/c').execute({ type: 'trigger', triggerName: 'x' }));
      return requests[0]?.path;
    },
    differs: {
      published: '/api/agent-sessions/a%20b/c/trigger',
      ours: '/api/agent-sessions/a%20b%2Fc/trigger',
      because: 'an id is one segment of the path',
    },
  },

  pure('application errors', (sdk) =>
    [
      new sdk.AppError('m', 'C'),
      new sdk.NotFoundError('Order', '7'),
      new sdk.ValidationError('m', [1]),
      new sdk.ConflictError('Agent', 'desk'),
      new sdk.ForbiddenError(),
    ].map(({ message: text, code, statusCode }) => ({ text, code, statusCode })),
  ),
  pure('the JSON of an error', (sdk) => errorOf(sdk, 'tool_error').toJSON()),
  pure('guards of errors', (sdk) =>
    [
      'authentication_error',
      'permission_error',
      'validation_error',
      'tool_error',
      'rate_limit_error',
      'internal_error',
    ].map((type) => {
      const error = errorOf(sdk, type);
      return [
        sdk.isRateLimitError(error),
        sdk.isAuthenticationError(error),
        sdk.isProviderError(error),
        sdk.isToolError(error),
        sdk.isValidationError(error),
        sdk.isRetryableError(error),
        sdk.OctavusError.isInstance(error),
      ];
    }),
  ),
  {
    ...pure('a used-up budget is a rate limit', (sdk) => sdk.isRateLimitError(errorOf(sdk, 'quota_exceeded_error'))),
    differs: { published: true, ours: false, because: 'as in 6.x: waiting does not help' },
  },
  pure('error events', (sdk) => [
    sdk.createErrorEvent({ errorType: 'tool_error', message: 'm', source: 'tool' }),
    sdk.createInternalErrorEvent('m'),
    sdk.errorToStreamEvent(errorOf(sdk, 'provider_error', 'provider')),
    ...[400, 401, 403, 404, 409, 429, 500, 503, 504].map((status) => sdk.createApiErrorEvent(status, 'm')),
  ]),
  pure('threads', (sdk) => [
    sdk.MAIN_THREAD,
    [undefined, 'main', 'side'].map((thread) => [
      sdk.resolveThread(thread),
      sdk.isMainThread(thread),
      sdk.threadForPart(thread) ?? null,
      sdk.isOtherThread(thread === undefined ? {} : { thread }),
    ]),
  ]),
  pure('files', (sdk) => {
    const file = { id: 'f', mediaType: 'a/b', url: 'u' };
    return [
      [file, { ...file, size: 1 }, { id: 'f' }, null].map((value) => sdk.isFileReference(value)),
      [[], [file], [{}], file, { length: 0 }].map((value) => sdk.isFileReferenceArray(value)),
    ];
  }),
  pure('ids', (sdk) => {
    const ids = Array.from({ length: 100 }, () => sdk.generateId());
    return [ids.every((id) => /^\d+-[0-9a-z]{1,7}$/.test(id)), new Set(ids).size];
  }),
  pure('skill tools', (sdk) => [
    sdk.isOctavusSkillTool('octavus_skill_run'),
    sdk.isOctavusSkillTool('find'),
    sdk.getSkillSlugFromToolCall('octavus_skill_run', { skill: 'pdf' }),
    sdk.getSkillSlugFromToolCall('find', { skill: 'pdf' }) ?? null,
  ]),
  pure('aborts', (sdk) =>
    [
      new DOMException('x', 'AbortError'),
      Object.assign(new Error('x'), { name: 'TimeoutError' }),
      new Error('x'),
      null,
    ].map((error) => sdk.isAbortError(error)),
  ),
  pure('messages that are checked', (sdk) =>
    [
      message,
      { ...message, role: 'system' },
      { ...message, parts: [{ type: 'text', text: 'x', status: 'done' }] },
      {},
      null,
    ].map((value) => sdk.safeParseUIMessage(value).success),
  ),
  {
    ...pure('a cancelled tool call in a message', (sdk) => {
      const part = { type: 'tool-call', toolCallId: 'c', toolName: 't', args: {}, status: 'cancelled' };
      return sdk.safeParseUIMessages([{ ...message, parts: [part] }]).success;
    }),
    differs: { published: false, ours: true, because: 'the type allows it, and histories hold it' },
  },
];
