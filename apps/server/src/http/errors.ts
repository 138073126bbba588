import { type ErrorFormat, OctavusError, serializeError, wireVersionHeader } from '@octavus/core';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from '../logging.ts';
import { lingerAfterRefusal } from './linger.ts';

/** Answers errors; the only place that knows their replies (HTTP spec 3). */
export interface ErrorReplies {
  send(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply;
}

interface ErrorRepliesOptions {
  /** `OCTAVUS_ERROR_FORMAT`: the shape where nothing else decides. */
  readonly format: ErrorFormat;
  readonly logger: Pick<Logger, 'error' | 'warn' | 'debug'>;
}

/** Seconds for `Retry-After` where the error does not say (HTTP spec 6.6). */
const defaultRetryAfterSeconds = 2;

export function createErrorReplies({ format, logger }: ErrorRepliesOptions): ErrorReplies {
  return {
    send: (thrown, request, reply) => {
      const error = toOctavusError(thrown, request.id);
      if (error.status >= 500) log(logger, thrown, error, request);
      if (error.status === 401 && !isConsolePath(request.url)) reply.header('www-authenticate', 'Bearer');
      if (error.status === 413) lingerAfterRefusal(request, reply);
      if (error.status === 429 || error.status === 503) reply.header('retry-after', retryAfterOf(error));
      const body = serializeError(error, formatOf(request, format));
      return reply.code(error.status).type('application/json; charset=utf-8').send(JSON.stringify(body));
    },
  };
}

function formatOf({ headers, url }: FastifyRequest, configured: ErrorFormat): ErrorFormat {
  if (isConsolePath(url)) return 'nested';
  if (headers[wireVersionHeader] !== undefined || url.startsWith('/api/v1/workforce/')) return 'flat';
  return configured;
}

/** The console asks for credentials itself and reads one shape. */
function isConsolePath(url: string): boolean {
  return url.startsWith('/console/api/');
}

/** Seconds as a whole number, as the header wants it. */
function retryAfterOf(error: OctavusError): number {
  return Math.max(1, Math.ceil(error.retryAfterSeconds ?? defaultRetryAfterSeconds));
}

/** Errors of ours pass; of Fastify's, those that blame the request; everything else is an internal one that says nothing. */
function toOctavusError(thrown: unknown, requestId: string): OctavusError {
  if (OctavusError.isInstance(thrown) && thrown.status !== 500) return thrown;
  return fromFastify(thrown) ?? new OctavusError('INTERNAL_ERROR', { requestId }, { cause: thrown });
}

/** The size of a JSON body that is still read, in bytes (HTTP spec 1.1). */
export const bodyLimitBytes = 16 * 1024 * 1024;

function fromFastify(thrown: unknown): OctavusError | undefined {
  const { code, statusCode } = (thrown ?? {}) as { code?: unknown; statusCode?: unknown };
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') return new OctavusError('PAYLOAD_TOO_LARGE', { limit: '16 MiB' });
  if (code === 'FST_ERR_BAD_URL') return new OctavusError('VALIDATION_ERROR', { reason: 'the URL is malformed' });
  if (typeof statusCode !== 'number' || statusCode < 400 || statusCode >= 500) return undefined;
  return new OctavusError('VALIDATION_ERROR', { reason: 'the request could not be read' }, { cause: thrown });
}

function log(
  logger: ErrorRepliesOptions['logger'],
  thrown: unknown,
  error: OctavusError,
  request: FastifyRequest,
): void {
  const where = { requestId: request.id, method: request.method, route: request.routeOptions.url };
  if (error.code !== 'SERVICE_UNAVAILABLE') logger.error({ err: thrown, ...where }, 'A request failed');
  else if (error.cause !== undefined) logger.warn({ err: thrown, ...where }, 'A request was turned away');
  // Nothing is broken: the server drains or is overloaded, has said so once, and must not write thousands of lines about it now.
  else logger.debug(where, 'A request was turned away');
}
