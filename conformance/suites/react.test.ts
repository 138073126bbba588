import {
  type Transport,
  type UIMessage,
  type UIMessagePart,
  type UseOctavusChatReturn,
  useOctavusChat,
} from '@octavus/react';
import { Window } from 'happy-dom';
import { createElement } from 'react';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { shopDesk } from '../support/agents.ts';
import { transportTo } from '../support/chat.ts';
import { type DemoApp, startDemoApp } from '../support/demo-app.ts';
import { setUp } from '../support/set-up.ts';

const setting = setUp();
const page = new Window();
let app: DemoApp;

// The page stays: React may still look at it after the last test.
beforeAll(async () => {
  vi.stubGlobal('window', page);
  vi.stubGlobal('document', page.document);
  app = await startDemoApp(setting.server.url, setting.api.key ?? '', {
    'find-order': async () => ({ eta: 'Friday' }),
  });
});
afterAll(async () => {
  await app[Symbol.asyncDispose]();
});

/** What the component saw last, and every text that it showed. */
const hook: { current?: UseOctavusChatReturn } = {};
const shown = new Set<string>();

function Chat({ transport }: { readonly transport: Transport }) {
  const chat = useOctavusChat({ transport });
  hook.current = chat;
  const lines = chat.messages.flatMap((message) => message.parts.map((part) => lineOf(message, part)));
  const text = lines.join('\n');
  shown.add(text);
  return createElement('pre', { 'data-status': chat.status }, text);
}

function lineOf(message: UIMessage, part: UIMessagePart): string {
  if (part.type === 'text') return `${message.role}: ${part.text}`;
  return part.type === 'tool-call' ? `${part.toolName} ${part.status}` : part.type;
}

test('[react.chat] the hook renders a conversation with a tool call while it streams', async () => {
  setting.models.on(
    { userMessage: 'hook, where is A-17', hasToolResult: false },
    { toolCalls: [{ name: 'find-order', arguments: { orderNo: 'A-17' } }] },
  );
  setting.models.on(
    { userMessage: 'hook, where is A-17', hasToolResult: true },
    { content: 'It comes on Friday.' },
    { chunkSize: 4, latency: 20 },
  );
  const sessionId = await setting.api.createSession(
    await setting.api.createAgent(shopDesk('anthropic/claude-sonnet-4-5')),
  );
  const transport = transportTo(app.url, sessionId);
  // React reads `window` when it is loaded, so it is loaded once there is one.
  const { createRoot } = await import('react-dom/client');
  const container = page.document.createElement('div');
  const root = createRoot(container as unknown as Element);
  root.render(createElement(Chat, { transport }));
  await vi.waitFor(() => expect(hook.current).toBeDefined(), { timeout: 15_000 });
  await hook.current?.send(
    'user-message',
    { USER_MESSAGE: 'hook, where is A-17' },
    { userMessage: { content: 'hook, where is A-17' } },
  );
  await vi.waitFor(
    () => {
      expect(container.textContent).toBe('user: hook, where is A-17\nfind-order done\nassistant: It comes on Friday.');
      expect(container.querySelector('pre')?.getAttribute('data-status')).toBe('idle');
    },
    { timeout: 15_000 },
  );
  expect(shown.size).toBeGreaterThan(3);
  root.unmount();
});
