import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { encodeDone, encodeEvent, type StreamEvent } from '@octavus/core';
import { OctavusClient, type OctavusClientConfig } from '../src/index.ts';

// biome-ignore lint/suspicious/noExplicitAny: tests look at what came without saying what it may be
type Json = any;

export interface ReceivedRequest {
  readonly method: string;
  /** With its query, as it was sent. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Json;
}

/** Answers one request. */
export type Answer = (response: ServerResponse, request: ReceivedRequest) => void | Promise<void>;

/** A stand-in on real HTTP that gives the answers of a script in order; one request too many is answered 599. */
export interface ScriptServer extends AsyncDisposable {
  readonly url: string;
  readonly requests: readonly ReceivedRequest[];
  client(config?: Partial<OctavusClientConfig<string | undefined>>): OctavusClient;
  /** Resolves when the connection of the n-th request (from 0) is closed. */
  closed(index: number): Promise<void>;
}

export async function serveScript(...script: readonly Answer[]): Promise<ScriptServer> {
  const requests: ReceivedRequest[] = [];
  const closings: Promise<unknown>[] = [];
  const server = createServer(async (request, response) => {
    closings.push(once(response, 'close'));
    const received = await receive(request);
    const answer = script[requests.push(received) - 1] ?? json(599, { error: 'The script is over' });
    await answer(response, received);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    requests,
    client: (config) => new OctavusClient({ baseUrl: url, apiKey: 'oct_sk_test', ...config }),
    closed: async (index) => void (await closings[index]),
    [Symbol.asyncDispose]: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

async function receive(request: IncomingMessage): Promise<ReceivedRequest> {
  const { method = '', url: path = '', headers } = request;
  const text = Buffer.concat(await request.toArray()).toString();
  return { method, path, headers, body: text === '' ? undefined : JSON.parse(text) };
}

export function json(status: number, body: unknown, headers: Record<string, string> = {}): Answer {
  return (response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
  };
}

/** A whole event stream, ended as the server ends its own. */
export function stream(...events: readonly (StreamEvent | object)[]): Answer {
  return (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' }).end(encodeAll(events) + encodeDone());
  };
}

/** The start of a stream that stays open. */
export function openStream(...events: readonly (StreamEvent | object)[]): Answer {
  return (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' }).write(encodeAll(events) || ': open\n\n');
  };
}

/** A stream whose connection breaks after the events. */
export function brokenStream(...events: readonly (StreamEvent | object)[]): Answer {
  return (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(encodeAll(events) || ': open\n\n', () => response.destroy());
  };
}

function encodeAll(events: readonly (StreamEvent | object)[]): string {
  return events.map((event) => encodeEvent(event as StreamEvent)).join('');
}

export const start = { type: 'start', messageId: 'm1', executionId: 'exec_1' } as const;
export const finish = { type: 'finish', finishReason: 'stop' } as const;
export const paused = { type: 'finish', finishReason: 'tool-calls', executionId: 'exec_1' } as const;

export function delta(text: string): StreamEvent {
  return { type: 'text-delta', id: 't1', delta: text };
}

export function toolRequest(...calls: readonly (string | object)[]): StreamEvent {
  const toolCalls = calls.map((call) =>
    typeof call === 'string'
      ? { toolCallId: `call_${call}`, toolName: call, args: { of: call } }
      : { toolCallId: 'call_x', toolName: 'x', args: {}, ...call },
  );
  return { type: 'tool-request', toolCalls };
}

export const say = { type: 'trigger', triggerName: 'user-message', input: { USER_MESSAGE: 'hi' } } as const;
