import { lookup } from 'node:dns';
import { type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { isPublicAddress } from './public-address.ts';

export interface Download {
  readonly bytes: Uint8Array;
  /** `type/subtype` as the other side says; absent when it does not. */
  readonly mediaType?: string;
}

export interface DownloadLimits {
  readonly maxBytes: number;
  readonly signal: AbortSignal;
}

/** @returns what lies at the address, or a sentence on why it cannot be had. Never rejects. */
export type GuardedDownload = (url: string, limits: DownloadLimits) => Promise<Download | { readonly problem: string }>;

interface Guard {
  /** Which addresses may be connected to, after names were resolved. */
  readonly isAllowed: (address: string) => boolean;
  /** Protocols with their colons. */
  readonly protocols: readonly string[];
}

/** The guard for addresses that users and models name (http-api.md 2.6): HTTPS, public addresses only. */
const publicOnly: Guard = { isAllowed: isPublicAddress, protocols: ['https:'] };

const maxRedirects = 3;
/** Silence, and the whole download, in milliseconds. */
const silenceMs = 15_000;
const wholeMs = 120_000;

/**
 * Makes a way to fetch addresses that were not chosen by this server's operator. A name is checked by the addresses it resolves to, at the
 * moment of the connection; redirects stay on their host.
 */
export function createGuardedDownload(guard: Guard = publicOnly): GuardedDownload {
  return async (address, { maxBytes, signal }) => {
    const either = AbortSignal.any([signal, AbortSignal.timeout(wholeMs)]);
    try {
      return await follow(address, { guard, maxBytes, signal: either });
    } catch (error) {
      return { problem: error instanceof RefusedDownload ? error.message : 'its address did not answer.' };
    }
  };
}

class RefusedDownload extends Error {
  override readonly name = 'RefusedDownload';
}

interface Attempt extends DownloadLimits {
  readonly guard: Guard;
}

async function follow(address: string, attempt: Attempt): Promise<Download> {
  let url = parse(address, attempt.guard);
  for (let redirects = 0; ; redirects += 1) {
    const response = await open(url, attempt);
    const { statusCode = 0, headers } = response;
    if (statusCode >= 300 && statusCode < 400 && headers.location !== undefined) {
      response.destroy();
      if (redirects === maxRedirects) throw new RefusedDownload('its address redirects too often.');
      const next = parse(new URL(headers.location, url).href, attempt.guard);
      if (next.host !== url.host) throw new RefusedDownload('its address redirects to another host.');
      url = next;
      continue;
    }
    if (statusCode !== 200) {
      response.destroy();
      throw new RefusedDownload(`its address answers with HTTP status ${statusCode}.`);
    }
    const bytes = await readAll(response, attempt.maxBytes);
    const mediaType = headers['content-type']?.split(';', 1)[0]?.trim().toLowerCase();
    return { bytes, ...(mediaType && { mediaType }) };
  }
}

function parse(address: string, { protocols, isAllowed }: Guard): URL {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (!url || !protocols.includes(url.protocol)) throw new RefusedDownload('its address is not an https:// URL.');
  if (url.username !== '' || url.password !== '') throw new RefusedDownload('its address holds a password.');
  // A literal address is connected to without a look-up.
  const literal = url.hostname.replace(/^\[|\]$/g, '');
  if (isIP(literal) !== 0 && !isAllowed(literal)) throw notPublic();
  return url;
}

function notPublic(): RefusedDownload {
  return new RefusedDownload('its address is not a public one.');
}

function open(url: URL, { guard, signal }: Attempt): Promise<IncomingMessage> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const send = url.protocol === 'https:' ? requestHttps : requestHttp;
  // A connection of its own: one that is kept was checked for another name.
  const options = { lookup: guardedLookup(guard), signal, agent: false, timeout: silenceMs } as const;
  const request = send(url, { ...options, headers: { accept: '*/*' } }, resolve);
  request.on('error', reject);
  request.on('timeout', () => request.destroy(new Error('The other side is silent')));
  request.end();
  return promise;
}

/** Refuses the name when any of its addresses is refused, so that no choice among them can be played with. */
function guardedLookup({ isAllowed }: Guard): LookupFunction {
  return (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, addresses) => {
      if (error) return callback(error, '', 0);
      const [first] = addresses;
      if (!first || !addresses.every(({ address }) => isAllowed(address))) return callback(notPublic(), '', 0);
      return options.all ? callback(null, addresses) : callback(null, first.address, first.family);
    });
  };
}

async function readAll(response: IncomingMessage, maxBytes: number): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > maxBytes) throw new RefusedDownload(`it is larger than ${maxBytes} bytes.`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
