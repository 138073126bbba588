import type { PendingToolCall, StreamEvent } from '@octavus/core';
import type { Conversation, ToolAnswer, TurnRequest } from './conversation.ts';

export interface ConverseOptions {
  readonly signal: AbortSignal;
  /** Answers a call of a tool. What it throws is the error that the model sees. */
  callTool(call: PendingToolCall, signal: AbortSignal): Promise<ToolAnswer>;
}

/**
 * Runs a turn to its end: legs, and tool calls between them. Yields what a reader of the whole turn wants to see: the events of the legs
 * without the pauses, and what the tools answered.
 */
export async function* converse(
  conversation: Conversation,
  request: TurnRequest,
  { signal, callTool }: ConverseOptions,
): AsyncGenerator<StreamEvent, void> {
  let leg = conversation.start(request, signal);
  for (;;) {
    const pause: { executionId?: string; calls: PendingToolCall[] } = { calls: [] };
    for await (const event of leg) {
      if (event.type === 'start') pause.executionId = event.executionId ?? pause.executionId;
      if (event.type === 'tool-request') pause.calls.push(...event.toolCalls.filter(isNewTo(pause.calls)));
      else if (event.type !== 'finish' || event.finishReason !== 'tool-calls') yield event;
    }
    const { executionId, calls } = pause;
    if (calls.length === 0 || executionId === undefined || signal.aborted) return;
    const answers = await Promise.all(calls.map((call) => answerCall(call, callTool, signal)));
    if (signal.aborted) return;
    yield* answers.map((answer, index) => toEvent(answer, calls[index]!));
    leg = conversation.continue(executionId, answers, signal);
  }
}

/** A call that is asked for twice is made once. */
function isNewTo(calls: readonly PendingToolCall[]) {
  return ({ toolCallId }: PendingToolCall) => calls.every((known) => known.toolCallId !== toolCallId);
}

async function answerCall(
  call: PendingToolCall,
  callTool: ConverseOptions['callTool'],
  signal: AbortSignal,
): Promise<ToolAnswer> {
  try {
    return await Promise.race([callTool(call, signal), untilAborted(signal)]);
  } catch (error) {
    return refuse(call, error instanceof Error ? error.message : String(error));
  }
}

/** A handler that ignores the signal does not keep a stopped turn open. */
function untilAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}

function refuse({ toolCallId, toolName }: PendingToolCall, error: string): ToolAnswer {
  return { toolCallId, toolName, error: error || 'The tool failed' };
}

function toEvent({ toolCallId, result, error }: ToolAnswer, { workerId }: PendingToolCall): StreamEvent {
  const worker = workerId === undefined ? {} : { workerId };
  return error === undefined
    ? { type: 'tool-output-available', toolCallId, output: result ?? null, ...worker }
    : { type: 'tool-output-error', toolCallId, error, ...worker };
}
