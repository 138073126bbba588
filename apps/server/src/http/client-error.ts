import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { type ErrorFormat, OctavusError, serializeError } from '@octavus/core';
import { corsHeaders } from './headers.ts';

interface ClientErrorOptions {
  /** `OCTAVUS_ERROR_FORMAT`: the request's own wishes could not be read. */
  readonly format: ErrorFormat;
  newRequestId(): string;
}

const statusByCode: Readonly<Record<string, readonly [status: string, reason: string]>> = {
  HPE_HEADER_OVERFLOW: ['431 Request Header Fields Too Large', 'its headers are too large'],
  ERR_HTTP_REQUEST_TIMEOUT: ['408 Request Timeout', 'it took too long to arrive'],
};

/** Answers what is no HTTP request at all, below the framework: the shape and the headers of every other error (HTTP spec 1.4, 3.1). */
export function createClientErrorHandler({ format, newRequestId }: ClientErrorOptions) {
  return (error: NodeJS.ErrnoException, socket: Socket): void => {
    if (error.code === 'ECONNRESET' || !socket.writable) {
      socket.destroy();
      return;
    }
    const [status, reason] = statusByCode[error.code ?? ''] ?? ['400 Bad Request', 'it is not HTTP'];
    const body = JSON.stringify(serializeError(new OctavusError('VALIDATION_ERROR', { reason }), format));
    const headers = {
      'content-type': 'application/json; charset=utf-8',
      'content-length': Buffer.byteLength(body),
      'x-request-id': newRequestId(),
      'cache-control': 'no-store',
      ...corsHeaders,
      connection: 'close',
    };
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
    socket.end(`HTTP/1.1 ${status}\r\n${lines.join('')}\r\n${body}`);
  };
}

/** Node answers a request that expects what it does not know with an empty 417; here the expectation is ignored, as RFC 9110 allows. */
export function ignoreExpectations(server: Server): void {
  server.on('checkExpectation', (request, response) => server.emit('request', request, response));
}
