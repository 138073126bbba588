import type { ToolSchema } from '../messages/tool-schema.ts';

/** What a handler is told about the call besides its arguments. */
export interface ToolCallContext {
  toolCallId: string;
  toolName: string;
  /** Aborted when the execution is: nobody waits for the result any more. */
  signal: AbortSignal;
  /** Thread of the call; absent for the main one. */
  thread?: string;
  /** Set when a worker inside the execution made the call. */
  workerId?: string;
}

interface CallTool {
  call(args: Record<string, unknown>, context?: ToolCallContext): Promise<unknown>;
}

/**
 * Runs one tool call. What it returns is the result that the model sees; what it throws is the error that the model sees.
 * A method's type, so that a handler may declare the second parameter, which the SDK always gives, as required.
 */
export type ToolHandler = CallTool['call'];

/** Handlers by tool name. */
export type ToolHandlers = Record<string, ToolHandler>;

/** Receives what an agent writes to a resource. */
export type ResourceUpdateHandler = (name: string, value: unknown) => Promise<void> | void;

/** A tool that exists only in the caller's process: what the model is told, and what runs. */
export interface DynamicTool {
  schema: ToolSchema;
  handler: ToolHandler;
}

/** A source of tools that may change between requests. */
export interface ToolProvider {
  toolHandlers(): Record<string, ToolHandler>;
  toolSchemas(): ToolSchema[];
}

/** Tools under one namespace, which the agent declares under `mcpServers`. */
export interface InlineMcpServer extends ToolProvider {
  readonly namespace: string;
}

/** State of one part of a computer, such as an MCP server on it. */
export interface EntryHealth {
  name: string;
  healthy: boolean;
  error?: string;
}

/** State of a computer: healthy when all its parts are. */
export interface ComputerHealth {
  healthy: boolean;
  entries: EntryHealth[];
  totalTools: number;
}

/** What bringing a computer back has led to, by names of its parts. */
export interface EnsureReadyResult extends ComputerHealth {
  recovered?: string[];
  failedEntries?: string[];
}

/** Tools of a computer, whose parts can fail and be brought back. */
export interface DeviceProvider extends ToolProvider {
  getHealth(): Promise<ComputerHealth>;
  ensureReady(): Promise<EnsureReadyResult>;
}

/** A process that speaks MCP on its standard streams. */
export interface DynamicStdioEntry {
  type: 'stdio';
  command: string;
  args?: string[];
  env?: Record<string, string>;
  cwd?: string;
}

/** A provider whose MCP servers come and go while it runs. */
export interface DynamicMcpProvider {
  addEntry(namespace: string, entry: DynamicStdioEntry, options?: { deferred?: boolean }): Promise<void>;
  removeEntry(namespace: string): Promise<void>;
  restartEntry(namespace: string): Promise<void>;
  hasEntry(namespace: string): boolean;
}

/** Whether a provider is a computer that can be asked for its state and brought back. */
export function isDeviceProvider(provider: ToolProvider): provider is DeviceProvider {
  return hasMethods(provider, ['getHealth', 'ensureReady']);
}

/** Whether MCP servers can be added to a provider, restarted and removed while it runs. */
export function isDynamicMcpProvider(provider: ToolProvider): provider is ToolProvider & DynamicMcpProvider {
  return hasMethods(provider, ['addEntry', 'removeEntry', 'restartEntry', 'hasEntry']);
}

function hasMethods(value: object, names: readonly string[]): boolean {
  return names.every((name) => typeof (value as Record<string, unknown>)[name] === 'function');
}
