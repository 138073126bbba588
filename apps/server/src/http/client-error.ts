import type { Socket } from 'node:net';
import { OctavusError, serializeError } from '@octavus/core';

const statusByCode: Readonly<Record<string, readonly [status: string, reason: string]>> = {
  HPE_HEADER_OVERFLOW: ['431 Request Header Fields Too Large', 'its headers are too large'],
  ERR_HTTP_REQUEST_TIMEOUT: ['408 Request Timeout', 'it took too long to arrive'],
};

/** Answers what is no HTTP request at all, below the framework, in the shape of every other error. */
export function answerClientError(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const [status, reason] = statusByCode[error.code ?? ''] ?? ['400 Bad Request', 'it is not HTTP'];
  const body = JSON.stringify(serializeError(new OctavusError('VALIDATION_ERROR', { reason }), 'nested'));
  const head = `HTTP/1.1 ${status}\r\nContent-Type: application/json; charset=utf-8\r\nContent-Length: ${Buffer.byteLength(body)}`;
  socket.end(`${head}\r\nConnection: close\r\n\r\n${body}`);
}
