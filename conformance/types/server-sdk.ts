import type * as published from '@octavus/server-sdk';
import type * as ours from '../../packages/server-sdk/src/index.ts';

// A server whose types are those of the published package compiles against ours. This file is compiled, not run.

type Fits<From extends To, To> = From;

/** What an application gives to the package. */
export type Given = [
  Fits<published.OctavusClientConfig, ours.OctavusClientConfig>,
  Fits<published.SessionAttachOptions, ours.SessionAttachOptions>,
  Fits<published.SessionConfig, ours.SessionConfig>,
  Fits<published.ToolHandler, ours.ToolHandler>,
  Fits<published.ToolHandlers, ours.ToolHandlers>,
  Fits<published.Resource, ours.Resource>,
  Fits<published.ResourceUpdateHandler, ours.ResourceUpdateHandler>,
  Fits<published.TriggerRequest, ours.TriggerRequest>,
  Fits<published.ContinueRequest, ours.ContinueRequest>,
  Fits<published.SessionRequest, ours.SessionRequest>,
  Fits<published.TriggerOptions, ours.TriggerOptions>,
  Fits<published.ToolResult, ours.ToolResult>,
  Fits<published.FileUploadRequest, ours.FileUploadRequest>,
  Fits<published.FileReference, ours.FileReference>,
  Fits<published.UIMessage, ours.UIMessage>,
  Fits<published.StreamEvent, ours.StreamEvent>,
  Fits<published.CreateErrorEventOptions, ours.CreateErrorEventOptions>,
  Fits<published.OctavusErrorOptions, ours.OctavusErrorOptions>,
];

/** Words that later versions added, and what they are part of; everything else that is received fits as it is. */
type OfTwoZero = Exclude<
  ours.StreamEvent,
  { type: `worker-${string}` | 'todo-update' | 'usage' | 'error' | 'block-start' }
>;

/** What it gets from the package. */
export type Received = [
  Fits<ReturnType<ours.OctavusClient['getHeaders']>, ReturnType<published.OctavusClient['getHeaders']>>,
  Fits<ReturnType<ours.AgentSessionsApi['create']>, ReturnType<published.AgentSessionsApi['create']>>,
  Fits<ReturnType<ours.AgentSessionsApi['restore']>, ReturnType<published.AgentSessionsApi['restore']>>,
  Fits<ReturnType<ours.AgentsApi['list']>, ReturnType<published.AgentsApi['list']>>,
  Fits<ReturnType<ours.AgentsApi['get']>, ReturnType<published.AgentsApi['get']>>,
  Fits<ReturnType<ours.FilesApi['getUploadUrls']>, ReturnType<published.FilesApi['getUploadUrls']>>,
  Fits<OfTwoZero, published.StreamEvent>,
  Fits<Omit<ours.ErrorEvent, 'errorType'>, Omit<published.ErrorEvent, 'errorType'>>,
  Fits<Omit<ours.BlockStartEvent, 'display'>, Omit<published.BlockStartEvent, 'display'>>,
  Fits<ours.ExpiredSessionState, published.ExpiredSessionState>,
  Fits<ours.PendingToolCall, published.PendingToolCall>,
  Fits<ours.ToolResult, published.ToolResult>,
  Fits<ours.ToolCallInfo, published.ToolCallInfo>,
  Fits<ours.UITextPart, published.UITextPart>,
  Fits<ours.UIToolCallPart, published.UIToolCallPart>,
  Fits<ours.UIObjectPart, published.UIObjectPart>,
  Fits<ours.ApiError, published.ApiError>,
];

/** An application may extend these. */
export interface Extended extends ours.TriggerRequest, ours.SessionAttachOptions, ours.OctavusClientConfig {
  own: number;
}

/** What it reads of a stored message without asking which part it is. */
export type Read = Fits<
  NonNullable<ours.SessionState['messages'][number]['parts'][number]['toolCall']>['name'],
  NonNullable<published.SessionState['messages'][number]['parts'][number]['toolCall']>['name']
>;

/** Nothing that is published is missing. */
export type Missing = [
  Fits<Exclude<keyof typeof published, keyof typeof ours>, never>,
  Fits<Exclude<keyof published.OctavusClient, keyof ours.OctavusClient>, never>,
  Fits<Exclude<keyof published.AgentSession, keyof ours.AgentSession>, never>,
  Fits<Exclude<keyof published.AgentSessionsApi, keyof ours.AgentSessionsApi>, never>,
  Fits<Exclude<keyof published.OctavusError, keyof ours.OctavusError>, never>,
];
