import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { writeChunk } from './write-chunk.ts';

type Answer = (raw: ServerResponse, asked: IncomingMessage) => void;

async function serve(answer: Answer): Promise<AsyncDisposable & { readonly port: number }> {
  const server = createServer((asked, raw) => answer(raw, asked)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** What comes back on one connection, with all requests sent before the first answer. */
async function exchange(port: number, requests: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  socket.end(requests);
  return text(socket);
}

test('text of any alphabet arrives as it was written, chunk by chunk', async () => {
  const pieces = ['plain', 'grüße', '你好', '🙂', '\r\n0\r\n\r\n', 'x'.repeat(100_000)];
  await using server = await serve((raw) => {
    raw.writeHead(200).flushHeaders();
    for (const piece of pieces) writeChunk(raw, piece);
    raw.end('the end');
  });
  const asked = request({ port: server.port, host: '127.0.0.1' }).end();
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  expect(await text(response)).toBe(`${pieces.join('')}the end`);
});

test('an empty text does not end the body', async () => {
  await using server = await serve((raw) => {
    raw.writeHead(200).flushHeaders();
    writeChunk(raw, '');
    writeChunk(raw, 'after');
    raw.end();
  });
  expect(await exchange(server.port, 'GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n')).toContain('5\r\nafter');
});

test('HTTP/1.0 gets no chunks', async () => {
  await using server = await serve((raw) => {
    raw.writeHead(200).flushHeaders();
    writeChunk(raw, 'event');
    raw.end();
  });
  expect(await exchange(server.port, 'GET / HTTP/1.0\r\n\r\n')).toMatch(/\r\n\r\nevent$/);
});

test('answers on one connection stay in the order of their requests', async () => {
  const { promise: secondWrote, resolve } = Promise.withResolvers<void>();
  await using server = await serve((raw, { url }) => {
    raw.writeHead(200).flushHeaders();
    if (url === '/second') {
      writeChunk(raw, 'second');
      raw.end();
      resolve();
      return;
    }
    writeChunk(raw, 'first ');
    secondWrote.then(() => {
      writeChunk(raw, 'still first');
      raw.end();
    });
  });
  const both = 'GET /first HTTP/1.1\r\nHost: x\r\n\r\nGET /second HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n';
  const answers = await exchange(server.port, both);
  expect(answers.match(/first |still first|second/g)).toEqual(['first ', 'still first', 'second']);
});

test('a full buffer is reported', async () => {
  const { promise: written, resolve } = Promise.withResolvers<boolean>();
  await using server = await serve((raw) => {
    raw.writeHead(200).flushHeaders();
    const piece = 'x'.repeat(1024 * 1024);
    for (let count = 0; count < 1000; count += 1) {
      if (!writeChunk(raw, piece)) {
        resolve(raw.socket?.writableNeedDrain === true);
        return;
      }
    }
    resolve(false);
  });
  const socket = connect(server.port, '127.0.0.1').pause();
  socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
  expect(await written).toBe(true);
  socket.destroy();
});
