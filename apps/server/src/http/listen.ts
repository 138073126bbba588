import { once } from 'node:events';
import type { Server } from 'node:http';
import { type AddressInfo, createServer, type Server as NetServer } from 'node:net';

/**
 * libuv accepts one connection of a listening socket in a round of the event loop (libuv #3696). With thousands of streams a round takes
 * milliseconds, and whoever connects, a health check too, would wait behind hundreds of others. Of sixteen sockets it accepts sixteen.
 */
const sockets = 16;
/** Connections that may wait in each socket; the system may allow fewer (`net.core.somaxconn`). */
const backlog = 4096;
/** Elsewhere the option is missing, or one socket gets everything. */
const canShare = process.platform === 'linux';

interface Address {
  readonly host: string;
  /** 0 lets the system choose. */
  readonly port: number;
}

export interface Listening {
  readonly port: number;
  /** Stops accepting connections; resolves when those that the HTTP server does not count as its own are closed. */
  close(): Promise<void>;
}

/**
 * Opens the server to connections.
 *
 * @param open starts the HTTP server itself on the options, as Fastify's `listen` does.
 * @throws the system's error, such as EADDRINUSE, also when another server would share the port.
 */
export async function listen(
  server: Server,
  open: (options: object) => Promise<unknown>,
  { host, port }: Address,
): Promise<Listening> {
  if (!canShare) {
    await open({ host, port, backlog });
    return { port: boundTo(server).port, close: async () => {} };
  }
  // A socket that shares its port does so with every other that does, another server of the same user among them.
  if (port !== 0) await assertFree({ host, port });
  await open({ host, port, backlog, reusePort: true });
  const { address, port: bound } = boundTo(server);
  const others: NetServer[] = [];
  const close = async () => {
    await Promise.all(others.map((other) => other.close()).map((other) => once(other, 'close')));
  };
  try {
    while (others.length < sockets - 1) others.push(await share(server, { host: address, port: bound }));
  } catch (error) {
    await close();
    throw error;
  }
  return { port: bound, close };
}

async function assertFree(address: Address): Promise<void> {
  const probe = createServer().listen(address);
  await once(probe, 'listening');
  await once(probe.close(), 'close');
}

/** Another socket on the same port, whose connections are the HTTP server's; the options are those that it sets for its own. */
async function share(server: Server, { host, port }: Address): Promise<NetServer> {
  const other = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => server.emit('connection', socket));
  other.listen({ host, port, backlog, reusePort: true });
  await once(other, 'listening');
  return other;
}

const boundTo = (server: Server): AddressInfo => server.address() as AddressInfo;
