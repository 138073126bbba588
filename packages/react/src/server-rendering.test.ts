import { createSocketTransport, type Transport, type UIMessage } from '@octavus/client-sdk';
import { createElement } from 'react';
import { renderToString } from 'react-dom/server';
import { expect, test, vi } from 'vitest';
import { OctavusChatProvider, useAutoScroll, useOctavusChat, useOctavusObject } from './index.ts';

const untouched: Transport = {
  trigger: () => {
    throw new Error('a request was made');
  },
  continueWithToolResults: () => {
    throw new Error('a request was made');
  },
  stop: () => {
    throw new Error('the transport was stopped');
  },
};

function Chat({ transport, initialMessages }: { transport: Transport; initialMessages?: UIMessage[] }) {
  const chat = useOctavusChat({ transport, initialMessages });
  const quote = useOctavusObject<{ price: number }>('Quote', chat.messages);
  const { contentRef } = useAutoScroll();
  return createElement(
    'div',
    { ref: contentRef },
    JSON.stringify([chat.status, chat.connectionState ?? 'none', chat.sessionId, chat.messages, quote]),
  );
}

test('a server renders the initial messages, makes no request and no id, and needs no browser', () => {
  const clock = vi.spyOn(Date, 'now');
  const random = vi.spyOn(Math, 'random');
  const initialMessages: UIMessage[] = [
    {
      id: 'm1',
      role: 'assistant',
      status: 'done',
      createdAt: new Date(0),
      parts: [{ type: 'object', id: 'o1', typeName: 'Quote', object: { price: 25 }, status: 'done' }],
    },
  ];
  const render = () => renderToString(createElement(Chat, { transport: untouched, initialMessages }));
  const html = render();
  expect(html).toContain('idle');
  expect(html).toContain('{&quot;object&quot;:{&quot;price&quot;:25}');
  expect(render()).toBe(html);
  expect(clock).not.toHaveBeenCalled();
  expect(random).not.toHaveBeenCalled();
});

test('a socket is not opened', () => {
  const connect = vi.fn();
  const html = renderToString(createElement(Chat, { transport: createSocketTransport({ connect }) }));
  expect(html).toContain('disconnected');
  expect(connect).not.toHaveBeenCalled();
});

const withQuote: UIMessage[] = [
  {
    id: 'm1',
    role: 'assistant',
    status: 'done',
    createdAt: new Date(0),
    parts: [{ type: 'object', id: 'o1', typeName: 'Quote', object: { price: 25 }, status: 'done' }],
  },
];

function Price({ messages }: { messages?: UIMessage[] }) {
  return createElement('b', null, useOctavusObject<{ price: number }>('Quote', messages)?.object?.price ?? 'none');
}

function Prices() {
  const chat = useOctavusChat({ transport: untouched, initialMessages: withQuote });
  return createElement(OctavusChatProvider, { chat }, createElement(Price), createElement(Price, { messages: [] }));
}

test('useOctavusObject reads the chat of the provider above, or the messages it is given', () => {
  expect(renderToString(createElement(Prices))).toBe('<b>25</b><b>none</b>');
  expect(() => renderToString(createElement(Price))).toThrow('useOctavusObject needs an <OctavusChatProvider> above');
});
