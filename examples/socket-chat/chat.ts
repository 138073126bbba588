import { createSocketTransport, OctavusChat, type SocketLike } from '@octavus/client-sdk';

/** A chat whose socket opens with the first message, and again when the connection is lost. */
export function openChat(url: string) {
  const transport = createSocketTransport({ connect: () => connect(url), reconnect: {} });
  return { chat: new OctavusChat({ transport }), disconnect: () => transport.disconnect() };
}

function connect(url: string): Promise<SocketLike> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url);
    socket.onopen = () => resolve(socket);
    socket.onerror = () => reject(new Error(`No socket at ${url}`));
  });
}
