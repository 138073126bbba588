import type { UIMessageJson, UIMessagePart } from '@octavus/core';
import type { Reach } from '../access/scope.ts';
import type { FileService } from './files.ts';
import { isFileId } from './references.ts';

/**
 * Messages that a caller sent back, without the files that its scope does not cover: the server signs the addresses of its files anew for
 * whoever reads a conversation, so to name a file in one would be to get it.
 */
export async function withinReach(
  messages: readonly UIMessageJson[],
  reach: Reach,
  files: Pick<FileService, 'findWithin'>,
): Promise<readonly UIMessageJson[]> {
  if (!reach.scope) return messages;
  const ids = messages.flatMap(({ parts }) => parts.flatMap(filesIn));
  const within = new Set((await files.findWithin(reach, ids)).map(({ id }) => id));
  const isKept = (part: UIMessagePart) => part.type !== 'file' || !isFileId(part.id) || within.has(part.id);
  return messages.map((message) => ({
    ...message,
    parts: message.parts
      .filter(isKept)
      .map((part) => (part.type === 'worker' ? { ...part, parts: part.parts.filter(isKept) } : part)),
  }));
}

function filesIn(part: UIMessagePart): string[] {
  if (part.type === 'worker') return part.parts.flatMap(filesIn);
  return part.type === 'file' && isFileId(part.id) ? [part.id] : [];
}
