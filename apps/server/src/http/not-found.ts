import { OctavusError } from '@octavus/core';
import type { FastifyInstance } from 'fastify';

/**
 * Answers paths that no route has: 404, or 405 with `Allow` when the path exists with other methods (HTTP spec 1.1).
 *
 * Call it before the routes are registered; it learns them as they come.
 */
export function answerUnknownPaths(app: FastifyInstance): void {
  const methodsByPath = new Map<string, { readonly pattern: RegExp; readonly methods: Set<string> }>();

  app.addHook('onRoute', ({ url, method }) => {
    const known = methodsByPath.get(url) ?? { pattern: toPattern(url), methods: new Set() };
    methodsByPath.set(url, known);
    for (const name of [method].flat()) known.methods.add(name);
  });

  app.setNotFoundHandler((request, reply) => {
    const [path = ''] = request.url.split('?', 1);
    const matches = [...methodsByPath.values()].filter(({ pattern }) => pattern.test(path));
    const allowed = new Set(matches.flatMap(({ methods }) => [...methods]));
    if (allowed.size === 0 || allowed.has(request.method)) throw new OctavusError('NOT_FOUND');
    reply.header('allow', [...allowed].sort().join(', '));
    throw new OctavusError('METHOD_NOT_ALLOWED', { method: request.method });
  });
}

/** A route's path as a pattern for real paths, with or without a trailing slash. */
function toPattern(url: string): RegExp {
  const segments = url.split('/').map((segment) => (segment.startsWith(':') ? '[^/]+' : RegExp.escape(segment)));
  return new RegExp(`^${segments.join('/')}/?$`);
}
