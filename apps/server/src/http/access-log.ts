import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from '../logging.ts';
import type { Metrics } from '../metrics.ts';

interface AccessLogOptions {
  readonly logger: Pick<Logger, 'info' | 'debug'>;
  readonly metrics: Pick<Metrics, 'countRequest'>;
}

/** Paths that machines ask for all day. */
const quietRoutes: ReadonlySet<string> = new Set(['/healthz', '/readyz', '/metrics']);

/**
 * Counts a request and writes one line about it when its answer is over, also when the caller left early. No query: it may hold a
 * signature. No logger per request: the line is built once, at the end.
 */
export function recordWhenDone(request: FastifyRequest, reply: FastifyReply, options: AccessLogOptions): void {
  const startedAt = performance.now();
  const { raw } = reply;
  raw.once('close', () => {
    const route = request.routeOptions.url ?? 'unknown';
    options.metrics.countRequest(request.method, route, raw.statusCode);
    const line = {
      requestId: request.id,
      method: request.method,
      path: request.url.split('?', 1)[0],
      status: raw.statusCode,
      durationMs: Math.round(performance.now() - startedAt),
      projectId: request.projectId || undefined,
      isAborted: raw.writableFinished ? undefined : true,
    };
    if (quietRoutes.has(route)) options.logger.debug(line, 'request');
    else options.logger.info(line, 'request');
  });
}
