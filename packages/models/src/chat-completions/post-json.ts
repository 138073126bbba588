import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';

/** A refused call, in the shape that `readError` reads. */
export class HttpError extends Error {
  override readonly name = 'HttpError';
  readonly statusCode: number;
  readonly responseHeaders: IncomingMessage['headers'];
  readonly responseBody: string;

  constructor(response: IncomingMessage, responseBody: string) {
    super(response.statusMessage || `HTTP status ${response.statusCode}`);
    this.statusCode = response.statusCode ?? 0;
    this.responseHeaders = response.headers;
    this.responseBody = responseBody;
  }
}

/** Of an error's body at most this much is read. */
const maxErrorBytes = 64 * 1024;

// Plain `node:http` instead of `fetch`: a token costs one data event and no promise, about a third of the CPU.
const httpAgent = new HttpAgent({ keepAlive: true });
const httpsAgent = new HttpsAgent({ keepAlive: true });

/**
 * Posts JSON and waits for the head of the answer.
 *
 * @param signal aborts the connection at any time, also while the answer is read.
 * @returns the answer, paused, when its status is 2xx.
 * @throws HttpError for any other status; the socket's error when there is no answer.
 */
export async function postJson(
  url: string,
  headers: { readonly [name: string]: string },
  body: unknown,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  const response = await send(url, headers, JSON.stringify(body), signal);
  if (response.statusCode !== undefined && response.statusCode >= 200 && response.statusCode < 300) return response;
  throw new HttpError(response, await readErrorBody(response));
}

function send(
  url: string,
  headers: { readonly [name: string]: string },
  body: string,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  const isSecure = url.startsWith('https:');
  return new Promise((resolve, reject) => {
    const request = (isSecure ? httpsRequest : httpRequest)(url, {
      method: 'POST',
      agent: isSecure ? httpsAgent : httpAgent,
      signal,
      headers: {
        'content-type': 'application/json',
        accept: 'text/event-stream',
        'content-length': Buffer.byteLength(body),
        ...headers,
      },
    });
    let isAnswered = false;
    request.on('response', (response) => {
      isAnswered = true;
      resolve(response);
    });
    // Stays for the life of the request: an abort in mid-answer reports here too.
    request.on('error', (error: NodeJS.ErrnoException) => {
      // The server closed a kept connection just as it was used again: nothing of the call has been read, so it goes out anew.
      const isStale = !isAnswered && request.reusedSocket && error.code === 'ECONNRESET' && !signal.aborted;
      if (isStale) send(url, headers, body, signal).then(resolve, reject);
      else reject(error);
    });
    request.end(body);
  });
}

async function readErrorBody(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    size += chunk.length;
    if (size >= maxErrorBytes) break;
  }
  return Buffer.concat(chunks).toString('utf8').slice(0, maxErrorBytes);
}
