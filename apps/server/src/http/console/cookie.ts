import type { FastifyReply, FastifyRequest } from 'fastify';

const name = 'octavus_console';

/** As long as a sign-in can last. */
const maxAgeSeconds = 30 * 24 * 60 * 60;

/** Scripts cannot read it, other sites cannot send it, and nothing outside the console's own API ever gets it. */
const attributes = 'Path=/console/api; HttpOnly; SameSite=Strict';

/** @returns the token of the sign-in; undefined without the cookie. */
export function readSignInCookie({ headers }: Pick<FastifyRequest, 'headers'>): string | undefined {
  for (const pair of headers.cookie?.split(';') ?? []) {
    const [key = '', value = ''] = pair.trim().split('=', 2);
    if (key === name && /^[\w-]{43}$/.test(value)) return value;
  }
  return undefined;
}

/** @param baseUrl of the server: over HTTPS the cookie is never sent without it. */
export function setSignInCookie(reply: FastifyReply, token: string, baseUrl: string): void {
  reply.header('set-cookie', `${name}=${token}; Max-Age=${maxAgeSeconds}; ${attributes}${secure(baseUrl)}`);
}

export function clearSignInCookie(reply: FastifyReply, baseUrl: string): void {
  reply.header('set-cookie', `${name}=; Max-Age=0; ${attributes}${secure(baseUrl)}`);
}

function secure(baseUrl: string): string {
  return baseUrl.startsWith('https:') ? '; Secure' : '';
}
