import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { takeMistakes } from './check-streams.ts';

const ours = { 'content-type': 'text/event-stream', 'x-octavus-session-id': 's', 'x-accel-buffering': 'no' };
const frame = (event: object) => `data: ${JSON.stringify(event)}\n\n`;
const start = frame({ type: 'start', messageId: 'm', executionId: 'e', sessionId: 's' });
const finish = frame({ type: 'finish', finishReason: 'stop', executionId: 'e' });
const done = 'data: [DONE]\n\n';

/** Reads one answer to its end, as a test would. */
async function read(headers: Record<string, string>, body: string): Promise<string> {
  const server = createServer((_, response) => response.writeHead(200, headers).end(body));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    const response = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/trigger`);
    return await response.text();
  } finally {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  }
}

test.each([
  ['that keeps to the grammar', ours, start + finish + done, []],
  ['that breaks it', ours, start + finish + finish + done, [{ message: expect.stringContaining('nothing follows') }]],
  ['that was broken off', ours, start + finish + finish, []],
  ['of a stand-in', { 'content-type': 'text/event-stream' }, finish + done, []],
])('a stream %s', async (_, headers, body, mistakes) => {
  expect(await read(headers, body)).toBe(body);
  expect(takeMistakes()).toMatchObject(mistakes);
});
