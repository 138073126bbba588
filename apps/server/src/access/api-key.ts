import { hash } from 'node:crypto';
import { crc32 } from 'node:zlib';

/** What a key opens, by how it begins: a project, or the workforce endpoints of one agent. */
export const keyPrefixes = { project: 'oct_sk_', agent: 'oct_agt_' } as const;
type KeyPrefix = (typeof keyPrefixes)[keyof typeof keyPrefixes];

const bodyPattern = /^[A-Za-z0-9_-]{43}[0-9A-Za-z]{6}$/;
const checksumLength = 6;

/** How much of a key is stored in clear, for lists (HTTP spec 2.1). */
const shownLength = 12;

/**
 * Makes an API key: its prefix, 256 random bits in base64url, and the base-62 CRC-32 of all that (HTTP spec 2.1).
 *
 * @param random returns `n` unpredictable bytes.
 */
export function createApiKey(random: (n: number) => Uint8Array, prefix: KeyPrefix = keyPrefixes.project): string {
  const body = `${prefix}${Buffer.from(random(32)).toString('base64url')}`;
  return `${body}${checksumOf(body)}`;
}

/** Whether the text has the form of an API key and its checksum is right: a mistyped key costs no look-up. */
export function isWellFormedApiKey(text: string, prefix: KeyPrefix = keyPrefixes.project): boolean {
  if (!text.startsWith(prefix) || !bodyPattern.test(text.slice(prefix.length))) return false;
  return text.slice(-checksumLength) === checksumOf(text.slice(0, -checksumLength));
}

/** What is stored of a key: the SHA-256 digest of all of it, in lower-case hex, and its first characters. */
export function describeApiKey(key: string): { readonly digest: string; readonly prefix: string } {
  return { digest: digestOfApiKey(key), prefix: key.slice(0, shownLength) };
}

export function digestOfApiKey(key: string): string {
  return hash('sha256', key, 'hex');
}

const base62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

function checksumOf(text: string): string {
  let rest = crc32(text);
  let digits = '';
  for (let place = 0; place < checksumLength; place++) {
    digits = base62.charAt(rest % base62.length) + digits;
    rest = Math.floor(rest / base62.length);
  }
  return digits;
}
