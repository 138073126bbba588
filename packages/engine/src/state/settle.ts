import type { Message, OperationPart, Part, ToolCallPart } from './message.ts';
import type { ToolOutcome } from './position.ts';

/** What a model reads when a call was cut off before its result (runtime-semantics.md 12.3). */
export const cancelledCallError = 'Cancelled: this tool call was interrupted before it returned a result.';

/** The message with the call answered; the same value when it holds no such call or the call has its answer. */
export function settleCall(message: Message, toolCallId: string, outcome: ToolOutcome): Message {
  const index = message.parts.findIndex(
    (part) => part.type === 'tool-call' && part.toolCall.id === toolCallId && isUnanswered(part),
  );
  if (index < 0) return message;
  return { ...message, parts: message.parts.with(index, withOutcome(message.parts[index] as ToolCallPart, outcome)) };
}

/** The call answered. */
export function withOutcome(part: ToolCallPart, outcome: ToolOutcome): ToolCallPart {
  const { toolCall } = part;
  if ('error' in outcome) return { ...part, toolCall: { ...toolCall, status: 'error', error: outcome.error } };
  return { ...part, toolCall: { ...toolCall, status: 'available', result: outcome.result } };
}

/** The message with open texts closed and no longer being written. */
export function closeMessage(message: Message): Message {
  if (!message.isOpen && !message.parts.some(isOpenPart)) return message;
  const { isOpen: _, ...closed } = message;
  return { ...closed, parts: message.parts.map(closePart) };
}

/** The message with every unanswered call, unfinished operation and worker marked cancelled. */
export function cancelUnanswered(message: Message): Message {
  if (!message.parts.some(isUnfinished)) return message;
  return { ...message, parts: message.parts.map((part) => (isUnfinished(part) ? cancel(part) : part)) };
}

function isUnanswered(part: Part): part is ToolCallPart {
  return part.type === 'tool-call' && (part.toolCall.status === 'pending' || part.toolCall.status === 'streaming');
}

function isUnfinished(part: Part): part is ToolCallPart | OperationPart {
  return isUnanswered(part) || (part.type === 'operation' && part.isOpen === true);
}

function cancel(part: ToolCallPart | OperationPart): ToolCallPart | OperationPart {
  if (part.type === 'operation') {
    const { isOpen: _, ...ended } = part;
    return { ...ended, isCancelled: true };
  }
  return { ...part, isCancelled: true, toolCall: { ...part.toolCall, status: 'error', error: cancelledCallError } };
}

function isOpenPart(part: Part): boolean {
  return (part.type === 'text' || part.type === 'reasoning') && part.isOpen === true;
}

function closePart(part: Part): Part {
  if ((part.type !== 'text' && part.type !== 'reasoning') || !part.isOpen) return part;
  const { isOpen: _, ...closed } = part;
  return closed;
}
