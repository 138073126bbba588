import type { FileReference, PendingToolCall, ToolResult } from '@octavus/core';

/** What a tool is given beside its arguments. */
export interface ClientToolContext {
  /** The call, as the parts of messages name it too. */
  toolCallId: string;
  toolName: string;
  /** Aborted when the chat stops or sends something else. */
  signal: AbortSignal;
  /** Hands a file to the agent with the result. */
  addFile: (file: FileReference) => void;
}

/**
 * Runs a tool in the application, or leaves it to a person: it waits in `pendingClientTools` for `submit` or `cancel`.
 *
 * What the function resolves with is the tool's result and has to be JSON. What it throws is the tool's error: the agent reads its
 * message and goes on. One that never settles holds the turn until `stop()`.
 */
export type ClientToolHandler<Args = Record<string, unknown>> =
  | ((args: Args, context: ClientToolContext) => Promise<unknown>)
  | 'interactive';

/** A call that waits for a person. Only the first answer counts. */
export interface InteractiveTool {
  toolCallId: string;
  toolName: string;
  /** What the agent calls it with. */
  args: Record<string, unknown>;
  /** Ends the call well. @param result what the agent is told, as JSON. */
  submit: (result: unknown) => void;
  /** Ends the call as an error. @param reason what the agent is told. Default "User cancelled". */
  cancel: (reason?: string) => void;
}

/** How a call ended. */
export type ToolOutcome = { readonly result: unknown; readonly files?: FileReference[] } | { readonly error: string };

/**
 * The client tools of one leg. The execution goes on when every call has its answer and the leg has ended: the server takes no
 * results before that.
 */
export class ToolRound {
  readonly executionId: string;
  /** The leg ended with the reason `client-tool-calls`. */
  isLegFinished = false;
  readonly #calls: PendingToolCall[] = [];
  readonly #serverResults: ToolResult[] = [];
  readonly #answers = new Map<string, ToolResult>();
  readonly #interactive = new Map<string, InteractiveTool>();
  readonly #abort = new AbortController();

  constructor(executionId: string) {
    this.executionId = executionId;
  }

  add(calls: readonly PendingToolCall[], serverResults: readonly ToolResult[]): void {
    this.#calls.push(...calls);
    this.#serverResults.push(...serverResults);
  }

  /** The call waits for a person. */
  await(call: PendingToolCall, answer: (outcome: ToolOutcome) => void): void {
    const { toolCallId, toolName, args } = call;
    this.#interactive.set(toolCallId, {
      toolCallId,
      toolName,
      args,
      submit: (result) => answer({ result }),
      cancel: (reason) => answer({ error: reason || 'User cancelled' }),
    });
  }

  run(call: PendingToolCall, handler: ClientToolHandler | undefined): Promise<ToolOutcome> {
    return runTool(call, handler, this.#abort.signal);
  }

  /** @returns false when the call has an answer already. */
  answer(call: PendingToolCall, outcome: ToolOutcome): boolean {
    const { toolCallId, toolName, outputVariable, blockIndex, thread, workerId } = call;
    if (this.#answers.has(toolCallId)) return false;
    const from = { ...(thread !== undefined && { thread }), ...(workerId !== undefined && { workerId }) };
    this.#answers.set(toolCallId, { toolCallId, toolName, ...outcome, outputVariable, blockIndex, ...from });
    this.#interactive.delete(toolCallId);
    return true;
  }

  get isComplete(): boolean {
    return this.#calls.every(({ toolCallId }) => this.#answers.has(toolCallId));
  }

  get pending(): InteractiveTool[] {
    return [...this.#interactive.values()];
  }

  /** Those of the server first, then ours in the order of the calls. */
  get results(): ToolResult[] {
    return [...this.#serverResults, ...this.#calls.flatMap(({ toolCallId }) => this.#answers.get(toolCallId) ?? [])];
  }

  /** Nobody waits for answers any more. */
  abort(): void {
    this.#abort.abort();
    this.#interactive.clear();
  }
}

async function runTool(
  { toolCallId, toolName, args }: PendingToolCall,
  handler: ClientToolHandler | undefined,
  signal: AbortSignal,
): Promise<ToolOutcome> {
  if (typeof handler !== 'function') return { error: `No client handler for tool: ${toolName}` };
  const files: FileReference[] = [];
  try {
    const result = await handler(args, { toolCallId, toolName, signal, addFile: (file) => void files.push(file) });
    return { result, ...(files.length > 0 && { files }) };
  } catch (error) {
    return { error: (error instanceof Error && error.message) || 'Tool execution failed' };
  }
}
