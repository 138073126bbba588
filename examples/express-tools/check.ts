import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { OctavusClient, type StreamEvent, safeParseStreamEvent } from '@octavus/server-sdk';
import { createApp } from './app.ts';

/** Starts the app, asks it as a browser would, and looks at what came. */
const server = createApp(OctavusClient.fromEnv()).listen(0, '127.0.0.1');
await once(server, 'listening');
const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

const post = (path: string, body: object = {}) =>
  fetch(url + path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });

const { sessionId } = (await (await post('/api/sessions')).json()) as { sessionId: string };
const input = { USER_MESSAGE: 'When does order "A-17" arrive?' };
const answer = await post('/api/chat', { sessionId, type: 'trigger', triggerName: 'user-message', input });
assert.equal(answer.headers.get('content-type'), 'text/event-stream');

const events = (await answer.text())
  .split('\n\n')
  .filter((line) => line.startsWith('data: {'))
  .map((line) => safeParseStreamEvent(JSON.parse(line.slice('data: '.length))).data as StreamEvent);
const called = events.find((event) => event.type === 'tool-output-available');
assert.deepEqual(called?.output, { state: 'shipped', arrives: 'Friday' });
assert.equal(events.at(-1)?.type, 'finish');

server.close();
console.log('The tool of this server was called, and the answer streamed to its end.');
