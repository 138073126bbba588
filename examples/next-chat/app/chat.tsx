'use client';

import { createHttpTransport, getText, useOctavusChat } from '@octavus/react';
import { useMemo } from 'react';

export function Chat({ sessionId }: { sessionId: string }) {
  const transport = useMemo(() => createHttpTransport({ url: '/api/chat', body: { sessionId } }), [sessionId]);
  const { messages, status, error, canRetry, send, stop, retry } = useOctavusChat({ transport });
  return (
    <main>
      <ol>
        {messages.map((message) => (
          <li key={message.id} className={message.role}>
            {getText(message)}
          </li>
        ))}
      </ol>
      {error && <p role="alert">{error.message}</p>}
      <form
        onSubmit={(event) => {
          event.preventDefault();
          const content = String(new FormData(event.currentTarget).get('text'));
          event.currentTarget.reset();
          void send('user-message', { USER_MESSAGE: content }, { userMessage: { content } });
        }}
      >
        <input name="text" aria-label="Message" autoComplete="off" />
        <button type="submit">Send</button>
        {status === 'streaming' && (
          <button type="button" onClick={stop}>
            Stop
          </button>
        )}
        {canRetry && (
          <button type="button" onClick={() => void retry()}>
            Again
          </button>
        )}
      </form>
    </main>
  );
}
