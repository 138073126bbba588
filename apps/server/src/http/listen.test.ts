import { once } from 'node:events';
import { Agent, createServer, get, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { listen } from './listen.ts';

const host = '127.0.0.1';

async function aServer(answer: RequestListener = (_, response) => void response.end('hello'), port = 0) {
  const server = createServer(answer);
  const open = async (options: object) => {
    server.listen(options);
    await once(server, 'listening');
  };
  const listening = await listen(server, open, { host, port });
  let closing: Promise<unknown> | undefined;
  const close = () => (closing ??= Promise.all([once(server.close(), 'close'), listening.close()]));
  return {
    server,
    listening,
    port: listening.port,
    close,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await close();
    },
  };
}

async function ask(port: number, agent: Agent): Promise<string> {
  const [response] = (await once(get({ host, port, agent }), 'response')) as [IncomingMessage];
  return text(response);
}

/** So many that each of the server's sockets gets some. */
const many = 160;

test.runIf(process.platform === 'linux')(
  'several connections are accepted in one round of the event loop',
  async () => {
    await using served = await aServer();
    const { server, port } = served;
    let accepted = 0;
    let inRound = 0;
    let mostInRound = 0;
    server.on('connection', () => {
      accepted += 1;
      inRound += 1;
      mostInRound = Math.max(mostInRound, inRound);
    });
    const clients = Array.from({ length: many }, () => connect(port, host));
    while (accepted < many) {
      await new Promise((resolve) => setImmediate(resolve));
      inRound = 0;
    }
    for (const client of clients) client.destroy();
    expect(mostInRound).toBeGreaterThan(1);
  },
);

test('each connection is one of the HTTP server', async () => {
  await using served = await aServer();
  const agent = new Agent({ keepAlive: true });
  const answers = await Promise.all(Array.from({ length: many }, () => ask(served.port, agent)));
  expect(answers).toEqual(Array.from({ length: many }, () => 'hello'));
  agent.destroy();
});

test('another server cannot take a share of the port', async () => {
  await using served = await aServer();
  await expect(aServer(undefined, served.port)).rejects.toMatchObject({ code: 'EADDRINUSE' });
});

test('a port that is free again can be taken, and two servers never choose the same', async () => {
  const first = await aServer();
  await using second = await aServer();
  expect(second.port).not.toBe(first.port);
  await first.close();
  await using third = await aServer(undefined, first.port);
  expect(third.port).toBe(first.port);
});

test('closing ends connections that are idle, and no new ones come', async () => {
  const { port, close } = await aServer();
  const agent = new Agent({ keepAlive: true });
  await Promise.all(Array.from({ length: many }, () => ask(port, agent)));
  await close();
  await expect(ask(port, new Agent())).rejects.toMatchObject({ code: 'ECONNREFUSED' });
});

test.runIf(process.platform === 'linux')('closing waits for answers that are not complete', async () => {
  const answers: ServerResponse[] = [];
  await using served = await aServer((request, response) => {
    if (request.url === '/slow') answers.push(response);
    else response.end('hello');
  });
  const { server, listening, port } = served;
  const bodies = Array.from({ length: many }, async () => {
    const [response] = (await once(get({ host, port, path: '/slow', agent: false }), 'response')) as [IncomingMessage];
    return text(response);
  });
  while (answers.length < many) await once(server, 'request');
  let isClosed = false;
  const closed = listening.close().then(() => {
    isClosed = true;
  });
  // The socket of the HTTP server itself is still open.
  expect(await ask(port, new Agent())).toBe('hello');
  expect(isClosed).toBe(false);
  for (const response of answers) response.end('at last');
  expect(new Set(await Promise.all(bodies))).toEqual(new Set(['at last']));
  await closed;
});
