import * as core from '@octavus/core';
import { expect, expectTypeOf, test } from 'vitest';
import * as sdk from '../src/index.ts';

// Literal on purpose: a red pin asks whether you meant to change what users see.
test('the exported values are these', () => {
  expect(Object.keys(sdk).sort()).toEqual([
    'AgentSession',
    'AgentSessionsApi',
    'AgentsApi',
    'ApiError',
    'AppError',
    'CONTINUATION_BODY_RESERVE_BYTES',
    'ConflictError',
    'FilesApi',
    'ForbiddenError',
    'MAIN_THREAD',
    'MAX_CONTINUATION_BODY_BYTES',
    'NOT_A_VALID_IMAGE_NOTE',
    'NotFoundError',
    'OCTAVUS_INTERNAL_PREFIX',
    'OCTAVUS_INTERNAL_TOOLS',
    'OCTAVUS_MCP_TOOLS',
    'OCTAVUS_REFERENCE_TOOLS',
    'OCTAVUS_SKILL_TOOLS',
    'OctavusClient',
    'OctavusError',
    'Resource',
    'TokensApi',
    'ValidationError',
    'WorkerError',
    'WorkersApi',
    'WorkforceApi',
    'base64ByteLength',
    'collect',
    'createApiErrorEvent',
    'createErrorEvent',
    'createInlineMcpServer',
    'createInternalErrorEvent',
    'defineInlineMcpTool',
    'defineTool',
    'enforceToolResultsSize',
    'errorToStreamEvent',
    'extensionForMediaType',
    'findInlineMediaParts',
    'generateId',
    'getSkillSlugFromToolCall',
    'inlineMediaType',
    'isAbortError',
    'isAuthenticationError',
    'isDeviceProvider',
    'isDynamicMcpProvider',
    'isFileReference',
    'isFileReferenceArray',
    'isInlineMediaPart',
    'isMainThread',
    'isOctavusInternalTool',
    'isOctavusMcpTool',
    'isOctavusReferenceTool',
    'isOctavusSkillTool',
    'isOtherThread',
    'isProviderError',
    'isQuotaExceededError',
    'isRateLimitError',
    'isRetryableError',
    'isTerminalThreadStatus',
    'isToolError',
    'isTransientTransportError',
    'isTrimmedValue',
    'isValidationError',
    'normalizeToolInputSchema',
    'normalizeToolResultMedia',
    'normalizeToolResultOutputFiles',
    'pipeSSE',
    'resolveThread',
    'safeParseStreamEvent',
    'safeParseUIMessage',
    'safeParseUIMessages',
    'sniffImageMediaType',
    'sseHeaders',
    'stripInlineMediaData',
    'threadForPart',
    'toSSEResponse',
    'toSSEStream',
  ]);
});

test('what it exports of core is core, without schemas', () => {
  const ours = new Map(Object.entries(sdk));
  const shared = Object.entries(core).filter(([name]) => ours.has(name));
  for (const [name, value] of shared) expect(ours.get(name), name).toBe(value);
  expect(shared.filter(([, value]) => typeof value === 'object' && '_zod' in value)).toEqual([]);
});

test('a session is typed by its agent', () => {
  interface Desk {
    input: { NAME?: string };
    triggers: { 'user-message': { USER_MESSAGE: string }; wave: Record<string, never> };
    tools: { 'find-order': { order: string } };
  }
  const { agentSessions } = new sdk.OctavusClient({ baseUrl: 'http://localhost' });
  const session = agentSessions.attach<Desk>('s', { tools: { 'find-order': async ({ order }) => order.length } });
  session.trigger('user-message', { USER_MESSAGE: 'hi' });
  // @ts-expect-error no such trigger
  session.trigger('user-messages', {});
  // @ts-expect-error the input has another name
  session.execute({ type: 'trigger', triggerName: 'user-message', input: { MESSAGE: 'hi' } });
  // @ts-expect-error no such tool
  agentSessions.attach<Desk>('s', { tools: { 'find-orders': async () => 1 } });
  agentSessions.start<Desk>({ agentId: 'desk', input: { NAME: 'Ada' } });
  expectTypeOf(session.getSessionId()).toEqualTypeOf<string>();
  expectTypeOf(agentSessions.start({ agentId: 'desk' }).getSessionId()).toEqualTypeOf<string | undefined>();
  const plain: sdk.AgentSession = agentSessions.attach('s');
  expectTypeOf(plain.execute).parameter(0).toEqualTypeOf<sdk.SessionRequest>();
});

test('the messages of a session read as they are stored: a payload of another part type is absent', async () => {
  const { agentSessions } = new sdk.OctavusClient({ baseUrl: 'http://localhost' });
  type State = Awaited<ReturnType<typeof agentSessions.get>>;
  expectTypeOf<Extract<State, sdk.SessionState>>().toEqualTypeOf<sdk.SessionState>();
  expectTypeOf<sdk.SessionState['messages']>().toEqualTypeOf<sdk.ChatMessage[]>();
  const nameOf = ({ toolCall }: sdk.SessionState['messages'][number]['parts'][number]) => toolCall?.name;
  expectTypeOf(nameOf).returns.toEqualTypeOf<string | undefined>();
});
