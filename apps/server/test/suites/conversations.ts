import type { StreamEvent } from '@octavus/core';
import { reply, text, toolCall } from '@octavus/engine/testing';
import { type ServeSessionsOptions, type SessionServer, type StreamAnswer, serveSessions } from '../serve-sessions.ts';
import type { TestDatabase } from './storage.ts';

// What the suites about sessions and executions share: servers to talk to, what is said, and what was understood.

export type WithServer = (
  options: Omit<ServeSessionsOptions, 'databaseUrl'>,
  work: (server: SessionServer, databaseUrl: string) => Promise<void>,
) => Promise<void>;

/** Runs a test on a server with an empty database, and makes sure that the script was followed. */
export function serverOn(openDatabase: () => Promise<TestDatabase>): WithServer {
  return async (options, work) => {
    await using database = await openDatabase();
    await using server = await serveSessions({ ...options, databaseUrl: database.url });
    await work(server, database.url);
    server.models.assertDone();
  };
}

export const say = (message: string) => ({ triggerName: 'user-message', input: { USER_MESSAGE: message } });
export const says = (message: string) => reply(text('t', message));
export const asks = (callId: string) => reply(toolCall(callId, 'find-order', { order: 'A1' }));

export function kindsOf(events: readonly StreamEvent[]): string[] {
  return events.map(({ type }) => type);
}

export async function contentsOf(server: SessionServer, sessionId: string): Promise<string[]> {
  const { body } = await server.call('GET', `/api/agent-sessions/${sessionId}`);
  return body.messages.map((message: { role: string; content: string }) => `${message.role}: ${message.content}`);
}

export const triggerOf = (sessionId: string) => `/api/agent-sessions/${sessionId}/trigger`;
export const results = { toolResults: [{ toolCallId: 'call_1', result: 'found' }] };

/** The body that continues a leg which asked for `call_1`. */
export function continuationOf({ events: [start] }: StreamAnswer) {
  return { executionId: start?.type === 'start' ? start.executionId : '', ...results };
}

/** The same result for each call that the events ask for. */
export function resultsFor(events: readonly StreamEvent[], result: object = { percent: 41 }) {
  const request = events.find((event) => event.type === 'tool-request');
  const calls = request?.type === 'tool-request' ? request.toolCalls : [];
  return calls.map(({ toolCallId }) => ({ toolCallId, result }));
}
