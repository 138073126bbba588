import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { OctavusClient, SocketMessage } from '@octavus/server-sdk';
import { type WebSocket, WebSocketServer } from 'ws';

export interface ChatServer {
  readonly url: string;
  /** Sockets that were opened so far. */
  readonly opened: number;
  close(): void;
}

/** Every socket is a session of its own. */
export async function startServer(client: OctavusClient, agentId: string): Promise<ChatServer> {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
  let opened = 0;
  server.on('connection', (socket) => {
    opened += 1;
    serve(socket, client, agentId);
  });
  await once(server, 'listening');
  return {
    url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}`,
    get opened() {
      return opened;
    },
    close: () => server.close(),
  };
}

function serve(socket: WebSocket, client: OctavusClient, agentId: string): void {
  const session = client.agentSessions.create(agentId).then((id) => client.agentSessions.attach(id));
  const onEvent = (event: object) => socket.send(JSON.stringify(event));
  socket.on('message', async (data) => {
    const message = JSON.parse(String(data)) as SocketMessage;
    await (await session).handleSocketMessage(message, { onEvent });
  });
}
