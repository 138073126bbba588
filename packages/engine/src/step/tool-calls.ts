import type { JsonObject, JsonValue } from '@octavus/core';
import type { Run } from '../execution/run.ts';
import type { PendingCall, ToolOutcome } from '../state/position.ts';
import { boundOutput } from './bound-output.ts';
import type { StepCall } from './call-reader.ts';
import { logThread } from './step-reader.ts';
import type { Turn } from './turn.ts';

/**
 * Answers what the server can answer of a step's calls; the step is stored (runtime-semantics.md 6.3).
 *
 * @returns the calls for the outside, in the order the model made them.
 */
export function answerCalls(run: Run, turn: Turn, calls: readonly StepCall[]): readonly PendingCall[] {
  const pending: PendingCall[] = [];
  for (const call of calls) {
    if (call.problem !== undefined) {
      settle(run, turn, call, { error: call.problem });
      continue;
    }
    logToolCall(run, turn.thread, { ...call, description: call.tool?.model.description });
    if (!call.tool?.run) {
      pending.push(toPending(turn, call));
      continue;
    }
    const { input } = call;
    const { thread, isAnnounced, writer } = turn;
    settle(run, turn, call, call.tool.run({ input, thread, isAnnounced, isKept: writer.isKept }, run));
  }
  return pending;
}

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

/** Notes that a model will see less of a result than there is; once per call (6.8). */
export function logBounded(
  run: Run,
  turn: Turn,
  call: { readonly id: string; readonly name: string },
  outcome: ToolOutcome,
): void {
  const { maxToolOutputTokens } = turn.settings;
  if ('error' in outcome || maxToolOutputTokens === undefined) return;
  const { originalChars } = boundOutput(outcome.result, maxToolOutputTokens);
  if (originalChars === undefined) return;
  run.log({
    type: 'tool-output-bounded',
    ...logThread(turn),
    toolCallId: call.id,
    toolName: call.name,
    originalChars,
    maxToolOutputTokens,
  });
}

function settle(run: Run, turn: Turn, call: StepCall, outcome: ToolOutcome): void {
  turn.writer.settle(call.id, outcome);
  logToolResult(run, turn.thread, call.name, outcome);
  logBounded(run, turn, call, outcome);
  if (!call.isShown) return;
  if ('error' in outcome) run.event({ type: 'tool-output-error', toolCallId: call.id, error: outcome.error });
  else run.event({ type: 'tool-output-available', toolCallId: call.id, output: shownResult(call, outcome.result) });
}

/** Modes that keep details to themselves show that there is a result, not which (stream-events.md 5.2). */
function shownResult({ part }: StepCall, result: JsonValue): JsonValue {
  const { display } = part.toolCall;
  return display === 'name' || display === 'title' ? null : result;
}

function toPending({ thread }: Turn, { id, name, input, part }: StepCall): PendingCall {
  return {
    toolCallId: id,
    toolName: name,
    args: input,
    source: 'llm',
    ...(thread !== 'main' && { thread }),
    display: part.toolCall.display ?? 'description',
    ...(part.providerMetadata && { providerMetadata: part.providerMetadata }),
  };
}
