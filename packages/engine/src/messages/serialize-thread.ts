import type { FileReference, JsonObject, JsonValue } from '@octavus/core';
import type { Message, Part } from '../state/message.ts';
import { contentOf } from './to-chat-messages.ts';

/**
 * The visible messages of a thread as text, for `serialize-thread` (protocol-language.md 10.5).
 *
 * @param messages the session's messages for `main`, else the thread's own. Parts of other threads are left out.
 * @returns Markdown, or an indented JSON array; `""` or `[]` for a thread without visible messages.
 */
export function serializeThread(
  messages: readonly Message[],
  options: { thread: string; format: 'markdown' | 'json' },
): string {
  const shown = messages
    .map((message) => ofThread(message, options.thread))
    .filter((message) => message.parts.length > 0);
  return options.format === 'json' ? JSON.stringify(shown.map(toEntry), null, 2) : toMarkdown(shown);
}

function ofThread(message: Message, thread: string): Message {
  const isOwn = (part: Part) => (part.thread ?? thread) === thread;
  return { ...message, parts: message.parts.filter((part) => part.visible && isOwn(part) && isSerialized(part)) };
}

function isSerialized(part: Part): boolean {
  if (part.type === 'text') return !part.invalidObject;
  return part.type === 'tool-call' || part.type === 'file' || part.type === 'object';
}

const headings = { user: '**User:**', assistant: '**Assistant:**', system: '**System:**' } as const;

function toMarkdown(messages: readonly Message[]): string {
  return messages.map(({ role, parts }) => [headings[role], ...parts.map(toLine)].join('\n')).join('\n\n');
}

function toLine(part: Part): string {
  switch (part.type) {
    case 'text':
      return part.content;
    case 'tool-call':
      return `[tool: ${part.toolCall.name}]`;
    case 'file':
      return `[file: ${part.file.filename ?? part.file.id}]`;
    case 'object':
      return `\`\`\`json\n${JSON.stringify(part.object.value, null, 2)}\n\`\`\``;
    default:
      return '';
  }
}

interface Entry {
  readonly role: Message['role'];
  readonly content: string;
  readonly createdAt: string;
  readonly toolCalls?: readonly SerializedCall[];
  readonly files?: readonly FileReference[];
}

interface SerializedCall {
  readonly id: string;
  readonly name: string;
  readonly arguments: JsonObject;
  readonly result?: JsonValue;
  readonly error?: string;
}

/** `content` holds what the message says: its texts, and its objects as JSON. */
function toEntry(message: Message): Entry {
  const { parts } = message;
  const objects = parts.flatMap((part) => (part.type === 'object' ? [JSON.stringify(part.object.value)] : []));
  const toolCalls = parts.flatMap((part) => (part.type === 'tool-call' ? [toCall(part.toolCall)] : []));
  const files = parts.flatMap((part) => (part.type === 'file' ? [part.file] : []));
  return {
    role: message.role,
    content: [contentOf(message), ...objects].filter((text) => text !== '').join('\n'),
    createdAt: message.createdAt,
    ...(toolCalls.length > 0 && { toolCalls }),
    ...(files.length > 0 && { files }),
  };
}

function toCall({ id, name, arguments: args, result, error }: SerializedCall): SerializedCall {
  return { id, name, arguments: args, ...(result !== undefined && { result }), ...(error !== undefined && { error }) };
}
