import { createBaseEventFilter, encodeEvent, errorEvent, type StreamEvent, type WireShape } from '@octavus/core';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Leg } from '../executions/executions.ts';
import type { Logger } from '../logging.ts';
import type { Metrics } from '../metrics.ts';
import type { EventStream } from './event-stream.ts';
import { streamHeaders } from './headers.ts';
import type { OpenStreams } from './open-streams.ts';

interface SendLegOptions {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly shape: WireShape;
  /** The leg is one of a worker on its own. */
  readonly isWorkerRun?: boolean;
  readonly streams: OpenStreams;
  readonly metrics: Pick<Metrics, 'countEvents'>;
  readonly logger: Pick<Logger, 'error'>;
}

/**
 * Answers with the events of an accepted leg (stream spec 1). Each array of events is one write; the next array is asked for when the
 * reader has taken this one, so a slow reader slows the model.
 *
 * Resolves when the leg is over: after the end marker, or after the reader left and the leg has stored its end.
 */
export async function sendLeg(leg: Leg, options: SendLegOptions): Promise<void> {
  const { request, reply, shape, isWorkerRun = false, streams, metrics, logger } = options;
  const encode = shape === 'base' ? createBaseEncoder({ isWorkerRun }) : encodeEvents;
  reply.hijack();
  let stream: EventStream | undefined;
  try {
    const headers = { ...streamHeaders, 'x-request-id': request.id, 'x-octavus-session-id': leg.sessionId };
    stream = streams.open(reply.raw, headers);
    for await (const events of leg.events) {
      if (stream.isClosed) break;
      const text = encode(events);
      metrics.countEvents(events.length);
      if (text !== '' && !stream.write(text)) await stream.ready(leg.stopped);
    }
  } catch (cause) {
    logger.error({ err: cause, requestId: request.id, sessionId: leg.sessionId }, 'A stream failed');
    if (!stream) return abandon(leg, reply);
    const failure = errorEvent({ code: 'INTERNAL_ERROR', details: { requestId: request.id } });
    if (!stream.isClosed) stream.write(encodeEvent(failure));
  }
  stream.end();
}

/** A leg holds its session until its events are asked for and left. */
async function abandon(leg: Leg, { raw }: FastifyReply): Promise<void> {
  raw.destroy();
  for await (const _events of leg.events) break;
}

function encodeEvents(events: readonly StreamEvent[]): string {
  let text = '';
  for (const event of events) text += encodeEvent(event);
  return text;
}

/** Encodes for the oldest clients (HTTP spec 4.2). */
function createBaseEncoder(leg: { readonly isWorkerRun: boolean }): (events: readonly StreamEvent[]) => string {
  const toBase = createBaseEventFilter(leg);
  return (events) => {
    let text = '';
    for (const event of events) text += encodeEvents(toBase(event));
    return text;
  };
}
