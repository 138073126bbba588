import { randomBytes } from 'node:crypto';
import { createReadStream, readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { OctavusError } from '@octavus/core';
import type { Services } from '../../services.ts';
import type { Resource } from '../resources/resource.ts';

/** Of `apps/console`. */
const dist = fileURLToPath(new URL('../../../../console/dist/', import.meta.url));

const types: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** What the bundler names by its content never changes. */
const immutable = 'public, max-age=31536000, immutable';

/** Every address of a page of the console (`apps/console/src/router.tsx`); all are the same document. */
const pagePaths = ['/', '/sign-in', '/link', '/account', '/p/*', '/platform/*', '/sessions/:id'];

/** The console's pages and what they are made of, as `scripts/build-console.ts` left them. */
export const consolePage: Resource = (app, { services }) => {
  const schema = { hide: true };
  let document: string | undefined;

  for (const path of pagePaths) {
    app.get(path, { schema }, async (_request, reply) => {
      document ??= readDocument();
      const nonce = randomBytes(16).toString('base64');
      return reply
        .headers(headersOfPage(nonce, await findFileOrigin(services)))
        .type('text/html; charset=utf-8')
        .send(document.replace('__CSP_NONCE__', nonce));
    });
  }

  // Only what was there at the start is ever read: no address leads out of the folder.
  const files = new Set(listFiles());
  for (const file of files) {
    const type = types[extname(file)];
    if (type === undefined) continue;
    const isCompressed = files.has(`${file}.br`);
    app.get(`/${file}`, { schema }, async (request, reply) => {
      const wantsBrotli = isCompressed && /\bbr\b/.test(request.headers['accept-encoding'] ?? '');
      reply
        .type(type)
        .header('cache-control', file.startsWith('assets/') ? immutable : 'public, max-age=3600')
        .header('x-content-type-options', 'nosniff')
        .header('vary', 'accept-encoding');
      if (wantsBrotli) reply.header('content-encoding', 'br');
      return reply.send(createReadStream(join(dist, wantsBrotli ? `${file}.br` : file)));
    });
  }
};

/** @throws OctavusError SERVICE_UNAVAILABLE when the console was not built. */
function readDocument(): string {
  try {
    return readFileSync(join(dist, 'index.html'), 'utf8');
  } catch (cause) {
    const message = 'The console is not built on this server: run npm run build:console';
    throw new OctavusError('SERVICE_UNAVAILABLE', {}, { message, cause });
  }
}

function listFiles(): string[] {
  try {
    return readdirSync(dist, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(join(dist, '/').length));
  } catch {
    return [];
  }
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
