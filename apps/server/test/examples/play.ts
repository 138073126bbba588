import type { StreamEvent } from '@octavus/core';
import { checkExecution } from '@octavus/engine/testing';
import { expect } from 'vitest';
import type { SessionServer } from '../serve-sessions.ts';

export type PendingCall = Extract<StreamEvent, { type: 'tool-request' }>['toolCalls'][number];
/** What the application's side answers to a call. */
export type Answers = (call: PendingCall) => unknown;

/** Runs one execution over all its pauses and checks its legs against each other. */
export async function playExecution(
  server: SessionServer,
  path: string,
  { first, answers }: { first: object; answers: Answers },
): Promise<readonly (readonly StreamEvent[])[]> {
  const isWorker = path.includes('/execute');
  const legs: (readonly StreamEvent[])[] = [];
  for (let body = first; legs.length < 12; ) {
    const { events, status, body: refused } = await server.stream(path, body);
    expect([status, refused]).toEqual([200, undefined]);
    legs.push(events);
    const request = events.findLast((event) => event.type === 'tool-request');
    if (request?.type !== 'tool-request') {
      checkExecution(legs);
      return legs;
    }
    const toolResults = request.toolCalls.map((call) => ({ toolCallId: call.toolCallId, result: answers(call) }));
    const { executionId } = events[0] as Extract<StreamEvent, { type: 'start' }>;
    body = { ...(isWorker && { type: 'continue' }), executionId, toolResults };
  }
  throw new Error('the execution pauses without end');
}

/** Streams as text to pin: one event a line, a blank line between legs, what differs between runs numbered as it appears. */
export function pinned(legs: readonly (readonly StreamEvent[])[]): string {
  const names = new Map<string, string>();
  const name = (kind: string, value: string) => {
    if (!names.has(value)) names.set(value, `${kind}-${names.size + 1}`);
    return names.get(value)!;
  };
  const text = legs.map((events) => events.map((event) => JSON.stringify(event)).join('\n')).join('\n\n');
  return `${text
    .replaceAll(/data:[\w/+.-]+;base64,[A-Za-z0-9+/=]*/g, (url) => name('url', url))
    .replaceAll(/http:\/\/(?:localhost|127\.0\.0\.1)[^"\s)\\]*/g, (url) => name('url', url.replace(/\?.*$/, '')))
    .replaceAll(/\d{13}-[a-z0-9]{7}\b/g, (id) => name('message', id))
    .replaceAll(/(?<="toolCallId":")[^"]*/g, (id) => name('call', id))
    .replaceAll(/\b(exec|file)[_-][a-z0-9]{24}\b/g, (id, kind) => name(kind, id))
    .replaceAll(/\bc[a-z0-9]{23}\b/g, (id) => name('id', id))
    .replaceAll(/"blockId":"[a-z0-9]{4}-(\d+)"/g, '"blockId":"block-$1"')}\n`;
}
