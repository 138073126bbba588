import { randomBytes } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Services } from '../../services.ts';
import type { Resource } from '../resources/resource.ts';
import { openBuilt, readDocument } from './built-files.ts';

/** What the bundler names by its content never changes. */
const immutable = 'public, max-age=31536000, immutable';

/** Every address of a page of the console (`apps/console/src/router.tsx`); all are the same document. */
const pagePaths = ['/', '/sign-in', '/link', '/account', '/p/*', '/platform/*', '/sessions/:id'];

/** What is in `apps/console/public`. */
const publicFiles = ['favicon.svg', 'first-paint.js'];

/** The console's pages and what they are made of. */
export const consolePage: Resource = (app, { services }) => {
  const schema = { hide: true };

  for (const path of pagePaths) {
    app.get(path, { schema }, async (_request, reply) => {
      const document = await readDocument();
      const nonce = randomBytes(16).toString('base64');
      return reply
        .headers(headersOfPage(nonce, await findFileOrigin(services)))
        .type('text/html; charset=utf-8')
        .send(document.replace('__CSP_NONCE__', nonce));
    });
  }

  app.get('/assets/:name', { schema: { ...schema, params: z.object({ name: z.string() }) } }, (request, reply) =>
    sendBuilt('assets', request.params.name, request, reply),
  );
  for (const file of publicFiles) {
    app.get(`/${file}`, { schema }, (request, reply) => sendBuilt('', file, request, reply));
  }
};

async function sendBuilt(folder: '' | 'assets', name: string, request: FastifyRequest, reply: FastifyReply) {
  const wantsBrotli = /\bbr\b/.test(request.headers['accept-encoding'] ?? '');
  const file = await openBuilt(folder, name, { wantsBrotli });
  if (!file) return reply.callNotFound();
  reply
    .type(file.type)
    .header('cache-control', folder === 'assets' ? immutable : 'public, max-age=3600')
    .header('x-content-type-options', 'nosniff')
    .header('vary', 'accept-encoding');
  if (file.isBrotli) reply.header('content-encoding', 'br');
  return reply.send(file.handle.createReadStream());
}

/** Empty when the bucket cannot be reached at all: the pages that show no file are of use all the same. */
async function findFileOrigin({ console, logger }: Services): Promise<string> {
  try {
    return await console.fileOrigin();
  } catch (cause) {
    logger.warn({ err: cause }, 'The console shows no files: where they are could not be found out');
    return '';
  }
}

/**
 * Everything comes from this server, files from where it keeps them; nothing may frame it, and nothing inline runs; style elements
 * need the nonce of the page.
 */
function headersOfPage(nonce: string, fileOrigin: string): Record<string, string> {
  const withFiles = (directive: string) => `${directive} ${fileOrigin}`.trimEnd();
  return {
    'content-security-policy': [
      "default-src 'none'",
      "script-src 'self'",
      `style-src 'self' 'nonce-${nonce}'`,
      withFiles("img-src 'self' data: blob:"),
      withFiles("media-src 'self' blob:"),
      withFiles("connect-src 'self'"),
      "form-action 'self'",
      "frame-ancestors 'none'",
      "base-uri 'none'",
    ].join('; '),
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'cross-origin-opener-policy': 'same-origin',
  };
}
