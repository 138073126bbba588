import { type FileReference, generateId, type UIMessage, type UIMessagePart } from '@octavus/core';
import type { UserMessageInput } from './chat-options.ts';

/** A user message whose attachments are uploaded. */
export interface UserMessage extends Omit<UserMessageInput, 'files'> {
  files: readonly FileReference[];
}

/** The message that is shown before the server has seen it. */
export function optimisticMessage({ content, files, sender }: UserMessage): UIMessage {
  const parts: UIMessagePart[] = [...files.map(filePart), ...contentParts(content)];
  const message = { id: generateId(), role: 'user', status: 'done', createdAt: new Date(), parts } as const;
  return sender ? { ...message, sender } : message;
}

function filePart({ id, mediaType, url, filename, size }: FileReference): UIMessagePart {
  return {
    type: 'file',
    id,
    mediaType,
    url,
    ...(filename !== undefined && { filename }),
    ...(size !== undefined && { size }),
  };
}

function contentParts(content: UserMessageInput['content']): UIMessagePart[] {
  if (content === undefined) return [];
  if (typeof content === 'string') return [{ type: 'text', text: content, status: 'done' }];
  const typeName = typeof content.type === 'string' ? content.type : 'object';
  return [{ type: 'object', id: generateId(), typeName, object: content, status: 'done' }];
}
