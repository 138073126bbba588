import assert from 'node:assert/strict';
import { getText } from '@octavus/client-sdk';
import { OctavusClient } from '@octavus/server-sdk';
import { createBakery } from '../bakery/create-bakery.ts';
import { openChat } from './chat.ts';
import { startServer } from './server.ts';

const { OCTAVUS_URL: baseUrl = 'http://localhost:6282', OCTAVUS_API_KEY: apiKey } = process.env;
assert(
  apiKey,
  'Set OCTAVUS_API_KEY, such as the one of: npm run -s admin -- keys create --name example --permissions agents,sessions',
);

const agentId = await createBakery({ baseUrl, apiKey });
const server = await startServer(new OctavusClient({ baseUrl, apiKey }), agentId);
const { chat, disconnect } = openChat(server.url);
const say = (content: string) => chat.send('user-message', { USER_MESSAGE: content }, { userMessage: { content } });

const answering = new Promise<void>((resolve) => {
  chat.subscribe(() => {
    if (chat.messages.length === 2 && getText(chat.messages[1]!) !== '') resolve();
  });
});
const first = say('Tell me everything about bread');
await answering;
chat.stop();
await first;
await say('Two rolls, please');

for (const message of chat.messages) console.log(`${message.role}: ${getText(message)}`);
const answers = chat.messages.filter(({ role }) => role === 'assistant').map(getText);
assert.equal(chat.error, null);
assert.equal(chat.status, 'idle');
assert.equal(answers.length, 2);
assert.match(answers[1] ?? '', /Two rolls, please/);
assert.equal(server.opened, 1);
disconnect();
server.close();
