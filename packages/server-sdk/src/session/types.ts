import type { InlineMcpServer, Sender, StreamEvent, ToolCallContext, ToolResult } from '@octavus/core';
import type { ApiConfig } from '../config.ts';
import type { ToolResultTruncation } from '../tools/limit-results.ts';
import type { Resource } from './resource.ts';

/**
 * What one agent takes and gives, as `octavus types` writes it: `attach<Agents['front-desk']>(sessionId)` checks trigger names,
 * inputs and tool arguments. The default takes anything.
 */
export interface AgentTypes {
  /** Input of a session. */
  input?: object;
  /** Input by trigger. */
  triggers: object;
  /** Arguments by tool. */
  tools: object;
}

/** An agent of which nothing is known. */
export interface AnyAgent extends AgentTypes {
  input: Record<string, unknown>;
  triggers: Record<string, Record<string, unknown>>;
  tools: Record<string, Record<string, unknown>>;
}

type KeyOf<Map> = Extract<keyof Map, string>;

/** Handlers for tools of the agent; those left out are tools of the client. */
export type AgentToolHandlers<Agent extends AgentTypes> = {
  [Name in KeyOf<Agent['tools']>]?: {
    call(args: Agent['tools'][Name], context?: ToolCallContext): Promise<unknown>;
  }['call'];
};

/** Starts an execution of a trigger. */
export type TriggerRequest<Agent extends AgentTypes = AnyAgent> = {
  [Name in KeyOf<Agent['triggers']>]: {
    type: 'trigger';
    triggerName: Name;
    input?: Agent['triggers'][Name];
    /** Messages after this one are dropped first; `null` drops all. */
    rollbackAfterMessageId?: string | null;
    /** Author of the turn. */
    sender?: Sender;
  };
}[KeyOf<Agent['triggers']>];

/** Continues an execution that waits for tools of the client; results of server tools come first. */
export interface ContinueRequest {
  type: 'continue';
  executionId: string;
  toolResults: ToolResult[];
}

export type SessionRequest<Agent extends AgentTypes = AnyAgent> = TriggerRequest<Agent> | ContinueRequest;

/** Ends what runs. */
export interface StopMessage {
  type: 'stop';
}

/** What a client may send over a socket. */
export type SocketMessage<Agent extends AgentTypes = AnyAgent> = SessionRequest<Agent> | StopMessage;

/** Where the events of a socket's run go. */
export interface SocketMessageHandlers {
  onEvent: (event: StreamEvent) => void;
  /** Awaited after the last event, unless the run was stopped or failed. */
  onFinish?: () => void | Promise<void>;
}

/** When to stop. */
export interface TriggerOptions {
  /** Stops the execution: the stream ends with `finish` and the reason `stop`. */
  signal?: AbortSignal;
  /** Stops it as the signal does, so many milliseconds after it began. */
  timeoutMs?: number;
}

/** What runs in this process for a session. */
export interface SessionAttachOptions<Agent extends AgentTypes = AnyAgent> {
  /** Tools that run here, by name. All others are handed to the client. */
  tools?: AgentToolHandlers<Agent>;
  /** Receivers of what the agent writes to its resources. */
  resources?: Resource[];
  /** Tools that exist only in this process, under namespaces that the agent declares. */
  mcpServers?: InlineMcpServer[];
  /** Awaited after tools ran and before their outputs are emitted or sent; may change the results in place. */
  onToolResults?: (results: ToolResult[]) => Promise<void>;
  /** Answers tools without a handler with an error, where no client could run them. */
  rejectClientToolCalls?: boolean;
  /** Called for each result that was too big and was cut. */
  onToolResultTruncated?: (truncation: ToolResultTruncation) => void;
}

/** A session that its first trigger creates. */
export interface DeferredStartConfig {
  agentId: string;
  /** Input of the session. */
  input?: Record<string, unknown>;
  /** Repeated requests with the same key make one session. Default: one of its own for each handle. */
  idempotencyKey?: string;
  /** Called once, as soon as the id is known. */
  onSessionCreated?: (sessionId: string) => void;
}

/** The session to be made, and what runs in this process for it. */
export interface StartSessionOptions<Agent extends AgentTypes = AnyAgent>
  extends SessionAttachOptions<Agent>,
    Omit<DeferredStartConfig, 'input'> {
  input?: Agent['input'];
}

/** What an `AgentSession` is made of; `client.agentSessions.attach` and `start` fill it in. */
export interface SessionConfig<Agent extends AgentTypes = AnyAgent> extends SessionAttachOptions<Agent> {
  config: ApiConfig;
  sessionId?: string;
  deferredStart?: DeferredStartConfig;
}
