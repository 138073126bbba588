import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { StreamEvent } from '@octavus/core';
import { expect, test, vi } from 'vitest';
import { type WebSocket as ServerSocket, WebSocketServer } from 'ws';
import {
  createSocketTransport,
  getText,
  OctavusChat,
  type Reconnect,
  type SocketTransportOptions,
} from '../src/index.ts';
import { finish, start, text } from './events.ts';

type Handle = (socket: ServerSocket, message: { type: string; triggerName?: string }) => void;

/** A real server of sockets; while it is down it refuses them, as the one behind a proxy does. */
async function serveSockets(handle: Handle, onConnection: (socket: ServerSocket) => void = () => undefined) {
  const http = createServer().listen(0, '127.0.0.1');
  await once(http, 'listening');
  const sockets = new WebSocketServer({ noServer: true });
  const server = {
    isDown: false,
    /** Connections that were accepted, and attempts in all. */
    accepted: 0,
    attempts: 0,
    sockets,
    url: `ws://127.0.0.1:${(http.address() as AddressInfo).port}`,
    /** Cuts every connection, without a word. */
    kill() {
      server.isDown = true;
      for (const socket of sockets.clients) socket.terminate();
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets.clients) socket.terminate();
      http.close();
      http.closeAllConnections();
      await once(http, 'close');
    },
  };
  http.on('upgrade', (request, connection, head) => {
    server.attempts += 1;
    if (server.isDown) {
      connection.destroy();
      return;
    }
    sockets.handleUpgrade(request, connection, head, (socket) => {
      server.accepted += 1;
      socket.on('message', (data) => handle(socket, JSON.parse(String(data))));
      onConnection(socket);
    });
  });
  return server;
}

function connectTo(url: string): SocketTransportOptions['connect'] {
  return () =>
    new Promise<WebSocket>((resolve, reject) => {
      const socket = new WebSocket(url);
      socket.onopen = () => resolve(socket);
      socket.onerror = () => reject(new Error('refused'));
    });
}

const say = (socket: ServerSocket, ...events: readonly StreamEvent[]) => {
  for (const event of events) socket.send(JSON.stringify(event));
};
const said = (chat: OctavusChat) => chat.messages.map(getText);
const until = (passes: () => boolean) =>
  vi.waitFor(() => expect(passes()).toBe(true), { timeout: 15_000, interval: 2 });

function chatWith(url: string, reconnect?: Reconnect) {
  const onClose = vi.fn();
  const transport = createSocketTransport({ connect: connectTo(url), onClose, ...(reconnect && { reconnect }) });
  return { chat: new OctavusChat({ transport }), transport, onClose };
}

/** Answers the first message by half an answer, the following ones in full. */
function halfFirst(): Handle {
  let count = 0;
  return (socket, { type, triggerName }) => {
    if (type !== 'trigger') return;
    count += 1;
    const run = start({ executionId: `exec_${count}` });
    if (count === 1) say(socket, run, ...text('Half').slice(0, 2));
    else
      say(socket, run, ...text(`All of ${triggerName}`), { ...finish(), executionId: `exec_${count}` } as StreamEvent);
  };
}

test('a server killed in mid-answer leaves what came, and the next message finds it again', async () => {
  await using server = await serveSockets(halfFirst());
  const { chat, transport, onClose } = chatWith(server.url);
  const sent = chat.send('one');
  await until(() => said(chat)[0] === 'Half');
  server.kill();
  await sent;
  expect([chat.status, chat.error]).toEqual(['idle', null]);
  expect(onClose).toHaveBeenCalledOnce();
  await chat.send('two');
  expect(chat.error?.message).toBe('refused');
  server.isDown = false;
  await chat.retry();
  expect(said(chat)).toEqual(['Half', 'All of two']);
  expect(server.sockets.clients.size).toBe(1);
  transport.disconnect();
  await until(() => server.sockets.clients.size === 0);
});

test('with reconnect a killed server is found again by itself, over one connection, and no turn is repeated', async () => {
  const received: string[] = [];
  const answer = halfFirst();
  await using server = await serveSockets((socket, message) => {
    received.push(message.triggerName ?? message.type);
    answer(socket, message);
  });
  const { chat, transport } = chatWith(server.url, { baseMs: 2, maxMs: 10, maxAttempts: 1000 });
  const sent = chat.send('one');
  await until(() => said(chat)[0] === 'Half');
  server.kill();
  await sent;
  await until(() => server.attempts > 3);
  expect(transport.connectionState).toBe('connecting');
  // A message sent meanwhile waits for the connection.
  const next = chat.send('two');
  server.isDown = false;
  await next;
  expect(said(chat)).toEqual(['Half', 'All of two']);
  expect(received).toEqual(['one', 'two']);
  expect(server.accepted).toBe(2);
  transport.disconnect();
  await until(() => server.sockets.clients.size === 0);
});

test('a server that drops every connection at once is not asked for ever', async () => {
  await using server = await serveSockets(
    () => undefined,
    (socket) => socket.terminate(),
  );
  const { transport } = chatWith(server.url, { baseMs: 1, maxAttempts: 3 });
  const failed = new Promise<Error | undefined>((resolve) => {
    transport.onConnectionStateChange((state, error) => {
      if (state === 'error') resolve(error);
    });
  });
  await transport.connect();
  expect((await failed)?.message).toContain('lost 4 times');
  expect(server.attempts).toBe(4);
  // Asked for once more, it is tried once more.
  await transport.connect().catch(() => undefined);
  await until(() => transport.connectionState === 'error');
  expect(server.attempts).toBe(5);
});

test('a connection that nobody answers on can be stopped and closed', async () => {
  const received: string[] = [];
  await using server = await serveSockets((_socket, { type }) => received.push(type));
  const { chat, transport } = chatWith(server.url);
  const sent = chat.send('one');
  await until(() => received.length === 1);
  chat.stop();
  await sent;
  expect(chat.status).toBe('idle');
  await until(() => received[1] === 'stop');
  const again = chat.send('two');
  await until(() => received.length === 3);
  transport.disconnect();
  await again;
  expect(chat.status).toBe('idle');
  await until(() => server.sockets.clients.size === 0);
});

test('however often it is opened and closed, no socket is left behind', async () => {
  await using server = await serveSockets(halfFirst());
  const { transport } = chatWith(server.url);
  const outcomes = [];
  for (let round = 0; round < 20; round += 1) {
    outcomes.push(transport.connect().catch(() => undefined));
    // Some attempts are given up before they are through, some after.
    if (round % 3 === 0) await outcomes.at(-1);
    transport.disconnect();
  }
  await Promise.all([...outcomes, transport.connect()]);
  await until(() => server.accepted === server.attempts && server.sockets.clients.size === 1);
  transport.disconnect();
  await until(() => server.sockets.clients.size === 0);
  expect(transport.connectionState).toBe('disconnected');
});
