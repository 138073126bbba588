import type { FastifyRequest } from 'fastify';

/** As it was sent: on most routes the type of a body is not looked at (`app.ts`). */
export function contentTypeOf({ raw: { rawHeaders } }: Pick<FastifyRequest, 'raw'>): string | undefined {
  const name = rawHeaders.findIndex((text, index) => index % 2 === 0 && text.toLowerCase() === 'content-type');
  return name === -1 ? undefined : rawHeaders[name + 1];
}
