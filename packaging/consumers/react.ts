import {
  createHttpTransport,
  getText,
  type UseAutoScrollOptions,
  type UseOctavusChatReturn,
  useAutoScroll,
  useOctavusChat,
  useOctavusObject,
} from '@octavus/react';
import { createElement, type ReactElement, useMemo } from 'react';
import { renderToString } from 'react-dom/server';

const scroll: UseAutoScrollOptions = { threshold: 40 };

function Chat(): ReactElement {
  const transport = useMemo(() => createHttpTransport({ url: '/api/chat', headers: { 'X-App': 'bakery' } }), []);
  const chat: UseOctavusChatReturn = useOctavusChat({
    transport,
    initialMessages: [
      {
        id: 'm1',
        role: 'assistant',
        status: 'done',
        createdAt: new Date(0),
        parts: [{ type: 'text', text: 'Welcome', status: 'done' }],
      },
    ],
    clientTools: { 'choose-time': 'interactive' },
    onFinish: () => {},
  });
  const quote = useOctavusObject<{ price: number }>('Quote', chat.messages);
  const { scrollRef, handleScroll } = useAutoScroll(scroll);
  const price: number | undefined = quote?.object?.price;
  return createElement(
    'div',
    { ref: scrollRef, onScroll: handleScroll },
    `${chat.status} ${price ?? 'free'} ${chat.messages.map(getText).join()}`,
  );
}

const html = renderToString(createElement(Chat));
if (html !== '<div>idle free Welcome</div>') throw new Error(html);
