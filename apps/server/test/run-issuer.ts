import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type CryptoKey, exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';

/** What a token says besides `iat`, `exp`, `iss` and `aud`, and how it differs from a good one. */
export interface TokenOptions {
  readonly audience: string | readonly string[];
  readonly claims?: Readonly<Record<string, unknown>>;
  /** Epoch seconds. */
  readonly iat?: number | undefined;
  readonly exp?: number;
  readonly header?: Readonly<Record<string, unknown>>;
  /** Signs with this key in place of the current one. */
  readonly key?: CryptoKey;
}

/** An OpenID provider on loopback: it publishes its keys as a real one does, and changes them when told. */
export interface Issuer extends AsyncDisposable {
  readonly url: string;
  /** Paths that were asked for, in order. */
  readonly requests: string[];
  /** Answers before the provider does, for one that misbehaves. */
  intercept?: ((request: IncomingMessage, response: ServerResponse) => boolean) | undefined;
  /** Signs with a new key from here on; the old ones stay published, unless they are retired. */
  rotate(options?: { algorithm?: string; retires?: boolean }): Promise<void>;
  sign(options: TokenOptions): Promise<string>;
}

export async function runIssuer(): Promise<Issuer> {
  let published: JWK[] = [];
  let current: { key: CryptoKey; alg: string; kid: string };
  let count = 0;
  const requests: string[] = [];
  const documents: Record<string, () => unknown> = {
    '/.well-known/openid-configuration': () => ({ issuer: issuer.url, jwks_uri: `${issuer.url}/keys` }),
    '/keys': () => ({ keys: published }),
  };
  const server = createServer((request, response) => {
    requests.push(request.url ?? '');
    if (issuer.intercept?.(request, response)) return;
    const document = documents[request.url ?? ''];
    response.writeHead(document ? 200 : 404, { 'content-type': 'application/json' });
    response.end(JSON.stringify(document?.() ?? {}));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));

  const issuer: Issuer = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    rotate: async ({ algorithm: alg = 'ES256', retires = false } = {}) => {
      const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true });
      const kid = `key-${++count}`;
      published = [...(retires ? [] : published), { ...(await exportJWK(publicKey)), kid, alg, use: 'sig' }];
      current = { key: privateKey, alg, kid };
    },
    sign: ({ audience, claims = {}, iat = now(), exp = (iat ?? now()) + 600, header = {}, key = current.key }) => {
      const { alg, kid } = current;
      const token = new SignJWT({ iss: issuer.url, aud: audience as string | string[], exp, iat, ...claims });
      return token.setProtectedHeader({ alg, kid, ...header }).sign(key);
    },
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  await issuer.rotate();
  return issuer;
}

function now(): number {
  return Math.floor(Date.now() / 1000);
}
