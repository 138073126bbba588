import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** Stands between the server and PostgreSQL, as the network does. */
export interface Proxy extends AsyncDisposable {
  /** The database, through here. */
  readonly url: string;
  /** Ends every connection and takes no new one. */
  cut(): void;
  /** Takes everything and passes nothing on. */
  hang(): void;
  /** New connections work; those that hung are ended. */
  mend(): void;
}

export async function openProxy(databaseUrl: string): Promise<Proxy> {
  const target = new URL(databaseUrl);
  const sockets = new Set<Socket>();
  let mode: 'open' | 'cut' | 'hanging' = 'open';
  const endAll = () => {
    for (const socket of sockets) socket.destroy();
  };
  const keep = (socket: Socket, other: Socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => {
      sockets.delete(socket);
      other.destroy();
    });
  };
  const server = createServer((near) => {
    if (mode === 'cut') return near.destroy();
    const far = connect(Number(target.port || 5432), target.hostname);
    keep(near, far);
    keep(far, near);
    const pass = (to: Socket) => (bytes: Buffer) => {
      if (mode === 'open') to.write(bytes);
    };
    near.on('data', pass(far));
    far.on('data', pass(near));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = new URL(databaseUrl);
  url.host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url: url.href,
    cut: () => {
      mode = 'cut';
      endAll();
    },
    hang: () => {
      mode = 'hanging';
    },
    mend: () => {
      if (mode === 'hanging') endAll();
      mode = 'open';
    },
    [Symbol.asyncDispose]: async () => {
      endAll();
      server.close();
    },
  };
}
