import { streamEventSchema, type WireShape, wireShapeOf, wireVersionHeader } from '@octavus/core';
import type { FastifyRequest } from 'fastify';

/** What the documentation says of every request that is answered with a stream. */
export const streamNote = 'Answers with an event stream: one `data:` line per event, `data: [DONE]` last.';

export const streamAnswer = {
  status: 200,
  description: 'Events',
  content: { 'text/event-stream': streamEventSchema },
} as const;

/** Whether the caller wants model requests logged with their payload. */
export function isTraced({ headers }: FastifyRequest): boolean {
  return headers['x-octavus-trace'] === 'true';
}

/** The shape that the caller's client reads. */
export function shapeFor({ headers }: Pick<FastifyRequest, 'headers'>): WireShape {
  const version = headers[wireVersionHeader];
  return wireShapeOf(Array.isArray(version) ? version[0] : version);
}
