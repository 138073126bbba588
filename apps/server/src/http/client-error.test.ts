import { once } from 'node:events';
import { type AddressInfo, connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { serve, type TestServer } from '../../test/serve.ts';

/** Sends bytes as they are and reads until the server hangs up. */
async function sendRaw({ app }: TestServer, bytes: string) {
  const socket = connect((app.server.address() as AddressInfo).port, '127.0.0.1');
  await once(socket, 'connect');
  socket.write(bytes);
  const answer = await text(socket);
  const [head = '', body = ''] = answer.split('\r\n\r\n', 2);
  const [statusLine = '', ...lines] = head.split('\r\n');
  const headers = new Headers(lines.map((line) => line.split(/: ?(.*)/, 2) as [string, string]));
  return { statusLine, headers, body: JSON.parse(body) };
}

test.each([
  ['what is not HTTP', 'HELO mail\r\n\r\n', '400 Bad Request', 'it is not HTTP'],
  [
    'headers without end',
    `GET /api/agents HTTP/1.1\r\nHost: x\r\nX-Long: ${'x'.repeat(20_000)}\r\n\r\n`,
    '431 Request Header Fields Too Large',
    'its headers are too large',
  ],
  [
    'an HTTP/1.1 request without Host',
    'GET /api/agents HTTP/1.1\r\nConnection: close\r\n\r\n',
    '400 Bad Request',
    'the header Host is missing',
  ],
])(
  '[http.request-id.below] %s is answered like every other error, request id included',
  async (_, bytes, status, why) => {
    await using server = await serve();
    const { statusLine, headers, body } = await sendRaw(server, bytes);
    expect(statusLine).toBe(`HTTP/1.1 ${status}`);
    expect(body).toEqual({ error: { code: 'VALIDATION_ERROR', message: `Invalid request: ${why}` } });
    expect(headers.get('x-request-id')).toMatch(/^req-/);
    expect(headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('access-control-allow-origin')).toBe('*');
  },
);

test('[http.request-id.below] a request that takes too long to arrive is 408, and was not accepted', async () => {
  await using server = await serve();
  const connected = once(server.app.server, 'connection');
  const answer = sendRaw(server, 'POST /api/tokens HTTP/1.1\r\nHost: x\r\n');
  const [socket] = await connected;
  // As Node does when the time is over, which is a quarter of an hour.
  server.app.server.emit('clientError', Object.assign(new Error(), { code: 'ERR_HTTP_REQUEST_TIMEOUT' }), socket);
  const { statusLine, headers, body } = await answer;
  expect([statusLine, body.error.code]).toEqual(['HTTP/1.1 408 Request Timeout', 'VALIDATION_ERROR']);
  expect(headers.get('x-request-id')).toMatch(/^req-/);
});

test('[http.errors.flat-setting] they are flat where the operator wants flat errors', async () => {
  await using server = await serve({ errorFormat: 'flat' });
  const { body } = await sendRaw(server, 'HELO mail\r\n\r\n');
  expect(body).toEqual({ error: 'Invalid request: it is not HTTP', code: 'VALIDATION_ERROR' });
});

test('an expectation that nobody knows is no reason to refuse a request', async () => {
  await using server = await serve();
  const { statusLine, body } = await sendRaw(
    server,
    'GET /api/nothing HTTP/1.1\r\nHost: x\r\nExpect: cake\r\nConnection: close\r\n\r\n',
  );
  expect([statusLine, body.error.code]).toEqual(['HTTP/1.1 404 Not Found', 'NOT_FOUND']);
});
