import {
  type ChatStatus,
  createHttpTransport,
  type OctavusChat,
  type Transport,
  type UIMessage,
} from '@octavus/client-sdk';

/** The transport that a browser would use to reach the demo app. */
export function transportTo(appUrl: string, sessionId: string): Transport {
  return createHttpTransport({
    request: (payload, options) =>
      fetch(`${appUrl}/chat/${sessionId}`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify(payload),
        ...(options?.signal === undefined ? {} : { signal: options.signal }),
      }),
  });
}

/** Resolves when the chat satisfies `holds`; `send` alone returns before client tools were answered. */
export function until(chat: OctavusChat, holds: (chat: OctavusChat) => boolean): Promise<void> {
  return new Promise((resolve) => {
    const check = () => {
      if (!holds(chat)) return;
      unsubscribe();
      resolve();
    };
    const unsubscribe = chat.subscribe(check);
    queueMicrotask(check);
  });
}

export const hasStatus = (status: ChatStatus) => (chat: OctavusChat) => chat.status === status;

/** The text of a message, all its parts joined. */
export const saidIn = (message: UIMessage | undefined): string =>
  message?.parts.flatMap((part) => (part.type === 'text' ? [part.text] : [])).join('') ?? '';
