import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** A bare TCP connection to the server at `url`. */
export async function openSocket(url: string): Promise<Socket> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  await once(socket, 'connect');
  return socket;
}

/** Sends bytes as they are and returns everything that comes back until the server closes. */
export async function rawRequest(url: string, text: string): Promise<string> {
  const socket = await openSocket(url);
  socket.on('error', () => {});
  socket.write(text);
  let answer = '';
  socket.setEncoding('utf8').on('data', (chunk: string) => {
    answer += chunk;
  });
  await once(socket, 'close');
  return answer;
}

/** The head of a trigger request for {@link openSocket}. */
export function triggerText(key: string, sessionId: string, body: object): string {
  const text = JSON.stringify(body);
  return [
    `POST /api/agent-sessions/${sessionId}/trigger HTTP/1.1`,
    'Host: conformance',
    `Authorization: Bearer ${key}`,
    `Content-Length: ${Buffer.byteLength(text)}`,
    '',
    text,
  ].join('\r\n');
}
