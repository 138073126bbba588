import { isMainThread, type UIMessage } from '@octavus/core';

/** What a message says: its text parts on the main thread, joined. */
export function getText(message: Pick<UIMessage, 'parts'>): string {
  return message.parts.map((part) => (part.type === 'text' && isMainThread(part.thread) ? part.text : '')).join('');
}
