import { OctavusError } from '@octavus/core';
import type { FastifyInstance, FastifyReply, FastifyRequest, RouteOptions } from 'fastify';
import type { Idempotency } from '../idempotency/idempotency.ts';
import type { Logger } from '../logging.ts';
import { isApiPath } from './headers.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** The `Idempotency-Key` that this request holds until it is answered. */
    idempotencyKey: string;
  }
}

interface IdempotencyKeyOptions {
  readonly idempotency: Idempotency;
  readonly logger: Pick<Logger, 'warn'>;
}

/** What fits in one header of reasonable length. */
const keyPattern = /^[\x20-\x7e]{1,255}$/;

/** Answers after which the same request may be tried again: nothing was done. */
const passingStatuses: ReadonlySet<number> = new Set([400, 408, 429, 502, 503, 504]);

/**
 * Lets POST requests under `/api` that are not answered with an event stream carry an `Idempotency-Key`: the same request with the same
 * key gets the answer of the first one, marked by `Idempotent-Replayed: true`. On event streams the header is ignored.
 *
 * Call it before the routes are registered.
 */
export function answerOncePerKey(app: FastifyInstance, { idempotency, logger }: IdempotencyKeyOptions): void {
  app.decorateRequest('idempotencyKey', '');

  const begin = async (request: FastifyRequest, reply: FastifyReply) => {
    const key = keyOf(request);
    if (key === undefined) return;
    const asked = [request.method, request.url, request.body];
    const kept = await idempotency.begin({ projectId: request.projectId, key }, asked);
    if (!kept) {
      request.idempotencyKey = key;
      return;
    }
    reply.code(kept.status).header('idempotent-replayed', 'true').type('application/json; charset=utf-8');
    return reply.send(kept.body);
  };

  const end = async ({ projectId, idempotencyKey: key }: FastifyRequest, reply: FastifyReply, payload: unknown) => {
    if (key === '') return;
    const { statusCode: status } = reply;
    try {
      if (typeof payload !== 'string' || passingStatuses.has(status)) await idempotency.release({ projectId, key });
      else await idempotency.finish({ projectId, key }, { status, body: payload });
    } catch (cause) {
      // What was asked for is done, and its answer true.
      logger.warn({ err: cause }, 'The answer to a request with an Idempotency-Key could not be kept');
    }
  };

  app.addHook('onRoute', (route) => {
    if (!takesKey(route)) return;
    route.preHandler = [begin];
    route.onSend = [end];
  });
}

function takesKey({ method, url, schema }: RouteOptions): boolean {
  return [method].flat().includes('POST') && isApiPath(url) && !isEventStream(schema?.response);
}

function isEventStream(response: unknown): boolean {
  const { 200: success } = (response ?? {}) as { 200?: { content?: object } };
  return success?.content !== undefined && 'text/event-stream' in success.content;
}

/** @throws OctavusError VALIDATION_ERROR */
function keyOf({ headers }: FastifyRequest): string | undefined {
  const key = headers['idempotency-key'];
  if (key === undefined) return undefined;
  if (typeof key === 'string' && keyPattern.test(key)) return key;
  const reason = 'Idempotency-Key is expected to be 1 to 255 printable characters';
  throw new OctavusError('VALIDATION_ERROR', { reason }, { issues: [{ path: '', message: reason }] });
}
