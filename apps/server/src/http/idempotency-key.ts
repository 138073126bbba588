import { OctavusError } from '@octavus/core';
import type { FastifyInstance, FastifyReply, FastifyRequest, RouteOptions } from 'fastify';
import type { Claim, Idempotency } from '../idempotency/idempotency.ts';
import { isOutcomeUnknown } from '../storage/errors.ts';
import { isApiPath } from './headers.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** The right to do what was asked with the `Idempotency-Key`, until it is answered. */
    idempotencyClaim: Claim | undefined;
    /** The request failed, and may have been done all the same. */
    isOutcomeUnknown: boolean;
  }
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
export function answerOncePerKey(app: FastifyInstance, { idempotency }: { readonly idempotency: Idempotency }): void {
  app.decorateRequest('idempotencyClaim', undefined);
  app.decorateRequest('isOutcomeUnknown', false);

  const begin = async (request: FastifyRequest, reply: FastifyReply) => {
    const key = keyOf(request);
    if (key === undefined) return;
    const asked = [request.method, request.url, request.body];
    const begun = await idempotency.begin({ projectId: request.projectId, key }, asked);
    if ('finish' in begun) {
      request.idempotencyClaim = begun;
      return;
    }
    reply.code(begun.status).header('idempotent-replayed', 'true').type('application/json; charset=utf-8');
    return reply.send(begun.body);
  };

  const noteError = async (request: FastifyRequest, _reply: FastifyReply, error: Error) => {
    request.isOutcomeUnknown = isOutcomeUnknown(error);
  };

  /** Kept before it is sent, so that nobody sees an answer that another request does not get. */
  const end = async (
    { idempotencyClaim: claim, isOutcomeUnknown }: FastifyRequest,
    reply: FastifyReply,
    payload: unknown,
  ) => {
    if (!claim) return;
    const { statusCode: status } = reply;
    if (isOutcomeUnknown) await claim.giveUp();
    else if (typeof payload !== 'string' || passingStatuses.has(status)) await claim.release();
    else await claim.finish({ status, body: payload });
  };

  app.addHook('onRoute', (route) => {
    if (!takesKey(route)) return;
    route.preHandler = [begin];
    route.onError = [noteError];
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
