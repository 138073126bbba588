import { createHttpTransport, getText, type UIMessage, useOctavusChat } from '@octavus/react';
import { StrictMode } from 'react';
import { hydrateRoot } from 'react-dom/client';
import { renderToString } from 'react-dom/server';

const initialMessages: UIMessage[] = [
  {
    id: 'm1',
    role: 'assistant',
    status: 'done',
    createdAt: new Date('2026-03-04T09:30:00Z'),
    parts: [{ type: 'text', text: 'Rendered before', status: 'done' }],
  },
];
const transport = createHttpTransport({ url: '/chat' });

function Chat() {
  const chat = useOctavusChat({ transport, initialMessages });
  return (
    <main>
      <p id="status">{chat.status}</p>
      {chat.messages.map((message) => (
        <article key={message.id}>{getText(message)}</article>
      ))}
      <button type="button" onClick={() => chat.replaceMessages([])}>
        Clear
      </button>
    </main>
  );
}

const page = (
  <StrictMode>
    <Chat />
  </StrictMode>
);
const root = document.getElementById('root') as HTMLElement;
root.innerHTML = renderToString(page);
hydrateRoot(root, page);
