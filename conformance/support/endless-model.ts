import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

/** A provider (Chat Completions wire) that never comes to an end by itself. */
export interface EndlessModel {
  /** Base URL for `OPENAI_COMPATIBLE_…`. */
  readonly url: string;
  /** Bytes that the other side has taken so far. */
  bytesSent(): number;
  nextRequest(): Promise<void>;
  /** Resolves when the next open request is closed by the caller. */
  nextClose(): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Starts it on a free port. The newest user message chooses the manner: `silence` sends headers only, `a flood` sends as fast as
 * the reader takes it, anything else a word every 50 ms.
 */
export async function startEndlessModel(): Promise<EndlessModel> {
  let bytes = 0;
  const requested: (() => void)[] = [];
  const closed: (() => void)[] = [];
  const server = createServer(async (request, response) => {
    response.on('close', () => settle(closed));
    const manner = lastUserText(await readBody(request));
    response.writeHead(200, { 'Content-Type': 'text/event-stream' });
    response.flushHeaders();
    settle(requested);
    if (manner.includes('silence')) return;
    const piece = manner.includes('flood') ? 'flood '.repeat(2000) : 'word ';
    while (!response.destroyed) {
      bytes += await writePiece(response, piece);
      if (!manner.includes('flood')) await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    url: `http://127.0.0.1:${address.port}/v1`,
    bytesSent: () => bytes,
    nextRequest: () => new Promise((resolve) => requested.push(resolve)),
    nextClose: () => new Promise((resolve) => closed.push(resolve)),
    async stop() {
      server.closeAllConnections();
      server.close();
    },
  };
}

function settle(waiting: (() => void)[]): void {
  for (const resolve of waiting.splice(0)) resolve();
}

async function writePiece(response: ServerResponse, piece: string): Promise<number> {
  const chunk = {
    id: 'c',
    object: 'chat.completion.chunk',
    created: 0,
    model: 'model',
    choices: [{ index: 0, delta: { content: piece } }],
  };
  const text = `data: ${JSON.stringify(chunk)}\n\n`;
  if (!response.write(text)) await Promise.race([once(response, 'drain'), once(response, 'close')]);
  else await new Promise(setImmediate);
  return text.length;
}

async function readBody(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request.setEncoding('utf8')) text += chunk;
  return text;
}

function lastUserText(body: string): string {
  const { messages } = JSON.parse(body) as { messages: { role: string; content: unknown }[] };
  return JSON.stringify(messages.findLast((message) => message.role === 'user')?.content ?? '');
}
