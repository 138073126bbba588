import { randomBytes } from 'node:crypto';

/** Cross-origin headers of every answer under `/api/` (HTTP spec 1.6). Credentials are never allowed: no cookie is read there. */
export const corsHeaders = {
  'access-control-allow-origin': '*',
  'access-control-allow-methods': 'GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS',
  'access-control-allow-headers':
    'Authorization, Content-Type, X-Octavus-Sdk-Version, X-Octavus-Trace, X-Request-Id, Range',
  'access-control-expose-headers':
    'X-Octavus-Session-Id, Retry-After, X-Request-Id, ETag, Content-Range, Accept-Ranges',
  'access-control-max-age': '86400',
} as const;

/** Headers of an event stream (stream spec 1), besides those of its request. Node adds `Connection: keep-alive`. */
export const streamHeaders = {
  ...corsHeaders,
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-cache, no-transform',
  'x-accel-buffering': 'no',
} as const;

export function isApiPath(url: string): boolean {
  return url.startsWith('/api/') || url === '/api' || url.startsWith('/api?');
}

/** What may be echoed: printable, without spaces, short enough for a log line. */
const requestIdPattern = /^[\x21-\x7e]{1,128}$/;

/** @returns the ids of requests: the caller's own (`X-Request-Id`) when it can be echoed, else a new one. */
export function createRequestIds(): (header: string | string[] | undefined) => string {
  const prefix = randomBytes(6).toString('hex');
  let count = 0;
  return (header) => {
    if (typeof header === 'string' && requestIdPattern.test(header)) return header;
    count += 1;
    return `req-${prefix}-${count.toString(36)}`;
  };
}
