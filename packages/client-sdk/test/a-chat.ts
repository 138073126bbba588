import type { UIMessage } from '@octavus/core';
import { getText, OctavusChat, type OctavusChatOptions } from '../src/index.ts';
import { scriptedTransport } from './scripted-transport.ts';

/** A chat on a transport that follows a script; `statuses` are those it went through. */
export function aChat(options: Partial<OctavusChatOptions> = {}, transport = scriptedTransport()) {
  const chat = new OctavusChat({ transport, ...options });
  const statuses: string[] = [];
  chat.subscribe(() => {
    if (statuses.at(-1) !== chat.status) statuses.push(chat.status);
  });
  return { chat, transport, statuses };
}

export const said = (chat: OctavusChat) =>
  chat.messages.map((message) => [message.role, message.status, getText(message)]);
export const hello = { userMessage: { content: 'Hello' } };
export const stored = (id: string): UIMessage => ({
  id,
  role: 'user',
  parts: [],
  status: 'done',
  createdAt: new Date(0),
});
