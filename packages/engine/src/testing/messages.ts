import type { JsonObject } from '@octavus/core';
import type { Message, Part, TextPart, ToolCall, ToolCallPart } from '../state/message.ts';

/** Stored messages for tests. What a test does not care about has a fixed value. */

export function aMessage(
  id: string,
  role: Message['role'],
  parts: readonly Part[],
  overrides: Partial<Message> = {},
): Message {
  return { id, role, createdAt: '2026-03-04T09:30:00.000Z', parts, ...overrides };
}

export function aTextPart(content: string, overrides: Partial<TextPart> = {}): TextPart {
  return { type: 'text', visible: true, content, ...overrides };
}

/** An unanswered call, unless `call` says otherwise. */
export function aCallPart(
  id: string,
  call: Partial<ToolCall> = {},
  overrides: Partial<Omit<ToolCallPart, 'type' | 'toolCall'>> = {},
): ToolCallPart {
  const args: JsonObject = { orderNo: 'LK-2041' };
  const toolCall: ToolCall = {
    id,
    name: 'find-order',
    arguments: args,
    status: 'streaming',
    display: 'description',
    ...call,
  };
  return { type: 'tool-call', visible: true, toolCall, ...overrides };
}
