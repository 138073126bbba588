import type { SocketMessage } from '@octavus/server-sdk';
import { WebSocketServer } from 'ws';
import type { ChatApp } from './chat-app.ts';

export interface ChatSockets {
  /** Connections that are open. */
  readonly open: number;
}

/** Serves chats over sockets, a session each, beside the pages of an application. */
export function serveSockets(app: ChatApp, agentId: string): ChatSockets {
  const sockets = new WebSocketServer({ server: app.server });
  sockets.on('connection', async (socket) => {
    const messages: SocketMessage[] = [];
    const session = app.client.agentSessions.create(agentId).then((id) => app.client.agentSessions.attach(id));
    socket.on('message', async (data) => {
      messages.push(JSON.parse(String(data)));
      const attached = await session;
      const message = messages.shift();
      if (message)
        await attached.handleSocketMessage(message, { onEvent: (event) => socket.send(JSON.stringify(event)) });
    });
  });
  return {
    get open() {
      return sockets.clients.size;
    },
  };
}
