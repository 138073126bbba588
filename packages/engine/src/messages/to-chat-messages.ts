import type { ChatMessage, MessagePart, NestedMessagePart, ToolCallInfo } from '@octavus/core';
import type { Message, Part, PartType, ToolCall } from '../state/message.ts';
import { findActiveExecution, type SessionState } from '../state/session-state.ts';
import { type MessageOptions, withFreshUrl } from './file-url.ts';
import { toUiPart } from './to-ui-part.ts';
import { withOpenWorkers } from './with-open-workers.ts';

/**
 * The stored conversation, hidden content included (runtime-semantics.md 9.1, 9.2), in the v4 wire shape.
 *
 * Visible parts also carry the fields of the UI part of the same element, so that a reader of either shape finds what it looks for
 * (http-api.md 6.3).
 */
export function toChatMessages(
  state: Pick<SessionState, 'messages' | 'execution' | 'workers'>,
  options: MessageOptions = {},
): ChatMessage[] {
  const active = findActiveExecution(state)?.executionId;
  return withOpenWorkers(state).map((message) => toChatMessage(message, active, options));
}

function toChatMessage(message: Message, active: string | undefined, options: MessageOptions): ChatMessage {
  const toolCalls = message.parts.flatMap((part) => (part.type === 'tool-call' ? [toToolCallInfo(part.toolCall)] : []));
  const isStreaming = message.isOpen === true && message.executionId === active;
  const chatMessage: ChatMessage & { status: 'streaming' | 'done' } = {
    id: message.id,
    role: message.role,
    parts: message.parts.map((part) => withUiFields(part, options)),
    createdAt: message.createdAt,
    content: contentOf(message),
    ...(toolCalls.length > 0 && { toolCalls }),
    ...(message.sender && { sender: message.sender }),
    status: isStreaming ? 'streaming' : 'done',
  };
  return chatMessage;
}

/** Text of the visible text parts; of all text parts when none is visible. */
export function contentOf({ parts }: Pick<Message, 'parts'>): string {
  const texts = parts.filter((part) => part.type === 'text');
  const visible = texts.filter((part) => part.visible);
  return (visible.length > 0 ? visible : texts).map((part) => part.content).join('');
}

function withUiFields(part: Part, options: MessageOptions): MessagePart {
  const chatPart = toChatPart(part, options);
  if (!part.visible || part.type === 'object') return chatPart;
  const uiPart = toUiPart(part, options);
  return uiPart.type === part.type ? ({ ...uiPart, ...chatPart } as MessagePart) : chatPart;
}

function toChatPart(part: Part, options: MessageOptions): MessagePart {
  const convert = converters[part.type] as (part: Part, options: MessageOptions) => Payload;
  return {
    type: part.type,
    visible: part.visible,
    ...convert(part, options),
    ...(part.thread !== undefined && { thread: part.thread }),
    ...(part.providerMetadata && { providerMetadata: part.providerMetadata }),
  } as MessagePart;
}

type Payload = { readonly [key: string]: unknown };

const converters: { [Type in PartType]: (part: Extract<Part, { type: Type }>, options: MessageOptions) => Payload } = {
  text: ({ content }) => ({ content }),
  reasoning: ({ content }) => ({ content }),
  'tool-call': ({ toolCall }) => ({ toolCall: toToolCallInfo(toolCall) }),
  'step-start': () => ({}),
  operation: ({ operation }) => ({ operation }),
  source: ({ source }) => ({ source }),
  file: ({ file }, options) => ({ file: withFreshUrl(file, options) }),
  object: ({ object }) => ({ object }),
  worker: ({ worker: { isCancelled, isOpen: _, nestedParts, ...worker } }, options) => ({
    worker: {
      ...worker,
      nestedParts: nestedParts.map((nested) => toChatPart(nested, options) as NestedMessagePart),
      ...(isCancelled && { cancelled: true }),
    },
  }),
  todo: ({ todos }) => ({ todo: { todos } }),
};

function toToolCallInfo({ result, error, ...call }: ToolCall): ToolCallInfo {
  return { ...call, ...(result !== undefined && { result }), ...(error !== undefined && { error }) };
}
