import type { PendingToolCall, ToolHandler, ToolResult } from '@octavus/core';

/** The handler of a tool by its name, or nothing for a tool of the client. */
export type FindHandler = (toolName: string) => ToolHandler | undefined;

/** A call, and what answers it here, if anything does. */
export interface CallWithHandler {
  call: PendingToolCall;
  handler: ToolHandler | undefined;
}

const unknownFailure = 'Tool execution failed';

/** Runs all calls at once. A handler that throws gives an error result. */
export function runTools(calls: readonly CallWithHandler[], signal: AbortSignal): Promise<ToolResult[]> {
  return Promise.all(calls.map((entry) => runTool(entry, signal)));
}

async function runTool({ call, handler }: CallWithHandler, signal: AbortSignal): Promise<ToolResult> {
  if (!handler) return toResult(call, { error: `No handler for the tool "${call.toolName}" is registered here` });
  const { toolCallId, toolName, thread, workerId } = call;
  try {
    return toResult(call, { result: await handler(call.args, { toolCallId, toolName, signal, thread, workerId }) });
  } catch (error) {
    return toResult(call, { error: (error instanceof Error && error.message) || unknownFailure });
  }
}

function toResult(call: PendingToolCall, outcome: Pick<ToolResult, 'result' | 'error'>): ToolResult {
  const { toolCallId, toolName, outputVariable, blockIndex, thread, workerId } = call;
  return { toolCallId, toolName, ...outcome, outputVariable, blockIndex, thread, workerId };
}

/** Results that JSON cannot carry (cycles, BigInt) become errors; what JSON leaves out (`undefined`, functions) is no result. */
export function refuseUnsendable(results: readonly ToolResult[]): void {
  for (const result of results) {
    try {
      if (JSON.stringify(result.result) === undefined) delete result.result;
    } catch (error) {
      delete result.result;
      result.error = `The tool "${result.toolName}" returned a value that JSON cannot carry: ${(error as Error).message}`;
    }
  }
}

/** The same for results that the application gave, whose objects stay as they are. What is no list is left to the server. */
export function toSendable(results: ToolResult[]): ToolResult[] {
  if (!Array.isArray(results)) return results;
  const copies = results.map((result) => ({ ...result }));
  refuseUnsendable(copies);
  return copies;
}
