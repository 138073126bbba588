import {
  isId,
  type JsonObject,
  type JsonValue,
  type ProviderMetadata,
  type TodoItem,
  type UIMessageJson,
  type UIMessagePart,
  type UIObjectPart,
  type UIReasoningPart,
  type UIToolCallPart,
  type UIWorkerPart,
} from '@octavus/core';
import type { Ids } from '../ports.ts';
import type { Message, Part, ToolCall, ToolCallPart } from '../state/message.ts';
import { cancelledCallError } from '../state/settle.ts';

/** What a restore brings back; variables, resources and threads are not part of it. */
export interface RestoredConversation {
  readonly messages: readonly Message[];
  /** The main thread's task list: that of the last todo part. */
  readonly todos: readonly TodoItem[];
}

/**
 * Rebuilds a conversation from what people saw of it (runtime-semantics.md 10). Everything comes back visible and finished; ids that
 * occur twice, and call ids that no provider would take, are replaced.
 *
 * @param messages as parsed by `restoreMessagesSchema`.
 */
export function fromUiMessages(
  messages: readonly UIMessageJson[],
  ids: Pick<Ids, 'message' | 'toolCall'>,
): RestoredConversation {
  const restoration: Restoration = { ids, messageIds: new Set(), callIds: new Set() };
  const restored = messages.map((message) => restoreMessage(message, restoration));
  return { messages: restored, todos: lastTodos(restored) };
}

interface Restoration {
  readonly ids: Pick<Ids, 'message' | 'toolCall'>;
  readonly messageIds: Set<string>;
  readonly callIds: Set<string>;
}

function restoreMessage(message: UIMessageJson, restoration: Restoration): Message {
  const { role, createdAt, sender } = message;
  const id = message.id === '' || restoration.messageIds.has(message.id) ? restoration.ids.message() : message.id;
  restoration.messageIds.add(id);
  const parts = message.parts.flatMap((part) => restorePart(part, role, restoration));
  return {
    id,
    role,
    createdAt,
    parts: role === 'assistant' ? withStepBoundaries(withSaidFiles(parts)) : parts,
    ...(sender && { sender }),
  };
}

function restorePart(part: UIMessagePart, role: 'user' | 'assistant', restoration: Restoration): readonly Part[] {
  const base = { visible: true, ...(part.thread !== undefined && { thread: part.thread }) };
  switch (part.type) {
    case 'text':
      return [{ type: 'text', content: part.text, ...base }];
    case 'reasoning':
      return [{ type: 'reasoning', content: part.text, ...providerOf(part), ...base }];
    case 'tool-call':
      return [{ ...restoreCall(part, restoration), ...base }];
    case 'step-start':
      return [{ type: 'step-start', ...base }];
    case 'operation': {
      const operation = { id: part.operationId, name: part.name, operationType: part.operationType };
      return [{ type: 'operation', operation, ...(part.status !== 'done' && { isCancelled: true }), ...base }];
    }
    case 'source': {
      const { type, thread: _, ...source } = part;
      return [{ type, source, ...base }];
    }
    case 'file': {
      const { type, thread: _, ...file } = part;
      return [{ type, file, ...base }];
    }
    case 'object':
      return role === 'user' ? restoreUserObject(part, base) : [restoreObject(part, base)];
    case 'todo':
      return [{ type: 'todo', todos: part.todos, ...base }];
    case 'worker':
      return restoreWorker(part, restoration, base);
  }
}

interface Base {
  readonly visible: boolean;
  readonly thread?: string;
}

function providerOf({ providerMetadata }: UIReasoningPart): { providerMetadata?: ProviderMetadata; provider?: string } {
  if (!providerMetadata) return {};
  const providers = Object.keys(providerMetadata);
  return {
    providerMetadata: providerMetadata as ProviderMetadata,
    ...(providers.length === 1 && { provider: providers[0]! }),
  };
}

function restoreCall(part: UIToolCallPart, restoration: Restoration): ToolCallPart {
  const { toolName, displayName, display, providerMetadata } = part;
  return {
    type: 'tool-call',
    visible: true,
    toolCall: {
      id: freshCallId(part.toolCallId, restoration),
      name: toolName,
      ...(displayName !== undefined && { description: displayName }),
      arguments: part.args as JsonObject,
      ...outcomeOf(part),
      ...(display && { display }),
    },
    ...(isUnfinished(part) && { isCancelled: true }),
    ...(providerMetadata && { providerMetadata: providerMetadata as ProviderMetadata }),
  };
}

/** What the model reads in place of a result that display modes kept from the client. */
const lostResult = '[result not retained]';

function outcomeOf(part: UIToolCallPart): Pick<ToolCall, 'status' | 'result' | 'error'> {
  if (part.status === 'done') {
    return { status: 'available', result: part.result === undefined ? lostResult : (part.result as JsonValue) };
  }
  return { status: 'error', error: isUnfinished(part) ? cancelledCallError : part.error || 'Tool failed' };
}

function isUnfinished({ status }: UIToolCallPart): boolean {
  return status !== 'done' && status !== 'error';
}

function freshCallId(id: string, { ids, callIds }: Restoration): string {
  const fresh = isId(id) && !callIds.has(id) ? id : ids.toolCall();
  callIds.add(fresh);
  return fresh;
}

function restoreObject(part: UIObjectPart, base: Base): Part {
  const { id, typeName, object, partial } = part;
  if (object !== undefined) return { type: 'object', object: { id, typeName, value: object as JsonValue }, ...base };
  const content = partial === undefined ? '' : JSON.stringify(partial);
  return { type: 'text', content, invalidObject: { id, typeName }, ...base };
}

/** The prompt behind a user's object is not in UI messages, so the model gets the object itself. */
function restoreUserObject(part: UIObjectPart, base: Base): readonly Part[] {
  const shown = restoreObject(part, base);
  const value = part.object ?? part.partial;
  if (value === undefined) return [{ ...shown, isDisplayOnly: true }];
  return [
    { ...shown, isDisplayOnly: true },
    { type: 'text', content: JSON.stringify(value), ...base, visible: false },
  ];
}

/** A worker is shown as one and was a tool call to the model. */
function restoreWorker(part: UIWorkerPart, restoration: Restoration, base: Base): readonly Part[] {
  const { workerId, workerSlug, description, status } = part;
  const isCancelled = status === 'cancelled' || status === 'running';
  const ending = {
    ...(part.output !== undefined && { output: part.output as JsonValue }),
    ...(status === 'error' && { error: part.error || 'The worker failed' }),
    ...(isCancelled && { isCancelled: true as const }),
  };
  const input = part.input as JsonObject | undefined;
  const nestedParts = part.parts
    .filter((nested) => nested.type !== 'step-start')
    .flatMap((nested) => restorePart(nested, 'assistant', restoration));
  const call: ToolCallPart = {
    type: 'tool-call',
    toolCall: {
      id: freshCallId(workerId, restoration),
      name: workerSlug,
      arguments: input ?? {},
      ...workerOutcome(ending),
    },
    ...(isCancelled && { isCancelled: true }),
    ...base,
    visible: false,
  };
  const worker = {
    workerId,
    workerSlug,
    ...(description !== undefined && { description }),
    ...(input && { input }),
    nestedParts,
  };
  return [call, { type: 'worker', worker: { ...worker, ...ending }, ...base }];
}

function workerOutcome(ending: {
  output?: JsonValue;
  error?: string;
  isCancelled?: true;
}): Pick<ToolCall, 'status' | 'result' | 'error'> {
  if (ending.isCancelled) return { status: 'error', error: cancelledCallError };
  if (ending.error !== undefined) return { status: 'error', error: ending.error };
  return { status: 'available', result: ending.output ?? null };
}

/** Blocks that leave a file right after their operation. */
const producers: ReadonlySet<string> = new Set(['generate-image', 'generate-video', 'generate-speech']);

/** A file of an assistant that no tool and no block made is part of what its model said. */
function withSaidFiles(parts: readonly Part[]): readonly Part[] {
  return parts.map((part, index) => {
    if (part.type !== 'file' || part.file.toolCallId !== undefined) return part;
    const before = parts[index - 1];
    const isOfBlock = before?.type === 'operation' && producers.has(before.operation.operationType);
    return isOfBlock ? part : { ...part, saidBy: 'unknown' };
  });
}

/**
 * Old clients kept no step boundaries: what an assistant says after its calls belongs to the next step, or the model would read it
 * as said before their results.
 */
function withStepBoundaries(parts: readonly Part[]): readonly Part[] {
  const bounded: Part[] = [];
  let hasCalls = false;
  for (const part of parts) {
    if (part.thread === undefined) {
      if (hasCalls && isSpoken(part)) {
        bounded.push({ type: 'step-start', visible: true });
        hasCalls = false;
      }
      if (part.type === 'step-start') hasCalls = false;
      if (part.type === 'tool-call') hasCalls = true;
    }
    bounded.push(part);
  }
  return bounded;
}

function isSpoken(part: Part): boolean {
  const { type } = part;
  return type === 'text' || type === 'reasoning' || type === 'object' || (type === 'file' && part.saidBy !== undefined);
}

function lastTodos(messages: readonly Message[]): readonly TodoItem[] {
  for (const { parts } of messages.toReversed()) {
    const todo = parts.findLast((part) => part.type === 'todo' && part.thread === undefined);
    if (todo?.type === 'todo') return todo.todos;
  }
  return [];
}
