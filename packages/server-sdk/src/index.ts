export type * from '@octavus/core';
export {
  AppError,
  base64ByteLength,
  ConflictError,
  createApiErrorEvent,
  createErrorEvent,
  createInternalErrorEvent,
  errorToStreamEvent,
  extensionForMediaType,
  ForbiddenError,
  findInlineMediaParts,
  generateId,
  getSkillSlugFromToolCall,
  inlineMediaType,
  isAbortError,
  isAuthenticationError,
  isDeviceProvider,
  isDynamicMcpProvider,
  isFileReference,
  isFileReferenceArray,
  isInlineMediaPart,
  isMainThread,
  isOctavusInternalTool,
  isOctavusMcpTool,
  isOctavusReferenceTool,
  isOctavusSkillTool,
  isOtherThread,
  isProviderError,
  isQuotaExceededError,
  isRateLimitError,
  isRetryableError,
  isToolError,
  isTransientTransportError,
  isTrimmedValue,
  isValidationError,
  MAIN_THREAD,
  NOT_A_VALID_IMAGE_NOTE,
  NotFoundError,
  normalizeToolInputSchema,
  OCTAVUS_INTERNAL_PREFIX,
  OCTAVUS_INTERNAL_TOOLS,
  OCTAVUS_MCP_TOOLS,
  OCTAVUS_REFERENCE_TOOLS,
  OCTAVUS_SKILL_TOOLS,
  OctavusError,
  resolveThread,
  safeParseStreamEvent,
  safeParseUIMessage,
  safeParseUIMessages,
  sniffImageMediaType,
  stripInlineMediaData,
  threadForPart,
  ValidationError,
} from '@octavus/core';
export {
  type AbortSessionResult,
  AgentSessionsApi,
  type AttachedSession,
  type ClearSessionResult,
  type GetLogsOptions,
  type RestoreSessionResult,
} from './api/agent-sessions.ts';
export { type Agent, type AgentDefinition, type AgentSettings, AgentsApi } from './api/agents.ts';
export { FilesApi, type FileUploadInfo, type FileUploadRequest, type UploadUrlsResponse } from './api/files.ts';
export type {
  ExecutionLogsResult,
  ExpiredSessionState,
  SessionState,
  SessionStatus,
  UISessionState,
} from './api/session-state.ts';
export { type MintTokenRequest, type MintTokenResponse, type RevokeTokenResponse, TokensApi } from './api/tokens.ts';
export {
  isTerminalThreadStatus,
  WorkforceApi,
  type WorkforceDispatchOptions,
  type WorkforceDispatchResult,
  type WorkforceRunOptions,
  type WorkforceThread,
  type WorkforceThreadStatus,
  type WorkforceWaitOptions,
} from './api/workforce.ts';
export { type HeadersFor, OctavusClient } from './client.ts';
export { type CollectedStream, collect } from './collect.ts';
export type {
  ApiConfig,
  ApiKeyProvider,
  CallbackErrorContext,
  OctavusClientConfig,
  RequestHeaders,
  StreamOptions,
} from './config.ts';
export { CONTINUATION_BODY_RESERVE_BYTES, MAX_CONTINUATION_BODY_BYTES } from './constants.ts';
export { ApiError } from './http/api-error.ts';
export { AgentSession } from './session/agent-session.ts';
export { Resource } from './session/resource.ts';
export type {
  AgentToolHandlers,
  AgentTypes,
  AnyAgent,
  ContinueRequest,
  DeferredStartConfig,
  SessionAttachOptions,
  SessionConfig,
  SessionRequest,
  SocketMessage,
  SocketMessageHandlers,
  StartSessionOptions,
  StopMessage,
  TriggerOptions,
  TriggerRequest,
} from './session/types.ts';
export { type NodeResponse, pipeSSE, toSSEResponse } from './sse/responses.ts';
export { sseHeaders, toSSEStream } from './sse/to-sse-stream.ts';
export { type DefineToolOptions, defineTool } from './tools/define-tool.ts';
export {
  createInlineMcpServer,
  defineInlineMcpTool,
  type InlineMcpTool,
  type ToolDefinition,
} from './tools/inline-mcp.ts';
export {
  type EnforceToolResultsSizeResult,
  enforceToolResultsSize,
  type ToolResultTruncation,
} from './tools/limit-results.ts';
export { normalizeToolResultMedia, normalizeToolResultOutputFiles } from './tools/upload-results.ts';
export { WorkerError, type WorkerErrorDetails } from './workers/worker-error.ts';
export {
  type WorkerContinueRequest,
  type WorkerExecuteOptions,
  type WorkerGenerateResult,
  type WorkerRequest,
  type WorkerStartRequest,
  WorkersApi,
} from './workers/workers.ts';
