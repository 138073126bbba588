import { createHmac, timingSafeEqual } from 'node:crypto';
import { OctavusError } from '@octavus/core';

export type FileOperation = 'put' | 'get';

/** What the query of an address says, as it came. */
export interface UrlSignature {
  readonly op: string;
  /** Seconds since the epoch. */
  readonly exp: string;
  readonly sig: string;
}

/** Addresses of this server that allow one operation on one file until they expire (http-api.md 7.2). */
export interface SignedUrls {
  /** @param seconds how long it is valid. */
  sign(operation: FileOperation, fileId: string, seconds: number): string;
  /** @throws OctavusError FORBIDDEN unless it was signed here for this operation and file and has not expired. */
  verify(operation: FileOperation, fileId: string, signature: UrlSignature): void;
  /** The file that an address allows to be read, if it was signed here and has not expired. */
  fileOf(url: string): string | undefined;
}

interface SignedUrlsOptions {
  readonly key: Uint8Array;
  /** Public address of the server, without a trailing slash; asked for when an address is made. */
  readonly baseUrl: () => string;
  readonly now: () => number;
}

export function createSignedUrls({ key, baseUrl, now }: SignedUrlsOptions): SignedUrls {
  const signatureOf = (operation: string, fileId: string, exp: string) =>
    createHmac('sha256', key).update(`${operation}\n${fileId}\n${exp}`).digest('base64url');
  const verify: SignedUrls['verify'] = (operation, fileId, { op, exp, sig }) => {
    if (op !== operation || !isEqual(sig, signatureOf(operation, fileId, exp))) {
      throw new OctavusError('FORBIDDEN', {}, { message: 'The signature of this address is wrong' });
    }
    if (Number(exp) * 1000 <= now()) throw new OctavusError('FORBIDDEN', {}, { message: 'This address has expired' });
  };
  return {
    sign: (operation, fileId, seconds) => {
      const exp = String(Math.floor(now() / 1000) + seconds);
      const sig = signatureOf(operation, fileId, exp);
      return `${baseUrl()}/api/files/${fileId}?op=${operation}&exp=${exp}&sig=${sig}`;
    },
    verify,
    fileOf: (url) => {
      const address = URL.parse(url);
      const { fileId } = address?.pathname.match(/\/api\/files\/(?<fileId>[^/]+)$/)?.groups ?? {};
      if (!address || fileId === undefined) return undefined;
      const { op = '', exp = '', sig = '' } = Object.fromEntries(address.searchParams);
      try {
        verify('get', fileId, { op, exp, sig });
        return fileId;
      } catch {
        return undefined;
      }
    },
  };
}

/** Takes the same time wherever the texts differ. */
function isEqual(given: string, right: string): boolean {
  const [one, other] = [Buffer.from(given), Buffer.from(right)];
  return one.length === other.length && timingSafeEqual(one, other);
}
