export {
  type AgentChangedResponse,
  type AgentDefinitionResponse,
  type AgentDiagnostic,
  type AgentFormat,
  type AgentPrompt,
  type AgentQuery,
  type AgentReference,
  type AgentSummary,
  agentChangedResponseSchema,
  agentDefinitionResponseSchema,
  agentDiagnosticSchema,
  agentFormatSchema,
  agentLimits,
  agentPromptSchema,
  agentQuerySchema,
  agentReferenceSchema,
  agentSummarySchema,
  type CreateAgentBody,
  createAgentBodySchema,
  type ListAgentsResponse,
  listAgentsResponseSchema,
  slugPattern,
  type UpdateAgentBody,
  updateAgentBodySchema,
  type ValidateAgentResponse,
  validateAgentBodySchema,
  validateAgentResponseSchema,
} from './api/agents.ts';
export { errorBodySchema, errorIssueSchema, flatErrorBodySchema, nestedErrorBodySchema } from './api/errors.ts';
export {
  type FileUploadInfo,
  fileLimits,
  fileUploadInfoSchema,
  mediaTypePattern,
  type UploadUrlsBody,
  type UploadUrlsResponse,
  uploadUrlsBodySchema,
  uploadUrlsResponseSchema,
} from './api/files.ts';
export {
  type LogEntry,
  type LogEntryType,
  type Logs,
  type LogsQuery,
  logEntrySchema,
  logEntryTypes,
  logsQuerySchema,
  logsResponseSchema,
  logsSchema,
  maxLogEntries,
  type TrimmedValue,
} from './api/logs.ts';
export { type ListModelsResponse, listModelsResponseSchema } from './api/models.ts';
export {
  type AbortSessionResponse,
  abortSessionResponseSchema,
  type ClearSessionResponse,
  type CreateSessionBody,
  type CreateSessionResponse,
  clearSessionResponseSchema,
  createSessionBodySchema,
  createSessionResponseSchema,
  type ExpiredSessionState,
  expiredSessionStateSchema,
  getSessionResponseSchema,
  type ListedSession,
  type ListSessionsResponse,
  listedSessionSchema,
  listSessionsResponseSchema,
  type RestoreSessionBody,
  type RestoreSessionResponse,
  restoreSessionBodySchema,
  restoreSessionResponseSchema,
  type SessionExecution,
  type SessionListQuery,
  type SessionQuery,
  type SessionState,
  type SessionStatus,
  sessionExecutionSchema,
  sessionListQuerySchema,
  sessionPageLimits,
  sessionQuerySchema,
  sessionStateSchema,
  sessionStatuses,
  type UISessionStateJson,
  uiSessionStateSchema,
} from './api/sessions.ts';
export {
  type ListSkillsResponse,
  listSkillsResponseSchema,
  type SkillMatter,
  type SkillSecretsBody,
  type SkillSecretsResponse,
  type SkillSummary,
  secretNamePattern,
  skillLimits,
  skillMatterSchema,
  skillSecretsBodySchema,
  skillSecretsResponseSchema,
  skillSummarySchema,
  type UploadSkillFields,
  type UploadSkillResponse,
  uploadSkillFieldsSchema,
  uploadSkillResponseSchema,
} from './api/skills.ts';
export {
  type MintTokenBody,
  type MintTokenResponse,
  mintTokenBodySchema,
  mintTokenResponseSchema,
  type RevokeTokenBody,
  type RevokeTokenResponse,
  revokeTokenBodySchema,
  revokeTokenResponseSchema,
  tokenTtl,
} from './api/tokens.ts';
export {
  type ContinuationRequest,
  dynamicToolSchemasBodySchema,
  fileReferenceBodySchema,
  type StartSessionBody,
  senderBodySchema,
  startSessionBodySchema,
  type ToolResultBody,
  type TriggerBody,
  type TriggerRequest,
  toolResultBodySchema,
  toolResultsBodySchema,
  triggerBodySchema,
  triggerLimits,
} from './api/triggers.ts';
export { type ExecuteWorkerBody, executeWorkerBodySchema } from './api/workers.ts';
export {
  type WorkforceAcceptedResponse,
  type WorkforceMessageBody,
  type WorkforceStatus,
  type WorkforceThreadResponse,
  workforceAcceptedResponseSchema,
  workforceLimits,
  workforceMessageBodySchema,
  workforceStatusSchema,
  workforceThreadResponseSchema,
} from './api/workforce.ts';
export { type DisplayMode, displayModeSchema, displayModes } from './display-mode.ts';
export { AppError, ConflictError, ForbiddenError, NotFoundError, ValidationError } from './errors/app-error.ts';
export { type ErrorCode, type ErrorEntry, errorCatalogue, isErrorCode } from './errors/catalogue.ts';
export {
  createApiErrorEvent,
  createErrorEvent,
  createInternalErrorEvent,
  errorToStreamEvent,
} from './errors/create-error-event.ts';
export { type CodedErrorEvent, type DescribedErrorEvent, errorEvent } from './errors/error-event.ts';
export {
  isAuthenticationError,
  isProviderError,
  isQuotaExceededError,
  isRateLimitError,
  isRetryableError,
  isToolError,
  isValidationError,
} from './errors/error-kinds.ts';
export type { ErrorDetails } from './errors/message-template.ts';
export {
  type CodedErrorOptions,
  type CreateErrorEventOptions,
  type ErrorIssue,
  OctavusError,
  type OctavusErrorOptions,
} from './errors/octavus-error.ts';
export {
  type ErrorBody,
  type ErrorFormat,
  type FlatErrorBody,
  type NestedErrorBody,
  serializeError,
} from './errors/serialize.ts';
export { errorTypeOfStatus } from './errors/status.ts';
export {
  type SentErrorType,
  type StreamErrorCode,
  type StreamErrorEntry,
  streamErrorCatalogue,
} from './errors/stream-catalogue.ts';
export { isAbortError, isTransientTransportError } from './errors/transport-error.ts';
export {
  type BlockEndEvent,
  type BlockStartEvent,
  blockEndEventSchema,
  blockStartEventSchema,
} from './events/block.ts';
export {
  type FileAvailableEvent,
  fileAvailableEventSchema,
  type ResourceUpdateEvent,
  resourceUpdateEventSchema,
  type SourceDocumentEvent,
  type SourceEvent,
  type SourceUrlEvent,
  sourceDocumentEventSchema,
  sourceEventSchema,
  sourceUrlEventSchema,
  type TodoUpdateEvent,
  todoUpdateEventSchema,
} from './events/content.ts';
export {
  type ErrorEvent,
  type ErrorSource,
  type ErrorType,
  errorEventSchema,
  errorSourceSchema,
  errorTypeSchema,
  errorTypes,
  type ProviderErrorInfo,
  providerErrorInfoSchema,
  type ToolErrorInfo,
  toolErrorInfoSchema,
} from './events/error.ts';
export { type StreamEvent, type StreamEventType, streamEventSchema } from './events/index.ts';
export {
  type FinishEvent,
  type FinishReason,
  finishEventSchema,
  finishReasonSchema,
  finishReasons,
  type StartEvent,
  startEventSchema,
} from './events/lifecycle.ts';
export {
  type ReasoningDeltaEvent,
  type ReasoningEndEvent,
  type ReasoningStartEvent,
  reasoningDeltaEventSchema,
  reasoningEndEventSchema,
  reasoningStartEventSchema,
} from './events/reasoning.ts';
export {
  type TextDeltaEvent,
  type TextEndEvent,
  type TextStartEvent,
  textDeltaEventSchema,
  textEndEventSchema,
  textStartEventSchema,
} from './events/text.ts';
export {
  type ClientToolRequestEvent,
  clientToolRequestEventSchema,
  type PendingToolCall,
  pendingToolCallSchema,
  type ToolInputAvailableEvent,
  type ToolInputDeltaEvent,
  type ToolInputEndEvent,
  type ToolInputStartEvent,
  type ToolOutputAvailableEvent,
  type ToolOutputErrorEvent,
  type ToolRequestEvent,
  toolInputAvailableEventSchema,
  toolInputDeltaEventSchema,
  toolInputEndEventSchema,
  toolInputStartEventSchema,
  toolOutputAvailableEventSchema,
  toolOutputErrorEventSchema,
  toolRequestEventSchema,
} from './events/tool.ts';
export {
  type UsageEvent,
  usageEventSchema,
  type WorkerExecutionCost,
  type WorkerExecutionTokens,
  workerExecutionCostSchema,
  workerExecutionTokensSchema,
} from './events/usage.ts';
export {
  type WorkerInputDeltaEvent,
  type WorkerInputReadyEvent,
  type WorkerInputStartEvent,
  type WorkerResultEvent,
  type WorkerStartEvent,
  workerInputDeltaEventSchema,
  workerInputReadyEventSchema,
  workerInputStartEventSchema,
  workerResultEventSchema,
  workerStartEventSchema,
} from './events/worker.ts';
export { generateId } from './generate-id.ts';
export { createIds, type Ids, idPattern, idPatterns, idSchema, isId } from './ids.ts';
export * from './language-model/index.ts';
export * from './logs/execution-log.ts';
export * from './media/inline-media.ts';
export { extensionForMediaType, sniffImageMediaType } from './media/media-types.ts';
export * from './media-model/index.ts';
export { type ChatMessage, chatMessageSchema, type MessageRole, messageRoleSchema } from './messages/chat-message.ts';
export {
  type FileInfo,
  type FileReference,
  type FileReference as GeneratedFile,
  fileInfoSchema,
  fileReferenceSchema,
} from './messages/file-reference.ts';
export {
  type FilePart,
  filePartSchema,
  type MessagePart,
  type MessagePartType,
  messagePartSchema,
  type NestedMessagePart,
  nestedPartSchema,
  type ObjectInfo,
  type ObjectPart,
  type OperationInfo,
  type OperationPart,
  objectInfoSchema,
  objectPartSchema,
  operationInfoSchema,
  operationPartSchema,
  type ReasoningPart,
  reasoningPartSchema,
  type SourcePart,
  type StepStartPart,
  sourcePartSchema,
  stepStartPartSchema,
  type TextPart,
  type TodoPart,
  type ToolCallInfo,
  type ToolCallPart,
  type ToolCallStatus,
  textPartSchema,
  todoPartSchema,
  toolCallInfoSchema,
  toolCallPartSchema,
  toolCallStatusSchema,
  type WorkerPart,
  type WorkerPartInfo,
  workerPartInfoSchema,
  workerPartSchema,
} from './messages/part.ts';
export { type ProviderMetadata, providerMetadataSchema } from './messages/provider-metadata.ts';
export { maxRestoreMessages, restoreMessagesSchema } from './messages/restore.ts';
export {
  type Sender,
  type Sender as UIMessageSender,
  senderSchema,
  senderSchema as uiMessageSenderSchema,
} from './messages/sender.ts';
export {
  type SourceDocumentInfo,
  type SourceInfo,
  type SourceUrlInfo,
  sourceDocumentInfoSchema,
  sourceInfoSchema,
  sourceUrlInfoSchema,
} from './messages/source-info.ts';
export {
  type TodoInfo,
  type TodoItem,
  type TodoItem as UITodoItem,
  type TodoItemStatus,
  todoInfoSchema,
  todoItemSchema,
  todoItemSchema as uiTodoItemSchema,
  todoItemStatusSchema,
} from './messages/todo.ts';
export { type ToolResult, toolResultSchema } from './messages/tool-result.ts';
export { type ToolSchema, toolSchemaSchema } from './messages/tool-schema.ts';
export {
  type UIMessage,
  type UIMessageJson,
  type UIMessageRole,
  uiMessageJsonSchema,
  uiMessageRoleSchema,
  uiMessageSchema,
} from './messages/ui-message.ts';
export {
  type UIFilePart,
  type UIMessagePart,
  type UINestedPart,
  type UIObjectPart,
  type UIObjectStatus,
  type UIOperationPart,
  type UIOperationStatus,
  type UIPartStatus,
  type UIPartStatus as UIMessageStatus,
  type UIReasoningPart,
  type UISourceDocumentPart,
  type UISourcePart,
  type UISourceUrlPart,
  type UIStepStartPart,
  type UITextPart,
  type UITodoPart,
  type UIToolCallPart,
  type UIToolCallStatus,
  type UIWorkerPart,
  type UIWorkerStatus,
  uiFilePartSchema,
  uiMessagePartSchema,
  uiNestedPartSchema,
  uiObjectPartSchema,
  uiObjectStatusSchema,
  uiOperationPartSchema,
  uiOperationStatusSchema,
  uiPartStatusSchema,
  uiReasoningPartSchema,
  uiSourceDocumentPartSchema,
  uiSourcePartSchema,
  uiSourceUrlPartSchema,
  uiStepStartPartSchema,
  uiTextPartSchema,
  uiTodoPartSchema,
  uiToolCallPartSchema,
  uiToolCallStatusSchema,
  uiWorkerPartSchema,
  uiWorkerStatusSchema,
} from './messages/ui-part.ts';
export {
  isFileReference,
  isFileReferenceArray,
  safeParseStreamEvent,
  safeParseUIMessage,
  safeParseUIMessages,
} from './parse/safe-parse.ts';
export { jsonObjectBodySchema, jsonObjectSchema, jsonValueBodySchema } from './schema/json.ts';
export { optionalField } from './schema/optional-field.ts';
export { createSseDecoder, type SseDecoder, type SseDecoderOptions } from './sse/data.ts';
export { createEventDecoder, decodeEvents, doneData, type EventDecoder } from './sse/decode.ts';
export { encodeDone, encodeEvent, encodeHeartbeat } from './sse/encode.ts';
export { isMainThread, isOtherThread, MAIN_THREAD, resolveThread, threadForPart } from './threads.ts';
export { normalizeToolInputSchema } from './tools/normalize-tool-input-schema.ts';
export * from './tools/octavus-tools.ts';
export * from './tools/tool-provider.ts';
export { createBaseEventFilter, type EventFilter } from './wire/base-event-filter.ts';
export { toBaseChatMessages, toBaseUiMessages } from './wire/base-messages.ts';
export { type WireShape, wireShapeOf, wireVersionHeader } from './wire/shape.ts';
