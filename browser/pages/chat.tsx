import {
  createHttpTransport,
  getText,
  type UIMessage,
  type UIMessagePart,
  useAutoScroll,
  useOctavusChat,
  useOctavusObject,
} from '@octavus/react';
import { StrictMode, useEffect, useMemo, useState } from 'react';
import { createRoot } from 'react-dom/client';

const sessionId = location.hash.slice(1);

function Chat() {
  const [generation, setGeneration] = useState(0);
  const url = `/chat/${sessionId}?generation=${generation}`;
  const transport = useMemo(() => createHttpTransport({ url }), [url]);
  const [progress, setProgress] = useState<number[]>([]);
  const chat = useOctavusChat({
    transport,
    stopOnUnmount: location.search === '?stopOnUnmount',
    requestUploadUrls: async (files) => {
      const response = await fetch(`/upload-urls/${sessionId}`, { method: 'POST', body: JSON.stringify(files) });
      return response.json();
    },
    clientTools: {
      'measure-window': async () => ({ width: innerWidth }),
      'choose-time': 'interactive',
    },
  });
  const scroll = useAutoScroll();
  // biome-ignore lint/correctness/useExhaustiveDependencies: scrolls after messages changed
  useEffect(() => scroll.scrollOnUpdate(), [scroll.scrollOnUpdate, chat.messages]);
  const quote = useOctavusObject<{ price: number }>('Quote', chat.messages);

  const say = (content: string, files?: File[]) =>
    chat.send('user-message', { USER_MESSAGE: content, ...(files && { FILES: files }) }, { userMessage: { content } });
  const upload = async (files: File[]) => {
    const references = await chat.uploadFiles(files, (_index, percent) => setProgress((told) => [...told, percent]));
    const content = 'See the picture';
    await chat.send(
      'user-message',
      { USER_MESSAGE: content, FILES: references },
      { userMessage: { content, files: references } },
    );
  };

  return (
    <main>
      <p id="status">{chat.status}</p>
      <p id="error">{chat.error?.message}</p>
      <p id="can-retry">{String(chat.canRetry)}</p>
      <p id="progress">{progress.join(' ')}</p>
      <p id="quote">{JSON.stringify(quote?.object)}</p>
      <div
        id="messages"
        ref={scroll.scrollRef}
        style={{ height: 120, overflow: 'auto' }}
        onScroll={scroll.handleScroll}
        onWheel={scroll.handleWheel}
      >
        <div ref={scroll.contentRef}>
          {chat.messages.map((message) => (
            <Message key={message.id} message={message} />
          ))}
        </div>
      </div>
      {Object.values(chat.pendingClientTools)
        .flat()
        .map((tool) => (
          <button key={tool.toolCallId} type="button" onClick={() => tool.submit({ time: 'noon' })}>
            {tool.toolName}
          </button>
        ))}
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void say(String(new FormData(event.currentTarget).get('text')));
        }}
      >
        <input name="text" />
        <input type="file" onChange={(event) => void upload([...(event.target.files ?? [])])} />
      </form>
      <button type="button" onClick={chat.stop}>
        Stop
      </button>
      <button type="button" onClick={() => void chat.retry()}>
        Retry
      </button>
      <button type="button" onClick={() => setGeneration(generation + 1)}>
        New transport
      </button>
      <button type="button" onClick={() => void chat.send('request-quote', { TASK: 'a price of 25' })}>
        Quote
      </button>
    </main>
  );
}

function Message({ message }: { message: UIMessage }) {
  return (
    // As high in every font: a few of them are more than the list shows.
    <article data-role={message.role} data-status={message.status} style={{ minHeight: 40 }}>
      {getText(message)}
      {message.parts.map((part, index) => (
        <span key={keyOf(part, index)}>{describe(part)}</span>
      ))}
    </article>
  );
}

const keyOf = (part: UIMessagePart, index: number) => (part.type === 'tool-call' ? part.toolCallId : index);

function describe(part: UIMessagePart): string {
  if (part.type === 'tool-call') return `[${part.toolName} ${part.status}]`;
  return part.type === 'file' ? `[file ${part.filename}]` : '';
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
