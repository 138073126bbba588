import { isRateLimitError, OctavusChat, type OctavusChatOptions, type UIMessage } from '@octavus/client-sdk';
import { OctavusClient } from '@octavus/server-sdk';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { shopDesk } from '../support/agents.ts';
import { hasStatus, saidIn, transportTo, until } from '../support/chat.ts';
import { type DemoApp, startDemoApp } from '../support/demo-app.ts';
import { setUp } from '../support/set-up.ts';

const setting = setUp();
let app: DemoApp;
let agentId: string;

beforeAll(async () => {
  app = await startDemoApp(setting.server.url, setting.api.key ?? '', {
    'find-order': async () => ({ eta: 'Friday' }),
  });
  agentId = await setting.api.createAgent(shopDesk('openai/gpt-4.1-mini'));
});
afterAll(() => app[Symbol.asyncDispose]());

async function newChat(
  options: Partial<OctavusChatOptions> = {},
  sessionId?: string,
): Promise<{ chat: OctavusChat; sessionId: string }> {
  const id = sessionId ?? (await setting.api.createSession(agentId));
  return { chat: new OctavusChat({ transport: transportTo(app.url, id), ...options }), sessionId: id };
}

const ask = (chat: OctavusChat, text: string) =>
  chat.send('user-message', { USER_MESSAGE: text }, { userMessage: { content: text } });
const partTypes = (message: UIMessage | undefined) => message?.parts.map((part) => part.type);

const bothTools = [
  { name: 'find-order', arguments: { orderNo: 'A-17' } },
  { name: 'pick-slot', arguments: { from: 'monday' } },
];

test('[chat.reply] a reply is one finished message', async () => {
  setting.models.onMessage('chat hello', { content: 'Hello, rider.' }, { chunkSize: 3 });
  const { chat } = await newChat();
  const statuses = new Set<string>();
  chat.subscribe(() => statuses.add(chat.status));
  await ask(chat, 'chat hello');
  expect(chat.messages.map((message) => [message.role, message.status, saidIn(message)])).toEqual([
    ['user', 'done', 'chat hello'],
    ['assistant', 'done', 'Hello, rider.'],
  ]);
  expect(partTypes(chat.messages[1])).toEqual(['text']);
  expect(statuses).toContain('streaming');
  expect(chat.status).toBe('idle');
});

test('[chat.tools] tools of the application and of the browser end as finished parts', async () => {
  setting.models.on(
    { userMessage: 'chat with both', hasToolResult: false },
    { content: 'One moment.', toolCalls: bothTools },
  );
  setting.models.on({ userMessage: 'chat with both', hasToolResult: true }, { content: 'Booked for Monday.' });
  const { chat } = await newChat({ clientTools: { 'pick-slot': async (args) => ({ slot: `${args.from} 10:00` }) } });
  await ask(chat, 'chat with both');
  await until(chat, (current) => current.status === 'idle' && saidIn(current.messages.at(-1)).includes('Booked'));
  const answer = chat.messages.at(-1);
  expect(partTypes(answer)).toEqual(['text', 'tool-call', 'tool-call', 'text']);
  expect(answer?.parts.filter((part) => part.type === 'tool-call')).toMatchObject([
    { toolName: 'find-order', args: { orderNo: 'A-17' }, result: { eta: 'Friday' }, status: 'done' },
    { toolName: 'pick-slot', args: { from: 'monday' }, result: { slot: 'monday 10:00' }, status: 'done' },
  ]);
  expect(JSON.stringify(setting.models.getLastRequest()?.body)).toContain('monday 10:00');
});

test('[chat.interactive] an interactive tool waits for its answer', async () => {
  setting.models.on({ userMessage: 'chat and choose', hasToolResult: false }, { toolCalls: bothTools.slice(1) });
  setting.models.on({ userMessage: 'chat and choose', hasToolResult: true }, { content: 'As you wish.' });
  const { chat } = await newChat({ clientTools: { 'pick-slot': 'interactive' } });
  void ask(chat, 'chat and choose');
  await until(chat, hasStatus('awaiting-input'));
  const [tool] = chat.pendingClientTools['pick-slot'] ?? [];
  expect(tool?.args).toEqual({ from: 'monday' });
  tool?.submit({ slot: 'monday 12:00' });
  await until(chat, (current) => current.status === 'idle');
  expect(saidIn(chat.messages.at(-1))).toBe('As you wish.');
});

test('[chat.object] a typed answer is an object part', async () => {
  const quote = { task: 'new tyre', price: 25 };
  setting.models.onMessage('What does this cost: new tyre', { content: quote }, { chunkSize: 6 });
  const { chat } = await newChat();
  await chat.send('request-quote', { TASK: 'new tyre' });
  expect(chat.messages.at(-1)?.parts).toMatchObject([
    { type: 'object', typeName: 'RepairQuote', object: quote, status: 'done' },
  ]);
});

test('[chat.error] a provider failure is an error of its type', async () => {
  setting.models.onMessage('chat too often', {
    error: { message: 'Slow down', type: 'rate_limit_error' },
    status: 429,
    retryAfter: 30,
  });
  const { chat } = await newChat();
  await ask(chat, 'chat too often');
  expect(chat.status).toBe('error');
  expect(chat.error).toMatchObject({
    errorType: 'rate_limit_error',
    retryable: true,
    retryAfter: 30,
    provider: { name: 'openai', statusCode: 429 },
  });
  expect(isRateLimitError(chat.error)).toBe(true);
});

test('[chat.stop] stopping keeps what came, and the next message works', async () => {
  setting.models.onMessage('chat without end', { content: 'word '.repeat(400) }, { chunkSize: 5, latency: 40 });
  setting.models.onMessage('chat after stop', { content: 'Back again.' });
  const { chat, sessionId } = await newChat();
  void ask(chat, 'chat without end');
  await until(chat, (current) => saidIn(current.messages.at(-1)).startsWith('word word'));
  chat.stop();
  expect(chat.status).toBe('idle');
  expect(chat.messages.at(-1)).toMatchObject({ role: 'assistant', status: 'done' });
  await ask(chat, 'chat after stop');
  expect(saidIn(chat.messages.at(-1))).toBe('Back again.');
  const { messages } = (await setting.api.get(`/api/agent-sessions/${sessionId}?format=ui`)).json;
  expect(messages).toHaveLength(4);
});

test('[chat.reload] what the server kept is what the browser showed', async () => {
  setting.models.on({ userMessage: 'chat to reload', hasToolResult: false }, { toolCalls: bothTools });
  setting.models.on({ userMessage: 'chat to reload', hasToolResult: true }, { content: 'Kept.' });
  setting.models.onMessage('chat after reload', { content: 'Still here.' });
  const { chat, sessionId } = await newChat({ clientTools: { 'pick-slot': async () => ({ slot: 'noon' }) } });
  await ask(chat, 'chat to reload');
  await until(chat, (current) => current.status === 'idle' && saidIn(current.messages.at(-1)) === 'Kept.');
  const client = new OctavusClient({ baseUrl: setting.server.url, apiKey: setting.api.key });
  const kept = await client.agentSessions.getMessages(sessionId);
  if (kept.status === 'expired') throw new Error('expired');
  expect(kept.messages.map((message) => [message.role, partTypes(message), saidIn(message)])).toEqual(
    chat.messages.map((message) => [message.role, partTypes(message), saidIn(message)]),
  );
  const { chat: reloaded } = await newChat({ initialMessages: kept.messages }, sessionId);
  await ask(reloaded, 'chat after reload');
  expect(reloaded.messages).toHaveLength(4);
  expect(saidIn(reloaded.messages.at(-1))).toBe('Still here.');
});
