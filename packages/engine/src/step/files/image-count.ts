import type { ModelFilePart, ModelMessage, ModelToolResultPart } from '@octavus/core';
import { isImage } from './model-files.ts';

export function isFile(part: { readonly type: string }): part is ModelFilePart {
  return part.type === 'file';
}

export function countFiles(messages: readonly ModelMessage[]): number {
  return messages.reduce((sum, message) => sum + filesOf(message).length, 0);
}

export function countImages(messages: readonly ModelMessage[]): number {
  return messages.reduce((sum, message) => sum + filesOf(message).filter(isImageFile).length, 0);
}

/** The messages with their newest `maxCount` images; a line stands for each older one. */
export function keepNewestImages(messages: readonly ModelMessage[], maxCount: number): readonly ModelMessage[] {
  let excess = countImages(messages) - maxCount;
  const isExcess = (part: { readonly type: string }) => isFile(part) && isImageFile(part) && excess-- > 0;
  return messages.map((message) => (excess > 0 ? withoutImages(message, isExcess) : message));
}

function withoutImages(message: ModelMessage, isExcess: (part: { readonly type: string }) => boolean): ModelMessage {
  if (message.role === 'user')
    return { ...message, content: message.content.map((part) => (isExcess(part) ? leftOut : part)) };
  if (message.role === 'assistant')
    return { ...message, content: message.content.map((part) => (isExcess(part) ? leftOut : part)) };
  const content = message.content.map((result): ModelToolResultPart => {
    const { files, ...rest } = result;
    const kept = files?.filter((file) => !isExcess(file)) ?? [];
    return kept.length > 0 ? { ...rest, files: kept } : rest;
  });
  return { ...message, content };
}

const leftOut = { type: 'text', text: '[An older image was left out here.]' } as const;

function filesOf(message: ModelMessage): readonly ModelFilePart[] {
  if (message.role === 'tool') return message.content.flatMap(({ files = [] }) => files);
  return [...message.content].filter(isFile);
}

function isImageFile({ mediaType }: ModelFilePart): boolean {
  return isImage(mediaType);
}
