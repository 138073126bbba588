import type { JsonObject, JsonValue } from '@octavus/core';
import type { Run } from '../execution/run.ts';
import type { ToolOutcome } from '../state/position.ts';

/** A call is dispatched, here or to the outside. */
export function logToolCall(
  run: Run,
  thread: string,
  { name, input, description }: { name: string; input: JsonObject; description: string | undefined },
): void {
  const marked = thread === 'main' ? {} : { thread };
  const told = description === undefined ? {} : { toolDescription: description };
  run.log({ type: 'tool-call', ...marked, toolName: name, ...told, toolArguments: input });
}

/** The result of a call that was dispatched earlier. */
export function logToolResult(run: Run, thread: string | undefined, toolName: string, outcome: ToolOutcome): void {
  const toolResult: JsonValue = 'error' in outcome ? { error: outcome.error } : outcome.result;
  run.log({ type: 'tool-result', ...(thread !== undefined && thread !== 'main' && { thread }), toolName, toolResult });
}
