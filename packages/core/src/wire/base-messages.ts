import type { ChatMessage } from '../messages/chat-message.ts';
import type { MessagePart } from '../messages/part.ts';
import type { UIMessagePart, UIOperationPart, UIWorkerPart } from '../messages/ui-part.ts';

/** Messages for people in the base shape (HTTP spec 4.2). Dates and other fields pass as they are. */
export function toBaseUiMessages<Message extends { parts: UIMessagePart[] }>(messages: readonly Message[]): Message[] {
  return messages.map((message) => ({ ...message, parts: message.parts.flatMap(toBaseUiPart) }));
}

/** Stored messages in the base shape (HTTP spec 4.2): newer part types dropped, `visible` and `reasoning` added. */
export function toBaseChatMessages(messages: readonly ChatMessage[]): ChatMessage[] {
  return messages.map((message) => {
    const reasoning = message.parts.map(reasoningOf).join('');
    return {
      ...message,
      parts: message.parts.filter(isBasePart),
      visible: message.parts.some((part) => part.visible),
      ...(reasoning !== '' && { reasoning }),
    };
  });
}

function toBaseUiPart(part: UIMessagePart): UIMessagePart[] {
  switch (part.type) {
    case 'step-start':
    case 'todo':
      return [];
    case 'worker':
      return [toOperation(part)];
    case 'tool-call':
      return [part.status === 'cancelled' ? { ...part, status: 'error', error: 'Cancelled' } : part];
    case 'operation':
      return [part.status === 'cancelled' ? { ...part, status: 'done' } : part];
    default:
      return [part];
  }
}

function toOperation(worker: UIWorkerPart): UIOperationPart {
  return {
    type: 'operation',
    operationId: worker.workerId,
    name: worker.description ?? worker.workerSlug,
    operationType: 'run-worker',
    status: worker.status === 'running' ? 'running' : 'done',
    ...(worker.thread !== undefined && { thread: worker.thread }),
  };
}

function isBasePart(part: MessagePart): boolean {
  return !['step-start', 'operation', 'worker', 'todo'].includes(part.type);
}

function reasoningOf(part: MessagePart): string {
  return part.type === 'reasoning' ? part.content : '';
}
