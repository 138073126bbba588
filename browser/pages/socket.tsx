import { createSocketTransport, getText, OctavusChat, type SocketTransport, useOctavusChat } from '@octavus/react';
import { StrictMode, useEffect, useState } from 'react';
import { createRoot } from 'react-dom/client';

const sockets: WebSocket[] = [];

const listeners = { chat: 0, connection: 0 };

/** What the page holds, for the test: sockets that are open or will be, and listeners that nobody removed. */
Object.assign(window, {
  held: () => ({ sockets: sockets.filter(({ readyState }) => readyState < WebSocket.CLOSING).length, ...listeners }),
});

function counted(kind: keyof typeof listeners, remove: () => void): () => void {
  let isHeld = true;
  listeners[kind] += 1;
  return () => {
    if (isHeld) listeners[kind] -= 1;
    isHeld = false;
    remove();
  };
}

function connect(): Promise<WebSocket> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(`ws://${location.host}/`);
    sockets.push(socket);
    socket.onopen = () => resolve(socket);
    socket.onerror = () => reject(new Error('The socket could not be opened'));
  });
}

const socketTransport = createSocketTransport({ connect });
const transport: SocketTransport = Object.create(socketTransport, {
  onConnectionStateChange: {
    value: (listener: Parameters<SocketTransport['onConnectionStateChange']>[0]) =>
      counted('connection', socketTransport.onConnectionStateChange(listener)),
  },
});
const { subscribe } = OctavusChat.prototype;
OctavusChat.prototype.subscribe = function (listener) {
  return counted('chat', subscribe.call(this, listener));
};

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
