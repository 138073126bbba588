export type * from '@octavus/core';
export {
  AppError,
  ConflictError,
  createApiErrorEvent,
  createErrorEvent,
  createInternalErrorEvent,
  errorToStreamEvent,
  ForbiddenError,
  generateId,
  getSkillSlugFromToolCall,
  isAbortError,
  isAuthenticationError,
  isFileReference,
  isFileReferenceArray,
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
  isValidationError,
  MAIN_THREAD,
  NotFoundError,
  OCTAVUS_SKILL_TOOLS,
  OctavusError,
  resolveThread,
  safeParseStreamEvent,
  safeParseUIMessage,
  safeParseUIMessages,
  threadForPart,
  ValidationError,
} from '@octavus/core';
export type { AgentTypes, AnyAgent, TriggerName } from './agent-types.ts';
export { OctavusChat } from './chat.ts';
export type { ChatSettings, ChatStatus, OctavusChatOptions, SendOptions, UserMessageInput } from './chat-options.ts';
export type { ClientToolContext, ClientToolHandler, InteractiveTool } from './client-tools.ts';
export { getText } from './get-text.ts';
export {
  createHttpTransport,
  type HttpEndpoint,
  type HttpRequest,
  type HttpRequestOptions,
  type HttpTransportOptions,
} from './transports/http.ts';
export { parseSSEStream } from './transports/parse-sse-stream.ts';
export { createPollingTransport, type PollingTransportOptions, type PollResult } from './transports/polling.ts';
export {
  createSocketTransport,
  isSocketTransport,
  type SocketTransport,
  type SocketTransportOptions,
} from './transports/socket.ts';
export type {
  ConnectionState,
  ConnectionStateListener,
  Reconnect,
  SocketLike,
} from './transports/socket-connection.ts';
export type {
  ChatControlSignal,
  ChatStreamItem,
  ContinueRequest,
  Transport,
  TriggerOptions,
  TriggerRequest,
} from './transports/transport.ts';
export {
  type RequestUploadUrls,
  type UploadFilesOptions,
  type UploadUrlsResponse,
  uploadFiles,
} from './uploads/upload-files.ts';
export type { UploadSettings } from './uploads/upload-settings.ts';
