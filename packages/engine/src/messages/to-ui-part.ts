import type {
  UIMessagePart,
  UINestedPart,
  UIObjectPart,
  UIToolCallPart,
  UIToolCallStatus,
  UIWorkerPart,
} from '@octavus/core';
import type { ObjectPart, Part, PartType, TextPart, ToolCall, ToolCallPart, WorkerPart } from '../state/message.ts';
import { type MessageOptions, withFreshUrl } from './file-url.ts';

/** What a part becomes for people (runtime-semantics.md 9.4, steps 2 to 4). Whether it is visible is the caller's question. */
export function toUiPart(part: Part, options: MessageOptions): UIMessagePart {
  const convert = converters[part.type] as (part: Part, options: MessageOptions) => UIMessagePart;
  return convert(part, options);
}

const converters: {
  [Type in PartType]: (part: Extract<Part, { type: Type }>, options: MessageOptions) => UIMessagePart;
} = {
  text: toUiText,
  reasoning: (part) => ({
    type: 'reasoning',
    text: part.content,
    status: part.isOpen ? 'streaming' : 'done',
    ...threadOf(part),
    ...metadataOf(part),
  }),
  'tool-call': toUiToolCall,
  'step-start': (part) => ({ type: 'step-start', ...threadOf(part) }),
  operation: (part) => ({
    type: 'operation',
    operationId: part.operation.id,
    name: part.operation.name,
    operationType: part.operation.operationType,
    status: part.isOpen ? 'running' : part.isCancelled ? 'cancelled' : 'done',
    ...threadOf(part),
  }),
  source: (part) => ({ type: 'source', ...part.source, ...threadOf(part) }),
  file: (part, options) => ({ type: 'file', ...withFreshUrl(part.file, options), ...threadOf(part) }),
  object: toUiObject,
  worker: toUiWorker,
  todo: (part) => ({ type: 'todo', todos: [...part.todos], status: 'done', ...threadOf(part) }),
};

function toUiText(part: TextPart): UIMessagePart {
  if (part.invalidObject) {
    const { id, typeName } = part.invalidObject;
    return { type: 'object', id, typeName, status: 'error', error: invalidObjectError, ...threadOf(part) };
  }
  return { type: 'text', text: part.content, status: part.isOpen ? 'streaming' : 'done', ...threadOf(part) };
}

const invalidObjectError = 'Failed to parse response as JSON';

function toUiObject(part: ObjectPart): UIObjectPart {
  const { id, typeName, value } = part.object;
  return { type: 'object', id, typeName, object: value, status: 'done', ...threadOf(part) };
}

function toUiToolCall(part: ToolCallPart): UIToolCallPart {
  const { id, name, display } = part.toolCall;
  return {
    type: 'tool-call',
    toolCallId: id,
    toolName: name,
    ...shownOf(part.toolCall, part.isCancelled ?? false),
    ...(display && { display }),
    ...metadataOf(part),
    ...threadOf(part),
  };
}

/** What a call shows of itself after a refresh (9.4 step 4). A call without a display mode came with a restore and keeps what it has. */
function shownOf(
  call: ToolCall,
  isCancelled: boolean,
): Pick<UIToolCallPart, 'displayName' | 'args' | 'status' | 'result' | 'error'> {
  const { display, description } = call;
  const isOpaque = display === 'name' || display === 'title';
  const keepsResult = display === 'stream' || display === undefined;
  return {
    ...(description !== undefined && display !== 'name' && { displayName: description }),
    args: isOpaque ? {} : call.arguments,
    status: isCancelled ? 'cancelled' : callStatus[call.status],
    ...(call.result !== undefined && keepsResult && !isCancelled && { result: call.result }),
    ...(call.error !== undefined && !isOpaque && !isCancelled && { error: call.error }),
  };
}

const callStatus = {
  pending: 'pending',
  streaming: 'running',
  available: 'done',
  error: 'error',
} as const satisfies { [Status in ToolCall['status']]: UIToolCallStatus };

/** `input` and nested parts are there only when they were stored, which is the case for display mode `stream`. */
function toUiWorker(part: WorkerPart, options: MessageOptions): UIWorkerPart {
  const { workerId, workerSlug, description, input, nestedParts, output, error, isCancelled, isOpen } = part.worker;
  return {
    type: 'worker',
    workerId,
    workerSlug,
    ...(description !== undefined && { description }),
    ...(input && { input }),
    parts: nestedParts.filter((nested) => nested.visible).map((nested) => toUiPart(nested, options) as UINestedPart),
    ...(output !== undefined && { output }),
    ...(error !== undefined && !isCancelled && { error }),
    status: isOpen ? 'running' : isCancelled ? 'cancelled' : error === undefined ? 'done' : 'error',
    ...threadOf(part),
  };
}

function threadOf({ thread }: Part): { thread?: string } {
  return thread === undefined ? {} : { thread };
}

function metadataOf({ providerMetadata }: Part): { providerMetadata?: NonNullable<Part['providerMetadata']> } {
  return providerMetadata ? { providerMetadata } : {};
}
