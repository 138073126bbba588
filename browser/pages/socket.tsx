import { createSocketTransport, getText, useOctavusChat } from '@octavus/react';
import { StrictMode, useEffect, useState } from 'react';
import { createRoot } from 'react-dom/client';

const sockets: WebSocket[] = [];

/** The page's own count of sockets, for the test. */
Object.assign(window, { openSockets: () => sockets.filter(({ readyState }) => readyState < WebSocket.CLOSING).length });

function connect(): Promise<WebSocket> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(`ws://${location.host}/`);
    sockets.push(socket);
    socket.onopen = () => resolve(socket);
    socket.onerror = () => reject(new Error('The socket could not be opened'));
  });
}

const transport = createSocketTransport({ connect });

function Chat() {
  const chat = useOctavusChat({ transport });
  const { connect: open, disconnect } = chat;
  useEffect(() => {
    open?.().catch(() => undefined);
    return disconnect;
  }, [open, disconnect]);
  return (
    <main>
      <p id="connection">{chat.connectionState}</p>
      <p id="status">{chat.status}</p>
      <ul>
        {chat.messages.map((message) => (
          <li key={message.id}>{getText(message)}</li>
        ))}
      </ul>
      <button type="button" onClick={() => void chat.send('user-message', { USER_MESSAGE: 'Hello' })}>
        Send
      </button>
    </main>
  );
}

function Page() {
  const [isMounted, setMounted] = useState(true);
  return (
    <>
      <button type="button" onClick={() => setMounted(!isMounted)}>
        Toggle
      </button>
      {isMounted && <Chat />}
    </>
  );
}

createRoot(document.getElementById('root') as HTMLElement).render(
  <StrictMode>
    <Page />
  </StrictMode>,
);
